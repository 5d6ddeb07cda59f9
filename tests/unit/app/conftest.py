"""An app with scripted turns, and a browser that knows how to behave."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bmo.app.parts import Parts
from bmo.app.trust.trust import Trust
from bmo.fakes.clock import ManualClock
from bmo.settings.app import AppSettings
from scripted_app import ScriptedTurns, scripted_app

HOST = "127.0.0.1:5000"


@dataclass
class World:
    """Everything a test may look at or turn."""

    home: Path
    clock: ManualClock
    trust: Trust
    turns: ScriptedTurns
    parts: Parts
    app: Flask
    forgotten: list[str]
    pinned: list[tuple[str, str | None]]
    ready: list[bool]

    def browser(self) -> "Browser":
        """Somebody without a session."""
        return Browser(self.app.test_client())

    def signed_in(self) -> "Browser":
        """The owner, come in by the one-time code."""
        browser = self.browser()
        browser.get(f"/sign-in?code={self.trust.codes.issue()}")
        browser.csrf = browser.get("/api/session").json["csrf"]
        return browser

    def script(self) -> "Browser":
        """A program with the token for scripts."""
        browser = self.browser()
        browser.headers["Authorization"] = f"Bearer {(self.home / 'token').read_text().strip()}"
        return browser


class Browser:
    """Flask's test client with a Host, an Origin where a browser sends one, and the CSRF token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.headers: dict[str, str] = {}
        self.csrf = ""

    def get(self, path: str, **more: Any) -> Any:
        return self.open("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return self.open("POST", path, json=json, **more)

    def open(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        sent = {"Host": HOST, **self.headers}
        if method not in ("GET", "HEAD") and "Authorization" not in sent:
            sent |= {"Origin": f"http://{HOST}", "X-CSRF-Token": self.csrf}
        sent |= headers or {}
        if more.get("json", 0) is None:
            del more["json"]
        kept = {name: value for name, value in sent.items() if value}
        return self.client.open(path, method=method, headers=kept, **more)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>BMO</title>")
    (page / "assets" / "index-abc123.js").write_text("1")
    clock = ManualClock()
    settings = AppSettings.model_validate({"home": tmp_path, "app": {"streams": 2, "allowed_hosts": "bmo.example.org"}})
    made = scripted_app(settings, clock)
    yield World(
        tmp_path, clock, made.parts.trust, made.turns, made.parts, made.app, made.forgotten, made.pinned, made.ready
    )
    made.close()
