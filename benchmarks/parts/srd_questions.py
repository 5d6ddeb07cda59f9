"""The questions of `tests/sets/srd_questions.jsonl`, split for good into a third to tune on and two thirds held out."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

QUESTIONS = Path(__file__).parents[2] / "tests" / "sets" / "srd_questions.jsonl"
Part = Literal["tune", "held"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a player asks, and the entries that answer it; none when the SRD does not."""

    id: str
    text: str
    answers: tuple[str, ...]


def part(name: str) -> Part:
    """Where a question belongs. Fixed before anybody looked at one: the first byte of its id's digest by three."""
    return "tune" if sha256(name.encode()).digest()[0] % 3 == 0 else "held"


def questions(wanted: Part) -> tuple[Question, ...]:
    """The questions of one part, in the order of the file."""
    with QUESTIONS.open(encoding="utf-8") as file:
        read = [json.loads(line) for line in file if line.strip()]
    return tuple(
        Question(one["id"], one["question"], tuple(one["answers"])) for one in read if part(str(one["id"])) == wanted
    )
