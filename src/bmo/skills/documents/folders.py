"""The folders that BMO may look into when somebody asks it to read a file: those of the settings, and no others."""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO

from bmo.capabilities.action import Asked
from bmo.capabilities.wording import Told
from bmo.core.errors import NotFound, Refused, WrongType
from bmo.core.inside import Inside, disk_faults
from bmo.core.plain_text import decoded
from bmo.skills.documents.access import Kept, folded, may_see
from bmo.skills.documents.intake import Reader
from bmo.skills.documents.paths import OUTSIDE, plain_parts

MOST_BYTES = 64_000
"""Of a file that are read; a longer one is told to go on."""
MOST_PDF_BYTES = 20_000_000
MOST_ENTRIES = 500
"""Of a folder that are listed."""
_NAMES = 20_000
"""Of a folder that are looked at."""
PLAIN = frozenset({".md", ".markdown", ".txt", ".text", ".csv", ".tsv", ".json", ".jsonl", ".ics", ".rst", ".org", ""})
"""Ends of the names of text files. Settings (`.yaml`, `.ini`, `.env`, ...) hold keys and are not among them."""
OPEN_DATA = frozenset({"dnd_sessions", "maps", "characters"})
"""What of `$BMO_HOME/data` is people's: the rest is BMO's memory of everybody (database, recordings, indexes)."""
LOOSE_DATA = frozenset({".md", ".txt", ".csv"})
"""Files of these kinds may be read where they lie in `$BMO_HOME/data` itself."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says."""

    path: str
    text: str
    whole: bool
    """False when only its beginning was read."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds."""

    path: str
    folders: tuple[str, ...]
    files: tuple[str, ...]
    whole: bool
    """False when there is more than was listed."""


class Folders:
    """The roots by name, which is the first part of every path: `documents/projects/boat.md`. Thread-safe."""

    def __init__(self, home: Path, readable: Sequence[Path], domains: Mapping[Kept, Path], reader: Reader) -> None:
        """`readable`: relative to `home` unless absolute; a path that names none of them is looked for in the first."""
        self._home = home.resolve()
        self._domains = {domain: (self._home / folder).resolve() for domain, folder in domains.items()}
        self._reader = reader
        self._roots: dict[str, Inside] = {}
        for folder in readable:
            path = (self._home / folder).resolve()
            name, number = path.name or "files", 2
            while name in self._roots:
                name, number = f"{path.name} {number}", number + 1
            self._roots[name] = Inside(path)

    def read(self, path: str, asked: Asked) -> Text:
        """A text or PDF file.

        Raises `NotFound`, also for what whoever asks may not see; `WrongType` for what is not text; `Refused` for
        everything outside of the folders, however it is written or linked.
        """
        name, root, parts = self._where(path)
        if not parts:
            raise Refused(Told("{name} is a folder. Which file in it?", name=name), code="folder")
        self._see(root, parts, asked, path)
        with disk_faults(OUTSIDE, path):
            try:
                file = root.file(parts)
            except FileNotFoundError as fault:
                raise _none(path) from fault
        with file, disk_faults(OUTSIDE, path):
            state = os.fstat(file.fileno())
            if state.st_nlink > 1:  # a second name may lead to a file that lies outside
                raise Refused(OUTSIDE, code="outside")
            return self._text("/".join((name, *parts)), parts[-1], file, state.st_size)

    def list(self, path: str, asked: Asked) -> Listing:
        """What a folder holds that whoever asks may see, without hidden files, links and devices.

        Raises `NotFound` and `Refused` as `read` does.
        """
        if not plain_parts(path):
            return Listing("", tuple(self._roots), (), True)
        name, root, parts = self._where(path)
        self._see(root, parts, asked, path)
        with disk_faults(OUTSIDE, path):
            try:
                found = _entries(root, parts)
            except FileNotFoundError as fault:
                raise _none(path) from fault
        seen = [(one, kind) for one, kind in found if self._may(root, (*parts, one), asked, folder=kind)]
        folders = tuple(one for one, is_folder in seen if is_folder)
        files = tuple(one for one, is_folder in seen if not is_folder)
        kept = folders[:MOST_ENTRIES], files[:MOST_ENTRIES]
        return Listing("/".join((name, *parts)), *kept, whole=kept == (folders, files))

    def _where(self, path: str) -> tuple[str, Inside, tuple[str, ...]]:
        """The root and the rest of the path."""
        parts = plain_parts(path)
        for name, root in self._roots.items():
            if parts and folded(parts[0]) == folded(name):
                return name, root, parts[1:]
        if not self._roots:
            raise Refused("No folder is set up that I may read from: `documents.readable` in config.yaml.")
        name = next(iter(self._roots))
        return name, self._roots[name], parts

    def _see(self, root: Inside, parts: Sequence[str], asked: Asked, path: str) -> None:
        if not self._may(root, parts, asked, folder=None):
            raise _none(path)

    def _may(self, root: Inside, parts: Sequence[str], asked: Asked, *, folder: bool | None) -> bool:
        """Whether whoever asks may see this place; `folder` is None when nobody has looked what it is."""
        if folder is False and not self._readable(parts[-1]):
            return False
        place = root.root.joinpath(*parts)
        for domain, kept in self._domains.items():
            below = _below(place, kept)
            if below is not None:
                # The folder of the private folders is seen by everybody, and in it everybody's own.
                return may_see(domain, below, asked) or (
                    not below and may_see(domain, ("private", asked.person), asked)
                )
        at_home = _below(place, self._home)
        if at_home is None:
            return may_see(None, parts, asked)
        return _peoples(at_home) and may_see(None, at_home, asked)

    def _readable(self, name: str) -> bool:
        kind = PurePosixPath(name).suffix.lower()
        return kind in PLAIN or kind in self._reader.kinds

    def _text(self, path: str, name: str, file: IO[bytes], size: int) -> Text:
        if not self._readable(name):
            raise WrongType(f"{name} is not plain text, so I cannot read it.")
        if name.lower().endswith(".pdf"):
            if size > MOST_PDF_BYTES:
                raise Refused(f"{name} is too large: at most {MOST_PDF_BYTES // 1_000_000} MB.", code="too_large")
            passages, _ = self._reader.read(name, file)
            text = "\n\n".join(one.text for one in passages)
            return Text(path, text[:MOST_BYTES], len(text) <= MOST_BYTES)
        data = file.read(MOST_BYTES + 1)
        try:
            return Text(path, decoded(_whole_lines(data)), len(data) <= MOST_BYTES)
        except WrongType as fault:
            raise WrongType(f"{name} is not plain text, so I cannot read it.") from fault


def _entries(root: Inside, parts: Sequence[str]) -> Sequence[tuple[str, bool]]:
    """Names of plain files (False) and folders (True), in order."""
    with root.folder(parts) as folder:
        with os.scandir(folder) as entries:
            names = sorted(one.name for one in islice(entries, _NAMES) if not one.name.startswith("."))
        found = []
        for name in names:
            try:
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
            except FileNotFoundError:
                continue  # deleted between the look and the question
            if name.isprintable() and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                found.append((name, stat.S_ISDIR(mode)))
        return found


def _below(place: Path, folder: Path) -> tuple[str, ...] | None:
    """The way from a folder to a place in it, or None; letters count as on file systems that fold them."""
    way, start = place.parts, folder.parts
    inside = [folded(one) for one in way[: len(start)]] == [folded(one) for one in start]
    return way[len(start) :] if inside else None


def _peoples(at_home: Sequence[str]) -> bool:
    """Whether a place in `$BMO_HOME` holds what people put there, not what BMO keeps."""
    match at_home:
        case ["documents", *_] | ["data"]:
            return True
        case ["data", name]:
            return name in OPEN_DATA or PurePosixPath(name).suffix.lower() in LOOSE_DATA
        case ["data", name, *_]:
            return name in OPEN_DATA
    return False


def _whole_lines(data: bytes) -> bytes:
    """The beginning of a longer file, up to where a line ends: no sign is cut in two."""
    if len(data) <= MOST_BYTES:
        return data
    cut = data[:MOST_BYTES]
    return cut if 0 in cut else cut.rpartition(b"\n")[0] or cut


def _none(path: str) -> NotFound:
    return NotFound(Told("There is no {path} in my folders.", path=path))
