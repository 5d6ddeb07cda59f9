"""Which store the settings mean."""

import sys
from pathlib import Path

import pytest

from bmo.ai_server.desks.objects import objects
from bmo.bridges.folder import FolderObjects
from bmo.bridges.s3 import S3Objects
from bmo.core.errors import Broken
from bmo.settings.ai_server import AiServerSettings

S3 = {"engine": "s3", "bucket": "bmo", "endpoint": "https://objects.invalid", "access_key": "a", "secret_key": "hidden"}


def test_objects_are_kept_below_home_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a cave")

    store = objects(AiServerSettings(home=tmp_path))
    store.put("cave", tmp_path / "file")

    assert isinstance(store, FolderObjects)
    assert (tmp_path / "data" / "objects" / "cave").read_bytes() == b"a cave"


def test_a_folder_may_be_named_from_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "file").write_bytes(b"a cave")

    objects(AiServerSettings.model_validate({"objects": {"path": "~/kept"}})).put("cave", tmp_path / "file")

    assert (tmp_path / "kept" / "cave").exists()


def test_a_bucket_is_an_s3_store_whose_secret_is_never_shown(tmp_path: Path) -> None:
    settings = AiServerSettings.model_validate({"home": tmp_path, "objects": S3})

    assert isinstance(objects(settings), S3Objects)
    assert "hidden" not in repr(settings)


def test_without_its_library_an_s3_store_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "bmo.bridges.s3", None)

    with pytest.raises(Broken, match=r"bmo\[s3\]"):
        objects(AiServerSettings.model_validate({"home": tmp_path, "objects": S3}))
