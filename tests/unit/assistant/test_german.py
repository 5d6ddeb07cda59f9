"""German is another folder of data: the German sets through the skills of the app, and no model."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bmo.app.ask_batch import DryRun, Line, read
from bmo.assistant.language import language
from bmo.assistant.questions import is_no, is_yes
from bmo.skills.durations import parse_duration

SETS = Path(__file__).parents[2] / "sets"
RUN = DryRun(datetime(2026, 5, 1, 18, tzinfo=UTC), "de")


def lines(name: str) -> list[Any]:
    rows = (SETS / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(row, id=json.loads(row)["id"]) for row in rows]


@pytest.mark.parametrize("row", lines("commands_de.jsonl"))
def test_a_german_command_of_the_set_acts_rightly(row: str) -> None:
    wanted = plain(json.loads(row)["actions"])

    assert plain(RUN.understood(read(row, 1))) == wanted


@pytest.mark.parametrize("row", lines("silent_de.jsonl"))
def test_a_german_sentence_of_the_silent_set_does_nothing(row: str) -> None:
    assert RUN.understood(read(row, 1)) == []


@pytest.mark.parametrize(
    "said",
    [
        "Sag allen nicht, dass ich krank bin",
        "Bitte keinen Timer stellen",
        "Nicht den Timer löschen!",
        "Du sollst den Timer nicht abbrechen",
        "Timer auf zehn Minuten sind doof",
        "Der Timer läuft noch zehn Minuten",
        "Noch fünf Minuten",
        "Sei nicht so laut",
        "Lass mich in Ruhe",
        "Stell einen Timer auf zehn Minuten, nein, vergiss es",
    ],
)
def test_a_german_near_miss_does_nothing(said: str) -> None:
    assert RUN.understood(Line(0, said)) == []


@pytest.mark.parametrize(
    "before", ["Ich habe nicht gesagt {}", "warum hast du {}", "er hat gesagt {}", "soll ich {}", "auf keinen Fall {}"]
)
def test_nothing_changes_by_what_is_denied_asked_or_told_in_german(before: str) -> None:
    changed = []
    for row in (SETS / "commands_de.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(row)["text"]
        actions = RUN.understood(Line(0, before.format(text[:1].lower() + text[1:])))
        # what follows a comma, a full stop or "und" is said for itself
        changed += [text for action in actions if action["changes"] and not set(",.:?") & set(text.rstrip(".?"))]

    assert [text for text in changed if " und " not in text] == []


def test_each_german_command_is_understood_in_a_moment() -> None:
    rows = [read(row.values[0], 1) for row in (*lines("commands_de.jsonl"), *lines("silent_de.jsonl"))]  # type: ignore[arg-type]
    taken = []
    for row in rows:
        began = time.thread_time()
        RUN.understood(row)
        taken.append(time.thread_time() - began)

    assert sorted(taken)[int(len(taken) * 0.95)] < 0.1


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("zehn Minuten", 10),
        ("anderthalb Stunden", 90),
        ("eine Dreiviertelstunde", 45),
        ("eine dreiviertel Stunde", 45),
        ("1,5 Stunden", 90),
        ("zwei Minuten dreißig", 2.5),
        ("eine Stunde und zwanzig Minuten", 80),
        ("zweieinhalb Stunden", 150),
        ("eine halbe Minute", 0.5),
        ("fünfundvierzig Minuten", 45),
        ("noch zwei Minuten", 2),
        ("drei Viertelstunden", 45),
        ("1.440 Minuten", 1_440),
        ("zwei Tage", 2_880),
    ],
)
def test_a_german_length_is_read_by_code(said: str, minutes: float) -> None:
    assert parse_duration(said, "de") == timedelta(minutes=minutes)


@pytest.mark.parametrize("said", ["zehn bis fünfzehn Minuten", "ein paar Minuten", "zehn", "Minuten", "10 minutes"])
def test_what_is_no_german_length_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="a duration is said like"):
        parse_duration(said, "de")


@pytest.mark.parametrize("said", ["Ja", "ja bitte", "Na klar!", "mach das", "BMO, ja"])
def test_a_german_yes(said: str) -> None:
    assert is_yes(said, "de")
    assert not is_no(said, "de")


@pytest.mark.parametrize("said", ["Nein", "nein danke", "lieber nicht", "lass es"])
def test_a_german_no(said: str) -> None:
    assert is_no(said, "de")
    assert not is_yes(said, "de")


@pytest.mark.parametrize("said", ["ja, aber erst morgen", "ja und nein", "vielleicht", "yes"])
def test_whatever_else_is_said_in_german_is_no_yes(said: str) -> None:
    assert not is_yes(said, "de")


def test_how_long_it_still_runs_may_follow_at_once() -> None:
    told = RUN.understood(Line(0, "Stell einen Timer auf zehn Minuten und wie lange läuft er noch?"))

    assert [action["tool"] for action in told] == ["timer.set", "timer.left"]


@pytest.mark.parametrize("said", ["Was kannst du?", "Was kannst du alles?", "Wobei kannst du mir helfen?"])
def test_what_ends_in_a_question_keeps_its_end(said: str) -> None:
    assert [action["tool"] for action in RUN.understood(Line(0, said))] == ["bmo.help"]


def test_german_words_have_what_english_ones_have() -> None:
    assert language("de").name == "de"
    assert language("de").units


def plain(actions: Sequence[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Free text counts without case and end punctuation."""
    return [
        (
            action["tool"],
            {
                name: value.casefold().rstrip(" .!?") if isinstance(value, str) else value
                for name, value in action["arguments"].items()
            },
        )
        for action in actions
    ]
