"""The index on disk: one `.npz`, written whole, read without pickle, made anew when what went into it changed."""

import logging
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bmo.capabilities.embed import EmbedText, Texts
from bmo.core.errors import BmoError, Broken
from bmo.core.whole import whole
from bmo.dnd.find.entry import Entry
from bmo.dnd.find.finder import Finder
from bmo.dnd.find.index import build, content_digest, opened
from bmo.dnd.find.seams import MakesLexical, Told

log = logging.getLogger(__name__)


class Shelf:
    """Keeps one index. Thread-safe: whoever comes while it is built waits for it."""

    def __init__(self, path: Path, lexical: MakesLexical, embed: EmbedText | None = None) -> None:
        """`path` is the file. Its folder is made when something is written."""
        self._path = path
        self._lexical = lexical
        self._embed = embed
        self._building = threading.Lock()

    def finder(self, entries: Sequence[Entry], told: Told | None = None) -> Finder:
        """A search over these entries: with the index that is kept, or a new one where that is another's or damaged.

        `told` is told how many texts of how many are embedded. Without a model that works it searches by words alone.
        Raises `Broken` when the file cannot be written.
        """
        with self._building:
            model = self._model()
            embed = self._embed if model else None
            kept = self._read()
            if kept is not None:
                try:
                    index = opened(kept, self._lexical)
                    if index.meta.content == content_digest(entries, model):
                        return Finder(index, embed)
                except (KeyError, ValueError, TypeError) as fault:
                    log.warning("the rules are indexed anew, the index that is kept is damaged: %s", fault)
                    kept = None
            made = build(entries, self._lexical, embed, before=kept, told=told)
            self._write(made)
            return Finder(opened(made, self._lexical), embed)

    def _model(self) -> str:
        """Which model answers; empty for none."""
        if self._embed is None:
            return ""
        try:
            return self._embed.embed(Texts(("which model is this",))).model
        except BmoError as fault:
            log.warning("the rules are searched by words alone: %s", fault)
            return ""

    def _read(self) -> dict[str, npt.NDArray[Any]] | None:
        try:
            with np.load(self._path, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as fault:
            log.warning("the rules are indexed anew, the index that is kept is damaged: %s", fault)
            return None

    def _write(self, made: dict[str, npt.NDArray[Any]]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with whole(self._path) as file:
                np.savez(file, **made)  # type: ignore[arg-type]
        except OSError as fault:
            raise Broken(
                f"The rules index {self._path} cannot be written: {fault.strerror or fault}.", code="index_unwritable"
            ) from fault
