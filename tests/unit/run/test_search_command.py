import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bmo.cli import cli
from search_corpus import write_corpus


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BMO_HOME", str(tmp_path / "home"))
    write_corpus(tmp_path / "documents")
    return tmp_path


def bmo(*words: str | Path, given: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["search", *map(str, words)], input=given)


def test_a_folder_is_indexed_and_searched_without_a_server(home: Path) -> None:
    told = bmo("index", home / "documents", "--domain", "dnd")
    assert told.exit_code == 0
    assert "passages of 5 documents" in told.output

    found = bmo("query", "--domain", "dnd", "how", "long does a lantern burn")
    assert found.exit_code == 0
    assert found.output.startswith("rules/lanterns.md > The house of lanterns > Lanterns")
    assert (home / "home" / "data" / "search" / "dnd" / "index-1.npz").is_file()


def test_a_batch_is_answered_line_by_line(home: Path) -> None:
    bmo("index", home / "documents", "--domain", "dnd")
    queries = [
        {"id": 1, "query": "harbour fees"},
        {"id": "two", "query": "quasar"},
        {"id": "three", "query": "a" * 20_000},
        {"id": "four", "query": ""},
    ]
    (home / "batch.jsonl").write_text("\n".join(map(json.dumps, queries)) + "\n\n")

    told = bmo("query", "--domain", "dnd", "--batch", home / "batch.jsonl", "--most", "1")
    answers = [json.loads(line) for line in told.output.splitlines()]
    assert told.exit_code == 0
    assert [answer["id"] for answer in answers] == [1, "two", "three", "four"]
    assert answers[0]["results"][0].keys() == {"source", "heading", "score", "text"}
    assert answers[0]["results"][0]["source"] == "b3"
    assert [answer["results"] for answer in answers[1:]] == [[], [], []]
    assert "10,000 characters" in answers[2]["problem"]


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"id": 1}', b'{"query": "a"}', b'{"id": 1, "query": 2}', b"\xff"])
def test_a_line_that_is_no_query_is_named(home: Path, line: bytes) -> None:
    bmo("index", home / "documents", "--domain", "dnd")

    told = bmo("query", "--domain", "dnd", "--batch", "-", given=b'{"id": 0, "query": "fees"}\n' + line)
    assert told.exit_code == 1
    assert "Line 2 of the batch" in told.output


def test_what_cannot_be_found_is_said(home: Path) -> None:
    bmo("index", home / "documents", "--domain", "dnd")

    assert bmo("query", "--domain", "dnd", "quasar").output == "Nothing fits.\n"
    other = bmo("query", "--domain", "personal", "quasar")
    assert other.exit_code == 1
    assert other.output.startswith("Nothing has been indexed for personal here")


def test_an_index_of_ones_own_lies_where_it_is_told_to(home: Path) -> None:
    where = ("--domain", "dnd", "--index", home / "own")

    assert bmo("index", home / "documents", *where).exit_code == 0
    assert "b3" in bmo("query", "harbour fees", *where).output
    assert not (home / "home" / "data").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("query", "--domain", "dnd"),
        ("query", "--domain", "secrets", "a"),
        ("index", "nowhere", "--domain", "dnd"),
        ("query", "a", "--domain", "dnd", "--most", "0"),
    ],
)
def test_a_misused_command_says_how(home: Path, words: tuple[str, ...]) -> None:
    told = bmo(*words)

    assert told.exit_code == 2
    assert "--help" in told.output


def test_files_that_cannot_be_read_are_told_of(home: Path) -> None:
    (home / "documents" / "broken.pdf").write_bytes(b"rubbish")

    assert "broken.pdf cannot be read as PDF" in bmo("index", home / "documents", "--domain", "dnd").output
