"""From the end of speech to the first sound: an intent command and a chat answer, stage by stage.

    python benchmarks/turn.py [--turns 5]

Drives a running BMO (`make run`) as a page does: the voice says the question, its sound goes up the socket at the pace
of a microphone, and the clock starts at the last audible sample. Beside it: the same stages one after the other, each
waiting for the whole of the one before (the endpoint and transcript as measured, then `/api/chat`, then `/api/say`).
Prints a table and writes `results/turn-<date>.json`.
"""

import argparse
import io
import json
import os
import platform
import statistics
import threading
import time
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import socketio
import soxr
import urllib3

HERE = Path(__file__).parent
QUESTIONS = {"command": "What time is it?", "chat": "Tell me something about the moon."}
RATE = 16_000
FRAME = 1_280
AUDIBLE = 327
"""int16 value from which a sample counts as audible: -40 dBFS."""
QUIET_BEFORE, QUIET_AFTER = 0.5, 3.0
"""Seconds."""
PATIENCE = 120.0
"""Seconds for one turn."""
STAGES = ("endpoint", "transcript", "first_sound", "first_word", "first_audio", "end")
"""`first_sound` may be "one moment"; `first_audio` belongs to the answer."""


class App:
    """The running app over REST, with the script token of its home."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"}
        self._http = urllib3.PoolManager(timeout=PATIENCE)

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        answer = self._http.request("POST", self.url + path, json=body, headers=self.headers)
        if answer.status >= 300:
            raise SystemExit(f"{path} answered {answer.status}: {answer.data.decode(errors='replace')}")
        return bytes(answer.data)

    def say(self, text: str, voice: str) -> tuple[np.ndarray, int]:
        """The sentence as int16 samples, and their rate in Hz."""
        with wave.open(io.BytesIO(self.post("/api/say", {"text": text, "voice": voice}))) as file:
            return np.frombuffer(file.readframes(file.getnframes()), "<i2"), file.getframerate()


class Page:
    """A page with a microphone that plays one recording."""

    def __init__(self, app: App) -> None:
        self._client = socketio.Client()
        self._client.on("turn", self._told, namespace="/voice")
        self._client.on("problem", self._told, namespace="/voice")
        self._lock = threading.Condition()
        self._lines: list[tuple[float, dict[str, Any]]] = []
        self._client.connect(app.url, headers=app.headers, namespaces=["/voice"], transports=["websocket"])

    def ask(self, speech: np.ndarray) -> dict[str, Any]:
        """One spoken turn: milliseconds from the last audible sample to each stage, and what the app measured."""
        with self._lock:
            self._lines.clear()
        self._emit("listen", {"mode": "once"})
        end = self._play(speech)
        self._wait(lambda line: line.get("type") in ("timing", "end") or "sentence" in line)
        self._emit("stop", {"turn": ""})
        self._wait(lambda line: line.get("type") == "end")
        return self._figures(end)

    def close(self) -> None:
        self._client.disconnect()

    def _play(self, speech: np.ndarray) -> float:
        """Send it at the pace of a microphone until BMO stops listening; when its last audible sample was played."""
        last = int(np.flatnonzero(np.abs(speech.astype(int)) >= AUDIBLE)[-1])
        begun = time.monotonic()
        for seq, start in enumerate(range(0, len(speech) - FRAME + 1, FRAME)):
            pause = begun + (start + FRAME) / RATE - time.monotonic()  # a frame leaves when its last sample was heard
            time.sleep(max(0.0, pause))
            self._client.emit("frame", ({"seq": seq}, speech[start : start + FRAME].tobytes()), namespace="/voice")
            if self._seen(lambda line: line.get("state") == "thinking"):
                break
        return begun + last / RATE

    def _figures(self, end: float) -> dict[str, Any]:
        marks = {
            "endpoint": lambda line: line.get("state") == "thinking",
            "transcript": lambda line: line.get("type") == "transcript",
            "first_word": lambda line: line.get("type") == "reply",
            "first_sound": lambda line: line.get("type") == "audio",
            "end": lambda line: line.get("type") == "timing",
        }
        with self._lock:
            lines = list(self._lines)
        times = {stage: next((at for at, line in lines if mark(line)), None) for stage, mark in marks.items()}
        answered = times["first_word"] or 0.0
        times["first_audio"] = next((at for at, line in lines if line.get("type") == "audio" and at >= answered), None)
        heard = next((line["text"] for _, line in lines if line.get("type") == "transcript"), "")
        reply = "".join(line["text"] for _, line in lines if line.get("type") == "reply")
        if any(at is None for at in times.values()) or not reply:
            raise SystemExit(f"The turn did not work: {[line for _, line in lines if line.get('type') != 'audio']}")
        stages = {stage: round((at - end) * 1000, 1) for stage, at in times.items() if at is not None}
        return {"stages": stages, "heard": heard, "reply": reply}

    def _emit(self, event: str, message: dict[str, Any]) -> None:
        self._client.emit(event, message, namespace="/voice")

    def _told(self, line: dict[str, Any]) -> None:
        with self._lock:
            self._lines.append((time.monotonic(), line))
            self._lock.notify_all()

    def _seen(self, wanted: Callable[[dict[str, Any]], bool]) -> bool:
        with self._lock:
            return any(wanted(line) for _, line in self._lines)

    def _wait(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        with self._lock:
            if not self._lock.wait_for(lambda: any(wanted(line) for _, line in self._lines), PATIENCE):
                raise SystemExit(f"BMO did not answer within {PATIENCE:g} s.")


def recording(app: App, text: str) -> np.ndarray:
    """The question in a plain voice, with quiet around it; int16 at 16 kHz."""
    samples, rate = app.say(text, "heart")
    speech = soxr.resample(samples.astype(np.float32), rate, RATE)
    quiet = [np.zeros(int(RATE * seconds), np.float32) for seconds in (QUIET_BEFORE, QUIET_AFTER)]
    return np.concatenate((quiet[0], speech, quiet[1])).round().astype("<i2")


def in_sequence(app: App, turn: dict[str, Any]) -> dict[str, float]:
    """The same stages, each after the whole of the one before; milliseconds from the end of speech."""
    stages = {"endpoint": turn["stages"]["endpoint"], "transcript": turn["stages"]["transcript"]}
    app.post("/api/chat/clear", {})
    begun = time.monotonic()
    reply = json.loads(app.post("/api/chat", {"text": turn["heard"]}))["reply"]
    stages["first_word"] = stages["transcript"] + (time.monotonic() - begun) * 1000
    app.say(reply[:1_000], "bmo")
    stages["first_sound"] = stages["first_audio"] = stages["end"] = (
        stages["transcript"] + (time.monotonic() - begun) * 1000
    )
    return {stage: round(value, 1) for stage, value in stages.items()}


def measured(app: App, text: str, turns: int) -> dict[str, Any]:
    """Both ways, turn by turn, so that a noisy machine is noisy to both."""
    sound = recording(app, text)
    page = Page(app)
    streamed, sequential = [], []
    for _ in range(turns):
        app.post("/api/chat/clear", {})
        turn = page.ask(sound)
        streamed.append(turn["stages"])
        sequential.append(in_sequence(app, turn))
    page.close()
    return {"question": text, "streamed": _figures(streamed), "in_sequence": _figures(sequential), "turns": turns}


def _figures(turns: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        stage: {
            "p50": round(statistics.median(turn[stage] for turn in turns), 1),
            "p90": round(sorted(turn[stage] for turn in turns)[max(0, round(len(turns) * 0.9) - 1)], 1),
        }
        for stage in STAGES
    }


def table(results: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [f"{'ms after the last audible sample, p50 / p90':<44}" + "".join(f"{stage:>18}" for stage in STAGES)]
    for name, result in results.items():
        for way in ("streamed", "in_sequence"):
            cells = (f"{result[way][stage]['p50']:.0f} / {result[way][stage]['p90']:.0f}" for stage in STAGES)
            lines.append(f"{name + ', ' + way.replace('_', ' '):<44}" + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    """Where this was measured."""
    load = os.getloadavg()[0]
    return {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count(), "load": load}


def main() -> None:
    home = Path(os.environ.get("BMO_HOME", "~/bmo")).expanduser()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--url", default="", help="where the app is; default: what it wrote into its home")
    options = parser.parse_args()
    url = options.url or (home / "run" / "address").read_text().split("/sign-in")[0].strip()
    app = App(url, (home / "token").read_text().strip())
    results = {name: measured(app, text, options.turns) for name, text in QUESTIONS.items()}
    print(table(results))
    path = HERE / "results" / f"turn-{datetime.now(UTC):%Y-%m-%d}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"machine": machine(), "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
