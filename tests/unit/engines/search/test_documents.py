import json
import zlib
from pathlib import Path

import pytest

from bmo.core.errors import Broken
from bmo.engines.search.documents import Piece, Problem, markdown, read_folder
from bmo.engines.search.passages import WORDS, passages
from search_corpus import RULES, pdf, write_corpus


def read(folder: Path) -> tuple[list[Piece], list[str]]:
    found = list(read_folder(folder))
    pieces = [one for one in found if isinstance(one, Piece)]
    return pieces, [one.sentence for one in found if isinstance(one, Problem)]


def test_markdown_keeps_the_path_of_headings() -> None:
    assert [piece.heading for piece in markdown("x.md", RULES)] == [
        ("The house of lanterns",),
        ("The house of lanterns", "Moving"),
        ("The house of lanterns", "Moving", "In the dark"),
        ("The house of lanterns", "Lanterns"),
    ]


def test_a_line_of_code_is_no_heading_and_the_top_of_a_file_is_no_text() -> None:
    pieces = list(markdown("x.md", RULES))

    assert "# this is no heading" in pieces[2].text
    assert not any("author" in piece.text for piece in pieces)


def test_underlined_headings_count_too() -> None:
    [piece] = markdown("x.md", "Trees\n=====\n\nOaks grow slowly.\n")

    assert (piece.heading, piece.text) == (("Trees",), "Oaks grow slowly.")


def test_a_folder_is_read_with_sources_below_it(tmp_path: Path) -> None:
    pieces, problems = read(write_corpus(tmp_path))

    assert {piece.source for piece in pieces} == {"b1", "b2", "b3", "cats.txt", "rules/lanterns.md"}
    assert problems == []


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    (tmp_path / "guide.pdf").write_bytes(pdf("The bridge closes at midnight."))

    [piece] = read(tmp_path)[0]
    assert (piece.source, piece.heading, piece.text.strip()) == (
        "guide.pdf",
        ("Page 1",),
        "The bridge closes at midnight.",
    )


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"not a pdf", pdf("whole")[:200]])
def test_a_broken_pdf_is_told_of_and_hides_nothing_else(tmp_path: Path, data: bytes) -> None:
    write_corpus(tmp_path)
    (tmp_path / "broken.pdf").write_bytes(data)

    pieces, problems = read(tmp_path)
    assert len(problems) == 1
    assert problems[0].startswith("broken.pdf cannot be read as PDF")
    assert len(pieces) == 8


def test_broken_utf8_does_not_hide_a_file(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"before \xff\xfe after")

    assert "before" in read(tmp_path)[0][0].text
    assert "after" in read(tmp_path)[0][0].text


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"id": "1"}', '{"text": 4}', '{"id": [], "text": "a"}', "\ud800"])
def test_a_line_that_is_no_document_is_told_of_by_its_number(tmp_path: Path, line: str) -> None:
    whole = json.dumps({"id": 7, "text": "Good."})
    (tmp_path / "some.jsonl").write_bytes(f"{whole}\n\n{line}\n".encode("utf-8", "surrogatepass"))

    pieces, problems = read(tmp_path)
    assert [piece.source for piece in pieces] == ["7"]
    assert len(problems) == 1
    assert problems[0].startswith("some.jsonl, line 3")


def test_hidden_files_and_links_are_left_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    folder = tmp_path / "folder"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config.txt").write_text("hidden")
    (folder / "link.txt").symlink_to(outside)

    assert read(folder) == ([], [])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="no folder"):
        read(tmp_path / "nowhere")


def test_long_text_is_cut_between_sentences_and_nothing_is_lost() -> None:
    text = " ".join(f"Sentence number {number} has six words." for number in range(200))

    made = list(passages(Piece("x", (), text)))
    assert all(len(one.text.split()) <= WORDS for one in made)
    assert all(one.text.endswith(".") for one in made)
    assert " ".join(one.text for one in made) == text


def test_short_paragraphs_share_a_passage_and_a_record_stays_whole() -> None:
    paragraphs = "\n\n".join(["Five words are in here."] * 60)

    assert [len(one.text.split()) for one in passages(Piece("x", (), paragraphs))] == [220, 80]
    assert len(list(passages(Piece("x", ("t",), paragraphs, whole=True)))) == 1


def test_a_word_longer_than_a_passage_can_be_still_becomes_passages() -> None:
    assert sum(len(one.text) for one in passages(Piece("x", (), "a" * 100_000))) == 100_000
    assert all(len(one.text.split()) <= WORDS for one in passages(Piece("x", (), "word " * 5_000)))


def test_a_pdf_that_unpacks_to_gigabytes_is_refused_soon(tmp_path: Path) -> None:
    bomb = zlib.compress(b"\0" * 100_000_000, 6)
    packed = b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(bomb), bomb)
    plain = pdf("X")
    start = plain.index(b"<< /Length")
    end = plain.index(b"endstream") + len(b"endstream")
    (tmp_path / "bomb.pdf").write_bytes(plain[:start] + packed + plain[end:])

    pieces, problems = read(tmp_path)
    assert pieces == []
    assert len(problems) == 1


def test_a_pdf_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmo.engines.search.pdf.SECONDS_AT_MOST", 0.01)
    (tmp_path / "slow.pdf").write_bytes(pdf("One."))

    assert read(tmp_path)[1] == ["slow.pdf takes too long or too much memory to read."]
