"""The rules, the imported SRD and a person's own books, searched as one: for the page, programs and `bmo dnd find`."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from bmo.capabilities.embed import EmbedText
from bmo.capabilities.search import Passage
from bmo.dnd.content import Library, kept
from bmo.dnd.find import library as content
from bmo.dnd.find import own
from bmo.dnd.find.entry import Entry, Kind
from bmo.dnd.find.finder import Answer, Finder
from bmo.dnd.find.seams import Told
from bmo.dnd.find.shelf import Shelf
from bmo.dnd.rules.terms import Edition
from bmo.engines.search.documents import Problem, read_folder
from bmo.engines.search.lexical import LexicalMaker
from bmo.engines.search.passages import passages

log = logging.getLogger(__name__)

OWN = Path("documents", "dnd")
"""Markdown, text and PDF of the person's own, below BMO's folder."""
KEPT = Path("data", "search", "rules")
"""Where indexes lie, one for each edition."""


class RulesSearch:
    """Answers questions about the rules. Thread-safe: who comes while an index is built waits for it."""

    def __init__(self, home: Path, edition: Edition = Edition.SRD_5_2, embed: EmbedText | None = None) -> None:
        """Nothing is read before the first question. Without `embed` it searches by words."""
        self._home = home
        self._edition = edition
        by = "meaning" if embed else "words"
        self._shelf = Shelf(home / KEPT / f"{edition.value}-{by}.npz", LexicalMaker(), embed)
        self._preparing = threading.Lock()
        self._finder: Finder | None = None
        self._stamp: object = None

    def answer(self, question: str, most: int = 5, *, master: bool = False, told: Told | None = None) -> Answer:
        """What was found. Own books may hold an adventure: only a `master` is answered out of them.

        Raises `Refused` for a question that cannot be asked, `Broken` when the index cannot be written.
        """
        wanted: Callable[[Entry], bool] | None = None if master else _everybodys
        return self.prepared(told).find(question, most, wanted=wanted)

    def prepared(self, told: Told | None = None) -> Finder:
        """The search over what there is now: the index is made anew when a file came, went or changed."""
        with self._preparing:
            stamp = self._files()
            if self._finder is None or stamp != self._stamp:
                self._finder = self._shelf.finder(self._entries(), told)
                self._stamp = stamp
            return self._finder

    def _entries(self) -> tuple[Entry, ...]:
        library = Library.standard(self._edition, self._home / kept.FOLDER)
        return (*content.read(library), *own.read(self._own()))

    def _own(self) -> Iterator[Passage]:
        if not (self._home / OWN).is_dir():
            return
        for piece in read_folder(self._home / OWN):
            if isinstance(piece, Problem):
                log.warning("the rules search: %s", piece.sentence)
            else:
                yield from passages(piece)

    def _files(self) -> object:
        """Changes when a file does."""
        found = []
        for folder in (OWN, kept.FOLDER):
            for path in sorted((self._home / folder).rglob("*")):
                if path.is_file() and not path.is_symlink():
                    state = path.stat()
                    found.append((path, state.st_mtime_ns, state.st_size))
        return found


def _everybodys(entry: Entry) -> bool:
    return entry.kind is not Kind.OWN
