"""`bmo ask --batch`: what would be done, told line by line, and nothing done."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bmo.app.client_commands import ask

DRY = ("--no-model", "--dry-run", "--now", "2026-05-01T18:00:00+02:00")


def batch(path: Path, *lines: Any, options: tuple[str, ...] = DRY) -> Result:
    file = path / "lines.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return CliRunner().invoke(ask, ["--batch", str(file), *options])


def told(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_gets_its_actions_in_order_with_normalised_arguments(tmp_path: Path) -> None:
    result = batch(
        tmp_path,
        {"id": "a", "text": "set a pasta timer for ten minutes and tell me the time", "kind": "ignored"},
        {"id": 7, "text": "I hate timers"},
        "",
        {"id": "c", "text": "and in Tokyo?", "context": {"said": "what time is it", "more": 1}},
    )

    assert result.exit_code == 0
    assert told(result) == [
        {
            "id": "a",
            "actions": [
                {"tool": "timer.set", "arguments": {"duration": 600, "name": "pasta"}, "changes": True},
                {"tool": "time.now", "arguments": {}, "changes": False},
            ],
        },
        {"id": 7, "actions": []},
        {"id": "c", "actions": [{"tool": "time.now", "arguments": {"place": "Tokyo"}, "changes": False}]},
    ]


@pytest.mark.parametrize(
    ("state", "tool"),
    [
        ({}, "bmo.stop"),
        ({"ringing": True}, "timer.stop"),
        ({"timers": [{"name": "pasta", "state": "ringing"}]}, "timer.stop"),
        ({"timers": [{"name": "pasta", "state": "running"}]}, "bmo.stop"),
        ({"timers": "odd"}, "bmo.stop"),
    ],
)
def test_the_state_tells_which_reading_counts(tmp_path: Path, state: dict[str, Any], tool: str) -> None:
    (answer,) = told(batch(tmp_path, {"id": 1, "text": "stop", "context": {"state": state}}))

    assert answer["actions"][0]["tool"] == tool


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "Line 2 is not JSON."),
        ("[" * 100_000, "Line 2 is not JSON."),
        ("[]", 'Line 2 is not {"id": ..., "text": "..."}.'),
        ({"text": "stop"}, 'Line 2 is not {"id": ..., "text": "..."}.'),
        ({"id": 1, "text": 5}, 'Line 2 is not {"id": ..., "text": "..."}.'),
        ({"id": 1, "text": "x", "context": "y"}, 'Line 2: context is {"said": "...", "state": {...}}.'),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(tmp_path: Path, line: Any, says: str) -> None:
    result = batch(tmp_path, {"id": "a", "text": "what time is it"}, line, {"id": "c", "text": "stop"})

    assert result.exit_code == 2
    assert [answer["id"] for answer in told(result)] == ["a", "c"]
    assert result.stderr.strip() == says


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "--batch works with --no-model and --dry-run only"),
        (("--dry-run",), "--batch works with --no-model and --dry-run only"),
        (("--no-model", "--dry-run", "--now", "soon"), "--now 'soon' is no time"),
        ((*DRY, "hello"), "--batch takes its questions from the file."),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    result = batch(tmp_path, {"id": "a", "text": "stop"}, options=options)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "says"), [([], "Say what BMO is asked."), (["--dry-run", "hi"], "belong to --batch")]
)
def test_without_a_file_a_question_is_needed_and_nothing_else(options: list[str], says: str) -> None:
    result = CliRunner().invoke(ask, options)

    assert result.exit_code == 2
    assert says in result.stderr
