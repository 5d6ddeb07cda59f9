"""Where files are kept that outlive a machine."""

from bmo.bridges.folder import FolderObjects
from bmo.capabilities.objects import Objects
from bmo.core.errors import Broken
from bmo.settings.ai_objects import FolderStore, S3Store
from bmo.settings.ai_server import AiServerSettings

_MEBIBYTE = 1 << 20


def objects(settings: AiServerSettings) -> Objects:
    """The store of these settings; nothing is asked of it yet. Raises `Broken` when its library is missing."""
    match settings.objects:
        case FolderStore() as store:
            return FolderObjects(store.path or settings.home / "data" / "objects")
        case S3Store() as store:
            return _s3(store)


def _s3(store: S3Store) -> Objects:
    try:
        from bmo.bridges.s3 import S3Objects
    except ModuleNotFoundError as fault:
        raise Broken("Objects in an S3 store need boto3: `pip install 'bmo[s3]'`.", code="no_boto3") from fault
    return S3Objects(
        store.bucket,
        access_key=store.access_key.get_secret_value(),
        secret_key=store.secret_key.get_secret_value(),
        endpoint=store.endpoint or None,
        region=store.region,
        part=store.part_mb * _MEBIBYTE,
    )
