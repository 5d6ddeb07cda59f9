"""The wake word: what it costs, who is heard, and what wakes it that should not.

    python benchmarks/wake.py --models ~/bmo/models

Each engine hears the wake phrase in every voice that can be made here (`parts/people.py`), clean and under white noise
at 10 dB; phrases that sound like it; and real recordings of people who say other things (`parts/recordings.py`). A
voice is heard as a satellite hears it: two chunks in a row over 0.5. Beside it: CPU per 80 ms of each detector over
the recordings, and of everything else that BMO does with 80 ms of sound in the app. Prints tables and writes
`results/wake-<date>.json`. Goals: 11 of 12 voices, no false accept, 3 ms, 0.2 ms.
"""

import argparse
import io
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from parts.measuring import keep, machine
from parts.people import MORE, people, said
from parts.recordings import recordings

from bmo.capabilities.wake import WAKE_CHUNK, WakeWord
from bmo.core.clock import SystemClock
from bmo.engines.microwakeword import MicroWakeWord
from bmo.engines.openwakeword import OpenWakeWord
from bmo.voice.earline import Kind, Message, read, read_scores, scores, write
from bmo.voice.frames import Chunks, Frames
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite
from bmo.voice.wake_watch import WakeWatch

RATE = 16_000
PHRASE = "Hey Jarvis."
LIKE_IT = (
    "Hello Jarvis.",
    "Jarvis.",
    "Hey Charlie.",
    "Hey Travis, call me.",
    "Hey Marvin.",
    "Hey Siri.",
    "The harvest.",
)
NOISE_DB = 10.0
BEFORE, AFTER = 1.2, 1.0
"""Seconds of quiet around a phrase."""
THRESHOLD, IN_A_ROW = Rules().threshold, Rules().in_a_row
GLUE_CHUNKS = 20_000
COST_GOAL_MS, GLUE_GOAL_MS = 3.0, 0.2

Sound = npt.NDArray[np.int16]


def main() -> None:
    """Measure both engines and the glue."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--models", type=Path, default=Path("~/bmo/models"))
    models = arguments.parse_args().models.expanduser()
    engines: Mapping[str, WakeWord] = {
        "openwakeword": OpenWakeWord(models / "openwakeword-hey-jarvis"),
        "microwakeword": MicroWakeWord(),
    }
    others = dict(recordings())
    result: dict[str, Any] = {
        "machine": machine(),
        "voices": voices(),
        "recorded_seconds": round(sum(map(len, others.values())) / RATE, 1),
        "engines": {name: measured(engine, others) for name, engine in engines.items()},
        "glue_ms_per_80_ms": glue(),
    }
    _print(result)
    keep("wake", result)


def voices() -> tuple[str, ...]:
    """Who says the wake phrase."""
    return (*people(), *MORE)


def measured(engine: WakeWord, others: Mapping[str, Sound]) -> dict[str, Any]:
    """Who wakes it: every voice clean and noisy, what sounds like the phrase, and these recordings; its CPU."""
    clean = {person: _heard(engine, _around(said(person, PHRASE))) for person in voices()}
    noisy = {person: _heard(engine, _noise(_around(said(person, PHRASE)))) for person in voices()}
    like = {text: [_heard(engine, _around(said(person, text))) for person in people()] for text in LIKE_IT}
    cpu: list[float] = []
    real = {name: _heard(engine, sound, cpu) for name, sound in others.items()}
    return {
        "clean": clean,
        f"noise {NOISE_DB:.0f} dB": noisy,
        "like_it": {text: sum(hit for hit, _ in heard) for text, heard in like.items()},
        "false_accepts": sorted(name for name, (hit, _) in real.items() if hit),
        "highest_score_of_recordings": max(score for _, score in real.values()),
        "cpu_ms_per_80_ms": round(sum(cpu) / len(cpu) * 1_000, 3),
    }


def _heard(engine: WakeWord, sound: Sound, cpu: list[float] | None = None) -> tuple[bool, float]:
    """Whether it wakes a satellite, and the highest score."""
    engine.reset()
    told = []
    for start in range(0, len(sound) - WAKE_CHUNK + 1, WAKE_CHUNK):
        chunk = sound[start : start + WAKE_CHUNK].tobytes()
        began = time.process_time()
        told.append(engine.score(chunk))
        if cpu is not None:
            cpu.append(time.process_time() - began)
    return _in_a_row(told) >= IN_A_ROW, round(max(told), 3)


def _in_a_row(told: Sequence[float]) -> int:
    longest = now = 0
    for score in told:
        now = now + 1 if score >= THRESHOLD else 0
        longest = max(longest, now)
    return longest


def _around(sound: Sound) -> Sound:
    return np.concatenate((np.zeros(int(BEFORE * RATE), "<i2"), sound, np.zeros(int(AFTER * RATE), "<i2")))


def _noise(sound: Sound) -> Sound:
    loud = np.sqrt(np.mean(np.square(sound[sound != 0].astype(np.float64))))
    noise = np.random.default_rng(1).normal(0, loud / 10 ** (NOISE_DB / 20), len(sound))
    return np.clip(np.rint(sound + noise), -32_768, 32_767).astype("<i2")


def glue() -> float:
    """CPU milliseconds of the app for 80 ms of sound: frames, the line to the ears and back, satellite, meter."""
    satellite, watch = Satellite(SystemClock(), lambda: "t"), WakeWatch(SystemClock(), lambda _: None)
    satellite.listen("always")
    watch.meter(True)
    frames, chunks = Frames(), Chunks(WAKE_CHUNK)
    sound = np.random.default_rng(1).integers(-3_000, 3_000, WAKE_CHUNK, dtype=np.int16).tobytes()
    began = time.process_time()
    for number in range(GLUE_CHUNKS):
        for chunk in chunks.feed(frames.take(number, sound)):
            line = io.BytesIO()
            write(line, Message(Kind.SOUND, 1, chunk))
            write(line, scores(1, 0.1, (0.9, 0.9)))
            line.seek(0)
            read(line)
            answer = read(line)
            assert answer is not None
            wake, speech = read_scores(answer.body)
            watch.heard(chunk, wake)
            satellite.hear(chunk, wake, speech)
    return round((time.process_time() - began) / GLUE_CHUNKS * 1_000, 4)


def _print(result: Mapping[str, Any]) -> None:
    print(
        f"\n{'':14} {'clean':>8} {'10 dB':>8} {'like it':>9} {'false accepts':>14} {'highest':>8} {'CPU / 80 ms':>12}"
    )
    for name, row in result["engines"].items():
        clean, noisy = row["clean"].values(), row[f"noise {NOISE_DB:.0f} dB"].values()
        print(
            f"{name:14} {sum(hit for hit, _ in clean):>4}/{len(clean)} {sum(hit for hit, _ in noisy):>6}/{len(noisy)}"
            f" {sum(row['like_it'].values()):>5}/{len(LIKE_IT) * len(clean)} {len(row['false_accepts']):>14}"
            f" {row['highest_score_of_recordings']:>8} {row['cpu_ms_per_80_ms']:>9.2f} ms"
        )
    print(f"recordings: {result['recorded_seconds']} s; CPU goal {COST_GOAL_MS} ms")
    print(f"glue: {result['glue_ms_per_80_ms']} ms per 80 ms; goal {GLUE_GOAL_MS} ms")


if __name__ == "__main__":
    main()
