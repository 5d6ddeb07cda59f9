"""One domain's folder: the generations of its index, and the documents that were handed in.

    current.json         which generation is served, and everything about it; replacing this file is the swap
    index-7.npz          the arrays of generation 7; never changed once it is there
    added.jsonl          documents handed in one by one; the last line of an id counts
    lock                 held by whoever builds; the system lets go of it when that process dies

A process that dies while it builds leaves a file that nobody points at, which the next build deletes. Readers of
other processes see the swap at their next query, and go on with the file they have mapped until then.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from bmo.capabilities.search import Document
from bmo.core.errors import Broken, Busy
from bmo.core.whole import whole
from bmo.engines.search import arrays
from bmo.engines.search.arrays import Array, damaged
from bmo.engines.search.ranking import Ranking

Stamp: TypeAlias = tuple[int, int]
"""When the pointer was written, and its file: another one after every swap."""
FORMAT = 1
_CURRENT = "current.json"
_ADDED = "added.jsonl"
_INDEX_FILE = re.compile(r"index-(\d+)\.npz")
_COME_AGAIN = 5.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Current:
    """The generation that is served."""

    generation: int
    documents: int
    passages: int
    terms: int
    bytes: int
    built: str
    seconds: float
    ranking: Ranking
    folder: str = ""
    """What was indexed last; a rebuild reads it again. Empty: only what was handed in."""
    embeddings: str = ""
    problems: tuple[str, ...] = ()
    format: int = FORMAT


_READ: TypeAdapter[Current] = TypeAdapter(Current)


class Shelf:
    """The folder of one domain, made when it is first written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stamp(self) -> Stamp:
        """Changes with every swap; (0, 0) when nothing has been indexed."""
        try:
            state = (self.folder / _CURRENT).stat()
        except FileNotFoundError:
            return 0, 0
        return state.st_mtime_ns, state.st_ino

    def current(self) -> Current | None:
        """What is served; None when nothing has been indexed. Raises `Broken` for a damaged file."""
        path = self.folder / _CURRENT
        try:
            found = _READ.validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as fault:
            raise damaged(path) from fault
        if found.format != FORMAT:
            raise Broken(f"The index in {self.folder} is of another BMO: index the folder again.", code="index_format")
        return found

    def arrays(self, generation: int) -> dict[str, Array]:
        """As `arrays.read`; `FileNotFoundError` when two swaps have happened meanwhile."""
        return arrays.read(self._file(generation))

    def newest(self) -> int:
        """The highest generation that has a file here, or 0."""
        found = (_INDEX_FILE.fullmatch(path.name) for path in self.folder.iterdir())
        return max((int(one[1]) for one in found if one), default=0)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Nobody else builds. Raises `Busy` when somebody does."""
        with self._locked("lock", LOCK_EX | LOCK_NB):
            yield

    def swap(self, made: Mapping[str, Array], current: Current) -> None:
        """Write a generation and serve it, while `building`. The one before stays for those who open it right now.

        Raises `OSError` as the system does (disk full), with the old generation served as before.
        """
        self._clean(current.generation - 1)
        self._compact()
        with whole(self._file(current.generation)) as file:
            arrays.write(file, made)
        with whole(self.folder / _CURRENT) as file:
            file.write(json.dumps(asdict(current), ensure_ascii=False, indent=1).encode("utf-8", "replace"))
        self._sync()

    def add(self, documents: Sequence[Document]) -> None:
        """Keep the documents, safe from a power cut when this returns."""
        lines = b"".join(json.dumps(asdict(document)).encode() + b"\n" for document in documents)
        with self._locked("added.lock", LOCK_EX), (self.folder / _ADDED).open("ab+") as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                if file.read(1) != b"\n":  # somebody died while adding: that line was never promised
                    lines = b"\n" + lines
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def added(self) -> Iterator[Document]:
        """The documents handed in that are still wanted."""
        yield from self._kept()[0]

    def _kept(self) -> tuple[list[Document], int]:
        """The documents that are still wanted, and how many lines of others stand between them."""
        kept: dict[str, Document] = {}
        lines = 0
        try:
            file = (self.folder / _ADDED).open("rb")
        except FileNotFoundError:
            return [], 0
        with file:
            for line in file:
                lines += 1
                document = _document(line)
                if document is not None:
                    kept[document.id] = document
        wanted = [document for document in kept.values() if document.text]
        return wanted, lines - len(wanted)

    def _compact(self) -> None:
        """Write what was handed in anew without what is out of date: what was deleted shall be gone, and a file that
        changes daily must not fill the disk with its past. Whoever builds has read all of it anyway."""
        if not (self.folder / _ADDED).exists():
            return
        with self._locked("added.lock", LOCK_EX):
            wanted, old = self._kept()
            if old:
                with whole(self.folder / _ADDED) as file:
                    file.writelines(json.dumps(asdict(document)).encode() + b"\n" for document in wanted)

    @contextmanager
    def _locked(self, name: str, how: int) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / name).open("w") as lock:
            try:
                flock(lock, how)
            except BlockingIOError as taken:
                raise Busy(f"{self.folder.name} is being indexed already.", retry_after=_COME_AGAIN) from taken
            yield

    def _file(self, generation: int) -> Path:
        return self.folder / f"index-{generation}.npz"

    def _clean(self, previous: int) -> None:
        """Delete what nobody will open any more, and what a build that died left behind."""
        for path in self.folder.iterdir():
            found = _INDEX_FILE.fullmatch(path.name)
            if (found and int(found[1]) != previous) or path.name.startswith(".arriving-"):
                path.unlink(missing_ok=True)

    def _sync(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _document(line: bytes) -> Document | None:
    try:
        found: Any = json.loads(line)
        return Document(str(found["id"]), str(found["text"]), str(found["title"]))
    except (ValueError, KeyError, TypeError):
        return None
