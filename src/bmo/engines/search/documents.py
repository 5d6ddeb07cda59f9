"""A folder of Markdown, text, PDF and JSON Lines as documents: pieces of text, each with the headings above it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from markdown_it import MarkdownIt

from bmo.core.errors import Broken, WrongType
from bmo.core.plain_text import decoded
from bmo.engines.search import pdf

_MOST_BYTES = 100_000_000
"""A larger file is left out, with a sentence."""
_FENCE = "---"
_MARKDOWN = MarkdownIt("commonmark")


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
                with path.open("rb") as file:
                    yield from reader(source.as_posix(), file)
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


def _read_markdown(source: str, file: IO[bytes]) -> Pieces:
    text = _text_of(source, file)
    yield from (text,) if isinstance(text, Problem) else markdown(source, text)


def _read_text(source: str, file: IO[bytes]) -> Pieces:
    text = _text_of(source, file)
    yield text if isinstance(text, Problem) else Piece(source, (), text)


def _text_of(source: str, file: IO[bytes]) -> str | Problem:
    try:
        return decoded(file.read())
    except WrongType as fault:
        return Problem(f"{source} cannot be read: {fault.sentence}.")


def _read_pdf(source: str, file: IO[bytes]) -> Pieces:
    for told in pdf.pages(file):
        match told:
            case str():
                yield Problem(f"{source} {told}.")
            case number, text:
                yield Piece(source, (f"Page {number}",), text)


def _read_lines(source: str, file: IO[bytes]) -> Pieces:
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


READERS: Mapping[str, Callable[[str, IO[bytes]], Pieces]] = {
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".txt": _read_text,
    ".text": _read_text,
    ".pdf": _read_pdf,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
}
"""By the end of a file's name."""
