"""A folder of Markdown, text, PDF and JSON Lines as documents: pieces of text, each with the headings above it."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from bmo.core.errors import Broken

_MOST_BYTES = 100_000_000
"""A larger file is left out, with a sentence."""
_FENCE = "---"
_MARKDOWN = MarkdownIt("commonmark")

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every small flaw; what cannot be read raises


@dataclass(frozen=True, slots=True)
class Piece:
    """Text under one heading path; paragraphs are separated by empty lines."""

    source: str
    heading: tuple[str, ...]
    text: str
    whole: bool = False
    """A record of its own, which is not cut unless it is very long."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a line of one, that could not be read."""

    sentence: str


Pieces = Iterator[Piece | Problem]


def read_folder(folder: Path) -> Pieces:
    """Everything readable below `folder`, in the order of names; hidden files and links are left out.

    Raises `Broken` when the folder is not there.
    """
    if not folder.is_dir():
        raise Broken(f"There is no folder {folder} to index.", code="no_folder")
    for path in sorted(folder.rglob("*")):
        reader = READERS.get(path.suffix.lower())
        source = path.relative_to(folder)
        if reader is None or any(part.startswith(".") for part in source.parts) or path.is_symlink():
            continue
        try:
            if path.stat().st_size > _MOST_BYTES:
                yield Problem(f"{source} was left out: it has more than {_MOST_BYTES // 1_000_000} MB.")
            elif path.is_file():
                yield from reader(source.as_posix(), path)
        except OSError as fault:
            yield Problem(f"{source} cannot be read: {fault.strerror}.")


def markdown(source: str, text: str) -> Iterator[Piece]:
    """The sections of a Markdown text with their heading paths."""
    lines = _without_front_matter(text).splitlines()
    path: list[tuple[int, str]] = []
    block: list[str] = []
    tokens = _MARKDOWN.parse("\n".join(lines))
    for at, token in enumerate(tokens):
        if token.level > 0 or token.map is None:
            continue
        if token.type == "heading_open":
            yield from _section(source, path, block)
            block = []
            depth = int(token.tag[1:])
            path = [(above, name) for above, name in path if above < depth]
            path.append((depth, tokens[at + 1].content.strip()))
        else:
            block.append("\n".join(lines[slice(*token.map)]).strip())
    yield from _section(source, path, block)


def record(source: str, title: str, text: str) -> Piece:
    """A document that has a title and a text."""
    return Piece(source, (title,) if title else (), text, whole=True)


def _section(source: str, path: list[tuple[int, str]], block: list[str]) -> Iterator[Piece]:
    if block:
        yield Piece(source, tuple(name for _, name in path), "\n\n".join(block))


def _without_front_matter(text: str) -> str:
    """Settings of other programs at the top of a file are no text."""
    lines = text.splitlines()
    if lines and lines[0].strip() == _FENCE and _FENCE in (line.strip() for line in lines[1:]):
        end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
        return "\n".join(lines[end + 1 :])
    return text


def _text_of(path: Path) -> str:
    """What is not UTF-8 becomes a replacement sign: one bad byte does not hide a file."""
    return path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _read_markdown(source: str, path: Path) -> Pieces:
    yield from markdown(source, _text_of(path))


def _read_text(source: str, path: Path) -> Pieces:
    yield Piece(source, (), _text_of(path))


def _read_pdf(source: str, path: Path) -> Pieces:
    try:
        for number, page in enumerate(PdfReader(path).pages, 1):
            yield Piece(source, (f"Page {number}",), page.extract_text())
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as fault:
        # pypdf meets broken files with all of these.
        yield Problem(f"{source} cannot be read as PDF: {fault}.")


def _read_lines(source: str, path: Path) -> Pieces:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _record_of(source, number, line)


def _record_of(source: str, number: int, line: bytes) -> Piece | Problem:
    try:
        found = json.loads(line.decode("utf-8-sig", errors="replace"))
        if not isinstance(found, Mapping):
            raise TypeError
        name = found.get("id")
        title, text = found.get("title") or "", found["text"]
        if not isinstance(title, str) or not isinstance(text, str) or isinstance(name, dict | list):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        return Problem(f'{source}, line {number}: not a line like {{"id": "1", "title": "…", "text": "…"}}.')
    return record(f"{source}:{number}" if name is None else str(name), title, text)


READERS: Mapping[str, Callable[[str, Path], Pieces]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_text,
    ".text": _read_text,
    ".pdf": _read_pdf,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
}
"""By the end of a file's name."""
