"""From the end of speech to the first sound of the answer: BMO, its stages in sequence, pipecat, and a Wyoming chain.

    python benchmarks/voice.py [--people 6] [--models ~/bmo/models] [--only bmo,sequence,wyoming,pipecat]

Six commands by each of six voices, and a question whose answer a model has to write; every system hears the same sound
at the pace of a microphone, one at a time: a command through all of them before the next, the questions system by
system, as they share the model and it keeps the beginning of one prompt only. All use tiny.en
and the same 0.5B model; the voice is BMO's but for the Wyoming chain, which brings Piper. The clock starts at the last
audible sample, found by level, for everybody.

Beside it: pauses for thought in mid-command (in a time of their own: a busy machine changes nothing), word error rates,
the wake word on every voice and on real recordings (`wake.py` tells more), and what `bmo voice` costs while nobody
speaks. Whose voice it is: `speaker.py`. Voices and the peers' environments are made on the first run below `.bench/`.
Prints tables and writes `results/voice-<date>.json`.
"""

import argparse
import math
import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

from parts.errors_in_words import word_errors
from parts.idle import idle
from parts.measuring import keep, machine
from parts.own import Bmo, InSequence, listener_by_rule
from parts.pauses import TRANSCRIPTION, Listener
from parts.peer_pipecat import pipecat
from parts.peer_wyoming import wyoming_chain
from parts.reached import Missing, Reached
from parts.recordings import recordings
from parts.utterances import AFTERTHOUGHTS, PAUSED, SPEAKERS, THOUGHT, Utterance, commands, paused, questions
from parts.voice_house import KEY, VoiceHouse, voice_house
from wake import COST_GOAL_MS, GLUE_GOAL_MS, glue, measured

from bmo.engines.openwakeword import OpenWakeWord
from bmo.engines.whisper import Whisper

EVERYBODY = "bmo,sequence,wyoming,pipecat"
WHISPER = "faster-whisper-tiny.en"
COMMAND_P50, COMMAND_P90, REST_GOAL, ANSWER_P50 = 1_000.0, 1_500.0, 120.0, 2_500.0
UNCUT_GOAL, CPU_GOAL, MEMORY_GOAL, DEAF_GOAL = 0.95, 5.0, 250.0, 1 / 12


class System(Protocol):
    """Somebody who is asked."""

    name: str

    def ask(self, said: Utterance) -> Reached: ...


def main() -> None:
    """Measure what was asked for and tell which goals are met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=len(SPEAKERS))
    parser.add_argument("--only", default=EVERYBODY)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("BMO_TEST_MODELS", "~/bmo/models")))
    options = parser.parse_args()
    models = options.models.expanduser()
    result: dict[str, Any] = {"machine": machine(), "people": SPEAKERS[: options.people]}
    with voice_house(models) as house, ExitStack() as stack:
        systems, missing = _systems(house, models, options.only.split(","), stack)
        for sentence in missing:
            print(f"left out: {sentence}")
        result["left_out"] = missing
        said = {"commands": commands(options.people), "questions": questions(options.people)}
        for kind, utterances in said.items():
            turns = _in_turn(systems, utterances) if kind == "commands" else _by_system(systems, utterances)
            result[kind] = {name: _figures(reached) for name, reached in turns.items()}
            result[kind]["words"] = {name: word_errors(utterances, reached) for name, reached in turns.items()}
            _print(kind, result[kind])
        result["idle"] = idle(house, models)
    result["wake"] = measured(OpenWakeWord(models / "openwakeword-hey-jarvis"), dict(recordings()))
    result["glue_ms"] = glue()
    result["pauses"] = _pauses(models, options.people)
    result["goals"] = list(_goals(result))
    for line in result["goals"]:
        print(line)
    keep("voice", result)


def _systems(
    house: VoiceHouse, models: Path, wanted: Sequence[str], stack: ExitStack
) -> tuple[list[System], list[str]]:
    """Who can be asked, and a sentence for each who cannot."""
    systems: list[System] = []
    missing: list[str] = []
    if "bmo" in wanted:
        systems.append(Bmo(house))
    if "sequence" in wanted:
        systems.append(InSequence(house, listener_by_rule(models)))
    makers = {
        "wyoming": lambda: wyoming_chain(models, house.ai_url, KEY),
        "pipecat": lambda: pipecat(models / WHISPER, house.ai_url, KEY),
    }
    for name, maker in makers.items():
        if name in wanted:
            try:
                systems.append(stack.enter_context(maker()))
            except Missing as reason:
                missing.append(f"{name}: {reason}")
    return systems, missing


def _in_turn(systems: Sequence[System], utterances: Sequence[Utterance]) -> dict[str, list[Reached]]:
    """Each utterance through all of them before the next: a noisy machine is noisy to everybody."""
    turns: dict[str, list[Reached]] = {system.name: [] for system in systems}
    for system in systems:
        system.ask(utterances[0])  # the first one finds models cold
    for said in utterances:
        for system in systems:
            turns[system.name].append(system.ask(said))
    return turns


def _by_system(systems: Sequence[System], utterances: Sequence[Utterance]) -> dict[str, list[Reached]]:
    """One system after the other: the model keeps the beginning of one prompt, and each has a prompt of its own."""
    turns = {}
    for system in systems:
        system.ask(utterances[0])
        turns[system.name] = [system.ask(said) for said in utterances]
    return turns


def _figures(turns: Sequence[Reached]) -> dict[str, Any]:
    """Of first audio, milliseconds; `silent` turns had none."""
    times = sorted(turn.first_audio for turn in turns if turn.first_audio is not None)
    rests = [turn.rest for turn in turns if turn.rest is not None]
    transcripts = [turn.transcript for turn in turns if turn.transcript is not None]
    return {
        **{f"p{share}": _share(times, share) for share in (50, 90, 95)},
        "transcript_p50": _share(sorted(transcripts), 50),
        "rest_p50": _share(sorted(rests), 50),
        "cut": sum(time < 0 for time in times),
        "silent": len(turns) - len(times),
        "turns": len(turns),
        "each": [[turn.first_audio, turn.heard, turn.reply[:80]] for turn in turns],
    }


def _share(ordered: Sequence[float], percent: int) -> float | None:
    if not ordered:
        return None
    return round(statistics.median(ordered) if percent == 50 else ordered[math.ceil(len(ordered) * percent / 100) - 1])


def _pauses(models: Path, people: int) -> dict[str, Any]:
    """How many were cut off in a pause, and where."""
    listener = Listener(models, Whisper(models / WHISPER))
    told: dict[str, Any] = {"pause": THOUGHT, "transcription": TRANSCRIPTION}
    for kind, texts in (("in mid-command", PAUSED), ("afterthought", AFTERTHOUGHTS)):
        utterances = paused(people, texts)
        heard = [(said, listener.listen(said)) for said in utterances]
        cut = [f"{said.person}: {said.text} heard {told.heard!r}" for said, told in heard if told.cut]
        told[kind] = {"asked": len(heard), "cut": cut}
        print(f"\npause of {THOUGHT} s, {kind}: {len(cut)} of {len(heard)} cut off", *cut, sep="\n  ")
    listener.close()
    return told


def _print(kind: str, figures: dict[str, Any]) -> None:
    head = ("p50", "p90", "p95", "transcript_p50", "rest_p50", "silent", "turns")
    print(f"\n{kind}, ms after the last audible sample" + "".join(f"{title:>16}" for title in (*head, "word errors")))
    for name, row in figures.items():
        if name != "words":
            cells = [str(row[title]) for title in head] + [f"{figures['words'][name]:.1%}"]
            print(f"{name:<{len(kind) + 34}}" + "".join(f"{cell:>16}" for cell in cells))


def _goals(result: dict[str, Any]) -> Iterator[str]:
    """Each goal with its figure, met or missed; those whose figures were not measured are left out."""
    told, asked = result["commands"], result["questions"]
    bmo, sequence = Bmo.name, InSequence.name
    peers = [row["p50"] for name, row in told.items() if name not in (bmo, sequence, "words") and row["p50"]]
    if bmo in told:
        yield _goal("command, p50", told[bmo]["p50"], COMMAND_P50)
        yield _goal("command, p90", told[bmo]["p90"], COMMAND_P90)
        yield _goal("neither silence nor transcription, p50", told[bmo]["rest_p50"], REST_GOAL)
        yield _goal("three sentences by the model, p50", asked[bmo]["p50"], ANSWER_P50)
        if peers:
            yield _goal("command, p50, against the fastest peer", told[bmo]["p50"], min(peers))
        if sequence in asked:
            yield _goal(
                "three sentences, p50, against half of the sequence", asked[bmo]["p50"], asked[sequence]["p50"] / 2
            )
    pauses = result["pauses"]["in mid-command"]
    yield _goal("commands cut in a pause", len(pauses["cut"]), int(pauses["asked"] * (1 - UNCUT_GOAL)))
    wake = result["wake"]
    deaf = [person for person, (hit, _) in wake["clean"].items() if not hit]
    yield _goal(f"voices of {len(wake['clean'])} that do not wake it", len(deaf), DEAF_GOAL * len(wake["clean"]))
    yield _goal("recordings that wake it", len(wake["false_accepts"]), 0)
    yield _goal("wake word, ms CPU per 80 ms", wake["cpu_ms_per_80_ms"], COST_GOAL_MS)
    yield _goal("glue, ms per 80 ms", result["glue_ms"], GLUE_GOAL_MS)
    yield _goal("bmo voice, idle, % of a core", result["idle"]["cpu_percent"], CPU_GOAL)
    yield _goal("bmo voice, idle, MB", result["idle"]["memory_mb"], MEMORY_GOAL)


def _goal(what: str, figure: float | None, most: float) -> str:
    met = figure is not None and figure <= most
    return f"{'met   ' if met else 'MISSED'} {what}: {figure} (goal {most:g})"


if __name__ == "__main__":
    main()
