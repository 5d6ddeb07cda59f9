"""Pieces of documents as passages: long enough to mean something, short enough to be read aloud or to a model."""

import re
from collections.abc import Iterator

from bmo.capabilities.search import Passage
from bmo.engines.search.documents import Piece

WORDS = 220
"""A passage of running text has about so many words at most."""
RECORD_WORDS = 1_000
"""A record of its own is cut only beyond these."""
_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n")


def passages(piece: Piece) -> Iterator[Passage]:
    """The passages of a piece: whole paragraphs as long as they fit, sentences where a paragraph alone is too long."""
    most = RECORD_WORDS if piece.whole else WORDS
    source, heading = _clean(piece.source), tuple(_clean(name) for name in piece.heading)
    kept: list[str] = []
    size = 0
    for part in _parts(_clean(piece.text), most):
        words = len(part.split())
        if kept and size + words > most:
            yield Passage(source, heading, "\n\n".join(kept))
            kept, size = [], 0
        kept.append(part)
        size += words
    if kept or (heading and piece.whole):
        yield Passage(source, heading, "\n\n".join(kept))


def _clean(text: str) -> str:
    """Text that can be written as UTF-8, which JSON lets people get around, and that no zero ends."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _parts(text: str, most: int) -> Iterator[str]:
    for paragraph in _PARAGRAPH.split(text):
        stripped = paragraph.strip()
        if len(stripped.split()) > most:
            yield from _cut(stripped, most)
        elif stripped:
            yield stripped


def _cut(paragraph: str, most: int) -> Iterator[str]:
    """Sentences packed into parts of at most `most` words; a sentence that is longer still is cut between words."""
    kept: list[str] = []
    for sentence in _SENTENCE.split(paragraph):
        words = sentence.split()
        if kept and len(kept) + len(words) > most:
            yield " ".join(kept)
            kept = []
        kept += words
        while len(kept) > most:
            yield " ".join(kept[:most])
            kept = kept[most:]
    if kept:
        yield " ".join(kept)
