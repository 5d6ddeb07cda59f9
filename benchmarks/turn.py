"""From the end of speech to the first sound: an intent command and a chat answer, stage by stage.

    python benchmarks/turn.py [--turns 5]

Drives a running BMO (`make run`) as a page does: the voice says the question, its sound goes up the socket at the pace
of a microphone, and the clock starts at the last audible sample. Beside it: the same stages one after the other, each
waiting for the whole of the one before (the endpoint and transcript as measured, then `/api/chat`, then `/api/say`).
Prints a table and writes `results/turn-<date>.json`.
"""

import argparse
import json
import os
import platform
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from parts.page import RATE, App, Page

HERE = Path(__file__).parent
QUESTIONS = {"command": "What time is it?", "chat": "Tell me something about the moon."}
QUIET_BEFORE, QUIET_AFTER = 0.5, 3.0
"""Seconds."""
STAGES = ("endpoint", "transcript", "first_sound", "first_word", "first_audio", "end")
"""`first_sound` may be "one moment"; `first_audio` belongs to the answer."""


def answered(page: Page, sound: np.ndarray) -> dict[str, Any]:
    """One spoken turn: milliseconds from the last audible sample to each stage, and what was said."""
    turn = page.ask(sound)
    stages = turn.stages()
    if None in stages.values() or not turn.reply:
        raise SystemExit(f"The turn did not work: {[line for _, line in turn.lines if line.get('type') != 'audio']}")
    return {"stages": stages, "heard": turn.heard, "reply": turn.reply}


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
        turn = answered(page, sound)
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
