"""Documents of a household in a temporary folder, with the real search engine in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bmo.app.papers import papers_of
from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role
from bmo.capabilities.search import Library
from bmo.core.clock import Clock, SystemClock
from bmo.engines.search.library import DocumentLibrary
from bmo.settings.app import DocumentsSettings
from bmo.skills.documents.papers import Papers
from bmo.skills.documents.store import DOCUMENT_TABLES
from bmo.store.database import Database

ADA = Asked(person="Ada", role=Role.OWNER)
BOB = Asked(person="Bob", role=Role.ADULT)
KID = Asked(person="Kim", role=Role.CHILD)
KITCHEN = Asked(room="kitchen", role=Role.ADULT)
"""Somebody grown up whom nobody knows by name."""
VISITOR = Asked()

BOILER = """# The boiler

It hangs in the cellar.

## Maintenance

The pressure has to stay between 1.2 and 1.8 bar. Top it up with the blue tap.

## Contract

Warm & Sons come every September. Their number is 555 0199.
"""
BOAT = """# Boat

## Sails

The mainsail goes back to the sailmaker in October; the zipper of its bag is torn.
"""


def personal(home: Path) -> Path:
    return home / "documents" / "personal"


def projects(home: Path) -> Path:
    return home / "documents" / "projects"


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@contextmanager
def kept(
    home: Path,
    library: Library | None = None,
    *,
    told: DocumentsSettings | None = None,
    clock: Clock | None = None,
    settled: float = 0.0,
) -> Iterator[Papers]:
    """Nothing is taken in before `documents.look()`."""
    database = Database(home / "data" / "bmo.db", (DOCUMENT_TABLES,))
    where = library or DocumentLibrary(home / "data" / "search")
    try:
        yield papers_of(home, told or DocumentsSettings(), where, database, clock or SystemClock(), settled=settled)
    finally:
        database.close()
