"""A running BMO as a page sees it: REST with the script token, and a microphone that plays recordings up the socket."""

import io
import json
import threading
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import socketio
import urllib3

RATE = 16_000
FRAME = 1_280
AUDIBLE = 327
"""int16 value from which a sample counts as audible: -40 dBFS."""
PATIENCE = 120.0
"""Seconds for one turn."""

Sound = npt.NDArray[np.int16]
"""16 kHz mono."""
Told = dict[str, Any]


def last_audible(sound: Sound) -> int:
    """The sample at which a person stopped speaking: one reference for every system that is measured."""
    return int(np.flatnonzero(np.abs(sound.astype(int)) >= AUDIBLE)[-1])


class App:
    """The running app over REST, with the script token of its home."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"}
        self._http = urllib3.PoolManager(timeout=PATIENCE)

    def get(self, path: str) -> Any:
        return json.loads(self._ask("GET", path))

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        return self._ask("POST", path, body)

    def chat(self, text: str) -> str:
        """The whole answer to what was typed."""
        return str(json.loads(self.post("/api/chat", {"text": text}))["reply"])

    def say(self, text: str, voice: str) -> tuple[Sound, int]:
        """The sentence as int16 samples, and their rate in Hz."""
        with wave.open(io.BytesIO(self.post("/api/say", {"text": text, "voice": voice}))) as file:
            return np.frombuffer(file.readframes(file.getnframes()), "<i2"), file.getframerate()

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        answer = self._http.request(method, self.url + path, json=body, headers=self.headers)
        if answer.status >= 300:
            raise SystemExit(f"{path} answered {answer.status}: {answer.data.decode(errors='replace')}")
        return bytes(answer.data)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of one recording."""

    end: float
    """When its last audible sample was played; monotonic seconds, like those of the lines."""
    lines: list[tuple[float, Told]]

    def at(self, mark: Callable[[Told], bool], after: float = 0.0) -> float | None:
        """Milliseconds from the end of speech to the first such line."""
        first = next((at for at, line in self.lines if at >= after and mark(line)), None)
        return None if first is None else round((first - self.end) * 1_000, 1)

    @property
    def heard(self) -> str:
        return next((line["text"] for line in self._of("transcript") if line["final"]), "")

    @property
    def reply(self) -> str:
        return "".join(line["text"] for line in self._of("reply"))

    def stages(self) -> dict[str, float | None]:
        """`first_sound` may be "one moment"; `first_audio` belongs to the answer."""
        answered = next((at for at, line in self.lines if line.get("type") == "reply"), 0.0)
        return {
            "endpoint": self.at(lambda line: line.get("state") == "thinking"),
            "transcript": self.at(lambda line: line.get("type") == "transcript" and line["final"]),
            "first_sound": self.at(lambda line: line.get("type") == "audio"),
            "first_word": self.at(lambda line: line.get("type") == "reply"),
            "first_audio": self.at(lambda line: line.get("type") == "audio", after=answered),
            "end": self.at(lambda line: line.get("type") == "timing"),
        }

    def _of(self, kind: str) -> list[Told]:
        return [line for _, line in self.lines if line.get("type") == kind]


class Page:
    """A page with a microphone that plays one recording."""

    def __init__(self, app: App) -> None:
        self._client = socketio.Client()
        self._client.on("turn", self._told, namespace="/voice")
        self._client.on("problem", self._told, namespace="/voice")
        self._lock = threading.Condition()
        self._lines: list[tuple[float, Told]] = []
        self._client.connect(app.url, headers=app.headers, namespaces=["/voice"], transports=["websocket"])

    def ask(self, speech: Sound) -> Spoken:
        """One spoken turn, to its end."""
        with self._lock:
            self._lines.clear()
        self._emit("listen", {"mode": "once"})
        end = self._play(speech)
        self._wait(lambda line: line.get("type") in ("timing", "end") or "sentence" in line)
        self._emit("stop", {"turn": ""})
        self._wait(lambda line: line.get("type") == "end")
        with self._lock:
            return Spoken(end, list(self._lines))

    def close(self) -> None:
        self._client.disconnect()

    def _play(self, speech: Sound) -> float:
        """Send it at the pace of a microphone until BMO stops listening; when its last audible sample was played."""
        begun = time.monotonic()
        for seq, start in enumerate(range(0, len(speech) - FRAME + 1, FRAME)):
            pause = begun + (start + FRAME) / RATE - time.monotonic()  # a frame leaves when its last sample was heard
            time.sleep(max(0.0, pause))
            self._client.emit("frame", ({"seq": seq}, speech[start : start + FRAME].tobytes()), namespace="/voice")
            if self._seen(lambda line: line.get("state") == "thinking"):
                break
        return begun + last_audible(speech) / RATE

    def _emit(self, event: str, message: Told) -> None:
        self._client.emit(event, message, namespace="/voice")

    def _told(self, line: Told) -> None:
        with self._lock:
            self._lines.append((time.monotonic(), line))
            self._lock.notify_all()

    def _seen(self, wanted: Callable[[Told], bool]) -> bool:
        with self._lock:
            return any(wanted(line) for _, line in self._lines)

    def _wait(self, wanted: Callable[[Told], bool]) -> None:
        with self._lock:
            if not self._lock.wait_for(lambda: any(wanted(line) for _, line in self._lines), PATIENCE):
                raise SystemExit(f"BMO did not answer within {PATIENCE:g} s.")
