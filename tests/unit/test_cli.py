"""The command line: quick to help, one sentence when something is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bmo.cli import VERBS, cli


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BMO_HOME", str(tmp_path))
    return tmp_path


def test_help_names_every_verb_and_imports_none() -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bmo.cli", "--help"], capture_output=True, text=True, check=True
    )

    assert all(verb in told.stdout for verb in VERBS)
    assert not [name for name in ("flask", "pydantic", "urllib3", "numpy") if f" {name}\n" in told.stderr]


@pytest.mark.parametrize("verb", ["ask", "say", "token", "doctor", "app", "run", "models", "ai-server"])
def test_every_verb_can_be_imported_and_explains_itself(verb: str) -> None:
    told = CliRunner().invoke(cli, [verb, "--help"])

    assert told.exit_code == 0
    assert "Usage:" in told.output


@pytest.mark.parametrize("words", [["ask", "hi"], ["say", "hi", "-o", "x.wav"], ["token"], ["token", "--sign-in"]])
def test_before_the_first_start_there_is_one_sentence(words: list[str]) -> None:
    told = CliRunner().invoke(cli, words)

    assert told.exit_code == 1
    assert told.output.startswith("There is no token in ")
    assert told.output.count("\n") == 1


@pytest.mark.parametrize(
    "words", [["ask", "hi"], ["ask", "--stream", "hi"], ["say", "hi", "-o", "x.wav"], ["token", "--sign-in"]]
)
def test_where_no_app_runs_there_is_one_sentence(home: Path, words: list[str]) -> None:
    (home / "token").write_text("t" * 43)
    (home / "run").mkdir()
    (home / "run" / "address").write_text("http://127.0.0.1:9/sign-in?code=x\n")

    told = CliRunner().invoke(cli, words)

    assert (told.exit_code, told.output) == (1, "BMO does not run here. Start it with `make run` or `bmo run`.\n")


def test_a_wrong_variable_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BMO_APP__PROT", "1")

    told = CliRunner().invoke(cli, ["token"])

    assert (told.exit_code, told.output) == (
        1,
        "environment: BMO_APP__PROT: unknown key app.prot; did you mean app.port?\n",
    )


def test_a_fault_inside_shows_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("bmo.app.client_commands.load_app", breaks)

    told = CliRunner().invoke(cli, ["token"])

    assert (told.exit_code, told.output) == (
        1,
        "Something broke inside BMO (KeyError: 'x'). BMO_DEBUG=1 shows where.\n",
    )


def test_the_doctor_says_what_is_missing_and_hides_secrets(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("AI_SERVER_KEY", "hush-hush-hush-hush-hush")
    (home / "config.yaml").write_text("app: {prot: 1}")

    told = CliRunner().invoke(cli, ["doctor"])

    assert told.exit_code == 1
    assert "unknown key app.prot; did you mean app.port?" in told.output
    assert "app: does not answer." in told.output
    assert "hush" not in told.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nope"], "No such command 'nope'. `bmo --help` tells more.\n"),
        (["ask"], "Say what BMO is asked. `bmo ask --help` tells more.\n"),
        (["ask", "--zzz", "hi"], "No such option '--zzz'. `bmo ask --help` tells more.\n"),
        (["models", "nope"], "No such command 'nope'. `bmo models --help` tells more.\n"),
    ],
)
def test_a_command_line_that_cannot_be_followed_is_one_sentence(words: list[str], sentence: str) -> None:
    told = CliRunner().invoke(cli, words, prog_name="bmo")

    assert (told.exit_code, told.output) == (2, sentence)


def test_bytes_that_are_no_text_are_one_sentence(home: Path) -> None:
    (home / "token").write_text("t" * 43)

    told = CliRunner().invoke(cli, ["ask", "\udcff time"])

    assert (told.exit_code, told.output) == (1, "Your terminal sent something that is not text. Type it again.\n")


def test_say_prints_the_words_that_would_be_spoken(tmp_path: Path) -> None:
    batch = tmp_path / "texts.jsonl"
    batch.write_text('{"text": "Roll **2d6+5**."}\n{"text": "At 7:05 pm. Really? 👍"}\n{"text": "👍"}\n')

    one = CliRunner().invoke(cli, ["say", "--text-only", "It is 21°C."])
    many = CliRunner().invoke(cli, ["say", "--batch", str(batch)])

    assert one.output == "It is twenty-one degrees Celsius.\n"
    assert many.output == "Roll two d six plus five.\nAt seven oh five PM. Really?\n\n"


def test_say_names_the_line_of_a_batch_that_makes_no_sense(tmp_path: Path) -> None:
    batch = tmp_path / "texts.jsonl"
    batch.write_text('{"text": "fine"}\n{"test": "typo"}\n')

    told = CliRunner().invoke(cli, ["say", "--batch", str(batch)])

    assert told.exit_code == 1
    assert 'Line 2 is not {"text": "..."}.' in told.output
