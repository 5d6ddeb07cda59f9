"""One file of a person as passages, ready to be handed to whoever searches."""

from pathlib import PurePath
from typing import IO

from bmo.capabilities.search import Passage
from bmo.core.errors import Refused, TooLarge
from bmo.engines.search.documents import READERS, Problem
from bmo.engines.search.passages import passages

MOST_PASSAGES = 20_000
"""Of one file."""


class DocumentReader:
    """Reads Markdown, text and PDF. Thread-safe."""

    kinds = frozenset({".md", ".markdown", ".txt", ".text", ".pdf"})
    """Ends of the names it reads."""

    def read(self, source: str, file: IO[bytes]) -> tuple[tuple[Passage, ...], str]:
        """The passages of a file, and a sentence about what of it could not be read; both may be empty.

        Raises `Refused` with a sentence when none of it can be.
        """
        reader = READERS[PurePath(source).suffix.lower()]
        found: list[Passage] = []
        problem = ""
        for piece in reader(source, file):
            if isinstance(piece, Problem):
                problem = piece.sentence
                continue
            found.extend(passages(piece))
            if len(found) > MOST_PASSAGES:
                raise TooLarge(f"{source} was left out: it is longer than {MOST_PASSAGES:,} passages.")
        if problem and not found:
            raise Refused(problem, code="unreadable")
        return tuple(found), problem
