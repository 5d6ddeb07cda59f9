"""Character files of this machine: one to print, and the folder that `bmo doctor` looks at."""

import sys
from collections.abc import Iterator
from pathlib import Path

from bmo.dnd.characters import own, reading
from bmo.dnd.characters.derived import derived
from bmo.dnd.characters.importing import Imported, Read, import_character, import_file, import_folder
from bmo.dnd.characters.sheet import sheet
from bmo.dnd.content import Library, kept
from bmo.dnd.rules.terms import Edition

FOLDER = Path("data") / "characters"
"""In BMO's own: what is put there is imported."""


def library(home: Path, edition: Edition = Edition.SRD_5_2) -> Library:
    """What comes with BMO, and what was imported on this machine."""
    return Library.standard(edition, home / kept.FOLDER)


def read(file: Path, books: Library) -> Imported:
    """From a file, or from standard input for `-`. Raises as `import_file`."""
    if file == Path("-"):
        return import_character(sys.stdin.buffer.read(reading.MOST_BYTES + 1), books)
    return import_file(file, books)


def shown(found: Imported, books: Library, *, as_json: bool) -> str:
    """The sheet with its computed numbers; as BMO's own file when asked for, or without a class to compute from."""
    if as_json or not found.character.classes:
        return own.export(found.character).rstrip("\n")
    return sheet(found.character, derived(found.character, books))


def in_folder(home: Path) -> Iterator[Read]:
    """Each character file of `data/characters`, with what is wrong with those that cannot be read."""
    return import_folder(home / FOLDER, library(home))
