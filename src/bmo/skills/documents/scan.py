"""What lies in a folder that people drop documents into: every file with a stamp that changes when it does."""

import os
import stat
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from bmo.core.inside import Inside

MOST_FILES = 5_000
"""Of a folder, with those that are refused. The others are left out, with a sentence."""
MOST_NAMES = 50_000
"""That are looked at in one folder."""
MOST_DEPTH = 16
MOST_BYTES = {".pdf": 50_000_000}
MOST_TEXT_BYTES = 5_000_000
LONGEST_PATH = 400
"""Characters: a document has to have a name that can be handed on."""
ALL = "*"
"""The path under which it is told that there are too many."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, or why it is left out."""

    stamp: str
    """Time of writing in ns, size, inode."""
    written: float = 0.0
    """The time of writing, in seconds since 1970."""
    problem: str = ""


def scan(inside: Inside, kinds: Collection[str]) -> dict[str, Entry]:
    """By path below the folder. Hidden files are nobody's business; links, and what cannot be read, are told of.

    Raises `OSError` when the folder itself is not there or not readable.
    """
    found: dict[str, Entry] = {}
    todo: list[tuple[str, ...]] = [()]
    while todo:
        parts = todo.pop()
        try:
            for name, state in _listed(inside, parts):
                path = "/".join((*parts, name))
                if stat.S_ISDIR(state.st_mode) and len(parts) < MOST_DEPTH:
                    todo.append((*parts, name))
                else:
                    found[_sayable(path)] = _entry(path, state, kinds)
                if len(found) >= MOST_FILES:
                    return found | {ALL: Entry("", problem=f"There are more than {MOST_FILES:,} files.")}
        except OSError as fault:
            if not parts:
                raise
            found[_sayable("/".join(parts))] = Entry("", problem=f"This folder cannot be read: {fault.strerror}.")
    return found


def stamp_of(state: os.stat_result) -> str:
    """Another one after every change."""
    return f"{state.st_mtime_ns} {state.st_size} {state.st_ino}"


def _listed(inside: Inside, parts: tuple[str, ...]) -> list[tuple[str, os.stat_result]]:
    """Names in order, with what they are."""
    with inside.folder(parts) as folder:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in islice(entries, MOST_NAMES) if not entry.name.startswith("."))
        listed = []
        for name in names:
            try:
                listed.append((name, os.stat(name, dir_fd=folder, follow_symlinks=False)))
            except FileNotFoundError:
                continue  # deleted between the look and the question
        return listed


def _entry(path: str, state: os.stat_result, kinds: Collection[str]) -> Entry:
    return Entry(stamp_of(state), state.st_mtime, _problem(path, state, kinds))


def _problem(path: str, state: os.stat_result, kinds: Collection[str]) -> str:
    kind = PurePath(path).suffix.lower()
    most = MOST_BYTES.get(kind, MOST_TEXT_BYTES)
    if stat.S_ISLNK(state.st_mode):
        return "This is a link. Put the file itself here."
    if stat.S_ISDIR(state.st_mode):
        return f"Folders are looked into {MOST_DEPTH} deep, and this one is deeper."
    if not stat.S_ISREG(state.st_mode):
        return "This is not a plain file."
    if kind not in kinds:
        return "I read Markdown, text and PDF, and this is neither."
    if state.st_nlink > 1:
        return "This file has a second name elsewhere (a hard link). Put a copy here."
    if len(path) > LONGEST_PATH or _sayable(path) != path:
        return "The name of this file cannot be written down. Give it a simpler one."
    if state.st_size > most:
        return f"This file is too large: at most {most // 1_000_000} MB."
    return ""


def _sayable(path: str) -> str:
    """Names need not be text; the page and the database need one."""
    plain = path.encode("utf-8", "replace").decode()
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in plain)
