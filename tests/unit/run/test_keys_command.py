from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bmo.ai_server.key_file import KeyFile, digest
from bmo.cli import cli

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`bmo ai-server ...` in an empty home."""
    monkeypatch.setenv("BMO_HOME", str(tmp_path))
    monkeypatch.delenv("AI_SERVER_KEY", raising=False)
    return lambda *words: CliRunner().invoke(cli, ["ai-server", *words])


def stored(home: Path) -> dict[str, str]:
    return {key.name: key.sha256 for key in KeyFile(home / "ai-server-keys.json").read()[0]}


def test_a_key_is_alone_on_standard_output(run: Run, tmp_path: Path) -> None:
    made = run("keys", "add", "table", "--role", "vtt")

    (key,) = made.stdout.splitlines()
    assert stored(tmp_path) == {"table": digest(key).hex()}
    assert "shown this once" in made.stderr
    assert str(tmp_path) in made.stderr


def test_rotating_shows_the_new_key_and_removing_takes_it_away(run: Run, tmp_path: Path) -> None:
    old = run("keys", "add", "laptop", "--role", "app").stdout.strip()
    new = run("keys", "rotate", "laptop").stdout.strip()
    assert old != new
    assert stored(tmp_path) == {"laptop": digest(new).hex()}

    assert "laptop opens nothing" in run("keys", "remove", "laptop").stdout
    assert stored(tmp_path) == {}


def test_the_list_tells_who_may_what_and_where_a_key_is_from(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nobody has a key" in run("keys", "list").stdout
    monkeypatch.setenv("AI_SERVER_KEY", "secret of the app")
    key = run("keys", "add", "table", "--role", "vtt", "--domains", "dnd", "--days", "7").stdout.strip()
    listed = run("keys", "list").stdout

    first, second = listed.splitlines()
    assert first.split() == ["app", "app", "from", "the", "settings"]
    assert second.split()[:4] == ["table", "vtt", "searches", "dnd;"]
    assert "until" in second
    assert key not in listed
    assert "secret" not in listed


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("keys", "add", "table", "--role", "king"), 2, "'king'"),
        (("keys", "add", "table"), 2, "--role"),
        (("keys", "add", "table", "--role", "vtt", "--domains", "personal"), 1, "only ever searches dnd"),
        (("keys", "add", "a b", "--role", "app"), 1, "A name has letters"),
        (("keys", "add", "table", "--role", "app", "--days", "0"), 2, "--days"),
        (("keys", "rotate", "nobody"), 1, "There is no key for nobody"),
        (("keys", "remove", "nobody"), 1, "There is no key for nobody"),
        (("--port", "1", "keys", "list"), 2, "--host and --port are for serving"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(run: Run, words: tuple[str, ...], status: int, sentence: str) -> None:
    told = run(*words)

    assert told.exit_code == status
    assert sentence in told.stderr
    assert "Traceback" not in told.output


def test_the_doctor_names_holders_and_a_file_that_is_damaged(run: Run, tmp_path: Path) -> None:
    key = run("keys", "add", "table", "--role", "vtt").stdout.strip()
    told = CliRunner().invoke(cli, ["doctor"]).output
    assert "table" in told
    assert key not in told

    (tmp_path / "ai-server-keys.json").write_text("{")
    assert "makes no sense" in CliRunner().invoke(cli, ["doctor"]).output
