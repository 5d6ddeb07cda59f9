"""Commands said by two voices and transcribed by the small model act rightly. The whole set is in the benchmark."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
import soxr

from bmo.app.ask_batch import DryRun, Line
from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording
from models import TRANSCRIBER, model_path
from sounds import pcm

pytestmark = pytest.mark.real

SET = Path(__file__).parents[1] / "sets" / "commands.jsonl"
EVERY = 5
"""One in so many of the commands that stand alone."""
MOST = 30
VOICES = ("heart", "bmo")
GOAL = 0.95


def test_spoken_commands_act_rightly() -> None:
    from bmo.engines.hibari import Hibari
    from bmo.engines.whisper import Whisper

    mouth = Hibari()
    ears = Whisper(model_path(TRANSCRIBER))
    run = DryRun(datetime(2026, 5, 1, 18, tzinfo=UTC))
    rows = [json.loads(row) for row in SET.read_text(encoding="utf-8").splitlines()]
    names = {action.name for action in run.actions}
    alone = [row for row in rows if len(row["actions"]) == 1 and "context" not in row][: EVERY * MOST : EVERY]
    alone = [row for row in alone if row["actions"][0]["tool"] in names]
    wrong = []
    for number, row in enumerate(alone):
        heard = ears.transcribe(Recording(heard_of(mouth.speak(Utterance(row["text"], VOICES[number % 2]))))).text
        actions = run.understood(Line(row["id"], heard))
        if not (len(actions) == 1 and alike(row["actions"][0], actions[0])):
            wrong.append((row["text"], heard, actions))

    assert len(wrong) <= len(alone) * (1 - GOAL), wrong


def heard_of(pieces: Iterable[Pcm]) -> Pcm:
    """Speech as a microphone gives it: 16 kHz, with silence around it."""
    spoken = list(pieces)
    sound = np.frombuffer(b"".join(piece.samples for piece in spoken), "<i2").astype(np.float32) / 32_768
    quiet = np.zeros(SPEECH_RATE // 2, np.float32)
    return pcm(np.concatenate((quiet, soxr.resample(sound, spoken[0].rate, SPEECH_RATE), quiet)))


def alike(wanted: dict[str, object], got: dict[str, object]) -> bool:
    """The same action; a text of its own may be spelt as it was heard."""
    meant, heard = json.dumps(wanted["arguments"]).lower(), json.dumps(got["arguments"]).lower()
    same = SequenceMatcher(None, meant, heard).ratio() > 0.8 if "duration" not in meant else True
    return wanted["tool"] == got["tool"] and same and duration(wanted) == duration(got)


def duration(action: dict[str, object]) -> object:
    arguments = action["arguments"]
    return arguments.get("duration") if isinstance(arguments, dict) else None
