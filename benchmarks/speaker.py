"""Who speaks? Unlike voices, enrolled with three sentences, give commands: how often does BMO know whose voice it is?

    python benchmarks/speaker.py --models ~/bmo/models

Every command follows the wake phrase, as one would say it, and is cut as a satellite cuts it. Each is asked twice: of a
house that knows everybody (the own name is wanted), and of one that knows everybody else (no name is wanted). Once
clean, once with enrolment and commands under white noise at 20 dB. The voices are made on the first run
(`parts/people.py`); one whose enrolment sounds like that of an earlier one (cosine over 0.8) is one timbre twice and no
other person: it is left out, and told. Prints a table and writes `results/speaker-<date>.json`. Goals: the own name in
90 of 100, a wrong name in at most 4 of 100.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from parts.measuring import keep, machine
from parts.people import RATE, people, said
from parts.speaker_texts import COMMANDS, ENROLMENT, WAKE

from bmo.capabilities.media import Pcm
from bmo.capabilities.voiceprint import Voiceprint
from bmo.engines.resemblyzer import Resemblyzer
from bmo.engines.silero import Silero
from bmo.voice.profiles import Profile, profile_of, unit
from bmo.voice.who import decide

LEAD = 2.0
"""Seconds before the wake hit that a satellite keeps."""
GAP, SILENCE = 0.3, 0.6
"""Seconds between wake phrase and command, and after it."""
NOISE_DB = 20.0
AUDIBLE = 327
"""int16 value from which a sample counts as audible: -40 dB of full scale."""
ONE_TIMBRE = 0.8
HEAD = ("voice", "own name", "unknown", "wrong name", "named as stranger", "own cosine (min)", "nearest (max)")
OWN_GOAL, WRONG_GOAL = 0.90, 0.04

Sound = npt.NDArray[np.int16]


@dataclass
class Count:
    """What became of the commands of one person."""

    own: int = 0
    unknown: int = 0
    wrong: int = 0
    stranger_named: int = 0
    """Somebody else's name, while BMO did not know this voice."""
    asked: int = 0
    likeness: list[float] = field(default_factory=list)
    """With the own profile."""
    nearest: list[float] = field(default_factory=list)
    """With the nearest of the others."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--models", type=Path, default=Path("~/bmo/models"))
    models = arguments.parse_args().models.expanduser()
    ears = Resemblyzer(models / "resemblyzer/resemblyzer.onnx", Silero(models / "silero-vad/silero_vad.onnx"))
    unlike, left_out = _unlike({person: _enrolled(ears, person, None) for person in people()})
    for sentence in left_out:
        print(sentence)
    result: dict[str, Any] = {"machine": machine(), "commands": len(COMMANDS), "left_out": left_out}
    for conditions, noise in (("clean", None), (f"noise at {NOISE_DB:.0f} dB", NOISE_DB)):
        everybody = {person: _enrolled(ears, person, noise) for person in unlike}
        cost: list[float] = []
        counts = {person: _counted(ears, person, everybody, noise, cost) for person in everybody}
        result[conditions] = _told(conditions, counts, cost)
    keep("speaker", result)


def _unlike(candidates: dict[str, Profile]) -> tuple[list[str], list[str]]:
    """Those who are different people, and a sentence for each who is not."""
    taken: list[str] = []
    left_out: list[str] = []
    for person, profile in candidates.items():
        nearest, other = max(((profile.likeness(candidates[one].mean), one) for one in taken), default=(0.0, ""))
        if nearest > ONE_TIMBRE:
            left_out.append(f"{person} is left out: it sounds like {other} (cosine {nearest:.2f})")
        else:
            taken.append(person)
    return taken, left_out


def _enrolled(ears: Resemblyzer, person: str, noise: float | None) -> Profile:
    voices = [ears.embed(_pcm(_noisy(said(person, text), noise, text))) for text in ENROLMENT]
    clips = [unit(voice.vector) for voice in voices]
    return profile_of(person, ears.name, clips, sum(voice.seconds for voice in voices))


def _counted(
    ears: Resemblyzer, person: str, everybody: dict[str, Profile], noise: float | None, cost: list[float]
) -> Count:
    count = Count()
    others = [profile for name, profile in everybody.items() if name != person]
    for sound in _commands(person, noise):
        began = time.process_time()
        voice = ears.embed(_pcm(sound))
        cost.append(time.process_time() - began)
        _count(count, voice, everybody[person], others)
    return count


def _count(count: Count, voice: Voiceprint, mine: Profile, others: list[Profile]) -> None:
    known, stranger = decide(voice, [mine, *others]), decide(voice, others)
    count.asked += 1
    count.own += known.person == mine.person
    count.unknown += known.person == ""
    count.wrong += known.person not in ("", mine.person)
    count.stranger_named += stranger.person != ""
    count.likeness.append(mine.likeness(unit(voice.vector)))
    count.nearest.append(max(profile.likeness(unit(voice.vector)) for profile in others))


def _commands(person: str, noise: float | None) -> Iterator[Sound]:
    """Wake phrase and command, with what a satellite keeps before and after."""
    for command in COMMANDS:
        wake = _trimmed(said(person, WAKE))
        quiet = np.zeros(max(0, int(LEAD * RATE) - len(wake)), np.int16)
        gap, after = np.zeros(int(GAP * RATE), np.int16), np.zeros(int(SILENCE * RATE), np.int16)
        spoken = _trimmed(said(person, command))
        yield _noisy(np.concatenate((quiet, wake, gap, spoken, after)), noise, command)


def _noisy(sound: Sound, noise: float | None, text: str) -> Sound:
    """With white noise so many dB below the speech; the same for the same text."""
    if noise is None:
        return sound
    loud = sound[np.abs(sound.astype(np.int32)) > AUDIBLE].astype(np.float64)
    level = np.sqrt(np.mean(loud**2) / 10 ** (noise / 10))
    luck = np.random.default_rng(len(text))
    return np.clip(sound + luck.normal(0, level, len(sound)), -32_768, 32_767).astype(np.int16)


def _trimmed(sound: Sound) -> Sound:
    """Without the silence around."""
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > AUDIBLE)
    return sound[loud[0] : loud[-1] + 1]


def _pcm(sound: Sound) -> Pcm:
    return Pcm(sound.astype("<i2").tobytes(), RATE)


def _told(conditions: str, counts: dict[str, Count], cost: list[float]) -> dict[str, Any]:
    asked = sum(count.asked for count in counts.values())
    own = sum(count.own for count in counts.values()) / asked
    wrong = sum(count.wrong for count in counts.values()) / asked
    stranger = sum(count.stranger_named for count in counts.values()) / asked
    rows = [
        [
            person,
            f"{count.own}/{count.asked}",
            str(count.unknown),
            str(count.wrong),
            str(count.stranger_named),
            f"{statistics.median(count.likeness):.2f} ({min(count.likeness):.2f})",
            f"{statistics.median(count.nearest):.2f} ({max(count.nearest):.2f})",
        ]
        for person, count in counts.items()
    ]
    print(f"\n{conditions}\n")
    for row in (HEAD, *rows):
        print("".join(f"{cell:<18}" for cell in row))
    good = own >= OWN_GOAL and wrong <= WRONG_GOAL
    cpu = round(statistics.median(cost) * 1_000, 1)
    print(f"\nown name {own:.1%}, wrong name {wrong:.1%}, a stranger named {stranger:.1%}, {cpu} ms CPU a command")
    wanted = f"own name at least {OWN_GOAL:.0%}, wrong name at most {WRONG_GOAL:.0%}"
    print(f"goals are {'met' if good else 'MISSED'}: {wanted}")
    return {"own": own, "wrong": wrong, "stranger_named": stranger, "cpu_ms": cpu, "met": good, "rows": rows}


if __name__ == "__main__":
    main()
