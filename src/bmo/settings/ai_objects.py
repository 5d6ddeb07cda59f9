"""Where files are kept that outlive a machine: section `ai_server.objects`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator

from bmo.settings.app import Section


class FolderStore(Section):
    """A folder of this machine."""

    engine: Literal["folder"] = "folder"
    path: Path | None = None
    """`data/objects` below `home` unless told otherwise."""

    @field_validator("path", mode="after")
    @classmethod
    def _expanded(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value is not None else None


class S3Store(Section):
    """A bucket of an S3-compatible store: AWS, Cloudflare R2, MinIO, ... Needs `pip install bmo[s3]`."""

    engine: Literal["s3"] = "s3"
    bucket: str = Field(min_length=3, max_length=63)
    endpoint: str = Field(default="", pattern=r"^(https?://.+)?$")
    """The store's address, such as `https://ACCOUNT.r2.cloudflarestorage.com`; empty for AWS."""
    region: str = "auto"
    """What R2 wants is `auto`; AWS wants the bucket's, such as `eu-central-1`."""
    access_key: SecretStr
    secret_key: SecretStr
    part_mb: int = Field(default=8, ge=5, le=5_000)
    """Files above so many MiB go up in parts, and an interrupted upload goes on after its last whole one."""


ObjectStore = Annotated[FolderStore | S3Store, Field(discriminator="engine")]
