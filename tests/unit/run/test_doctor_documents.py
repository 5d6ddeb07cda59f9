"""`bmo doctor` about documents: how many are found, which are not and why."""

from pathlib import Path
from typing import Any

import pytest

from bmo.core.errors import Broken
from bmo.run.doctor import _documents
from bmo.settings.app import AppSettings

TOLD = {
    "folders": [{"domain": "personal", "folder": "papers", "generation": 3, "waiting": 1, "trouble": "here is away."}],
    "documents": [
        {"domain": "personal", "path": "boiler.md", "passages": 2, "problem": "", "reading": False},
        {"domain": "personal", "path": "photo.jpg", "passages": 0, "problem": "I cannot read it.", "reading": False},
    ],
}


class Told:
    """A client of an app that says this."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def get(self, _path: str) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def told(monkeypatch: pytest.MonkeyPatch, home: Path, answer: Any) -> list[tuple[str, str, str]]:
    monkeypatch.setattr("bmo.run.doctor.Client", lambda _settings: Told(answer))
    return [(one.what, one.is_, one.todo) for one in _documents(AppSettings(home=home))]


def test_what_is_found_and_what_is_not_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert told(monkeypatch, tmp_path, TOLD) == [
        ("personal: papers", "1 of 2 found, 1 to be read, generation 3", "here is away."),
        ("personal/photo.jpg", "left out: I cannot read it.", ""),
    ]


def test_without_the_app_nobody_is_blamed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert told(monkeypatch, tmp_path, Broken("The app does not run.")) == [
        ("documents", "only told while the app runs", "")
    ]
