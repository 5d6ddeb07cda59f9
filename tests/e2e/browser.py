"""A real Chromium: with a microphone that hears a WAV file, and ears for what the page is sent."""

import json
import re
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, WebSocket, sync_playwright

from conftest import missing

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
KEEP_FACES = """
window.faces = [];
new MutationObserver(() => {
  const state = document.querySelector('[data-testid=face]')?.dataset.state;
  if (state && state !== window.faces.at(-1)) window.faces.push(state);
}).observe(document, {subtree: true, attributes: true, childList: true, attributeFilter: ['data-state']});
"""


@dataclass
class Wiretap:
    """What the app tells the page over its socket, with the sound of each clause."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    sound: dict[tuple[str, int], bytes] = field(default_factory=dict)
    rate: int = 0
    _head: dict[str, Any] | None = None

    def attach(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._frame)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["type"] == kind]

    def said(self) -> bytes:
        """All clauses in order, int16 mono at `rate`."""
        return b"".join(self.sound[key] for key in sorted(self.sound, key=lambda key: key[1]))

    def _frame(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            self._attachment(frame)
            return
        event = re.match(r"^4[25](?:\d+-)?/voice,(\[.*)$", frame, re.DOTALL)
        if event is None:
            return
        name, body, *_ = json.loads(event.group(1))
        if name != "turn":
            return
        self.lines.append(body)
        self._head = body if body["type"] == "audio" else None

    def _attachment(self, samples: bytes) -> None:
        head, self._head = self._head, None
        if head is None:
            return
        key = (head["turn"], head["clause"])
        self.rate = head["rate"]
        self.sound[key] = samples if head["restart"] else self.sound.get(key, b"") + samples


@contextmanager
def chromium(microphone: Path | None = None) -> Iterator[tuple[Page, Wiretap]]:
    """A page at the kiosk's size, its microphone open if it has one."""
    if not CHROMIUM.exists():
        missing("Chromium is not installed (Debian package chromium)")
    hears = (
        (
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={microphone}%noloop",
        )
        if microphone
        else ()
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*QUIET, *hears])
        context = browser.new_context(viewport={"width": 800, "height": 480}, permissions=["microphone"])
        page = context.new_page()
        tap = Wiretap()
        page.on("websocket", tap.attach)
        page.add_init_script(KEEP_FACES)
        try:
            yield page, tap
        finally:
            browser.close()


def write_wav(path: Path, samples: bytes, rate: int) -> Path:
    """int16 mono as a file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return path
