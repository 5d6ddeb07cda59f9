"""What of the documents was handed to whoever searches: the table, so that a restart need not read all of it again."""

from dataclasses import dataclass

from bmo.skills.documents.access import Kept
from bmo.store.database import Database, Migration

DOCUMENT_TABLES = Migration(
    100,
    "documents",
    """
    CREATE TABLE document (
        domain TEXT NOT NULL,
        path TEXT NOT NULL,          -- below the domain's folder
        stamp TEXT NOT NULL,         -- of the file that was handed in; empty while that is being done
        passages INTEGER NOT NULL,   -- handed in under its name, at most
        problem TEXT NOT NULL,
        PRIMARY KEY (domain, path)
    );
    CREATE TABLE document_index (
        domain TEXT PRIMARY KEY,
        home TEXT NOT NULL,          -- the AI server that has it
        generation INTEGER NOT NULL,
        stale INTEGER NOT NULL       -- something was handed in since
    );
    """,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A file as it was last handed in."""

    stamp: str
    passages: int
    problem: str


@dataclass(frozen=True, slots=True)
class IndexRow:
    """The index of a domain."""

    home: str = ""
    generation: int = 0
    stale: bool = False


class DocumentTable:
    """Reads and writes the rows of one domain; each method is one transaction. Raises `Broken`."""

    def __init__(self, database: Database, domain: Kept) -> None:
        self._database = database
        self.domain = domain

    def rows(self) -> dict[str, Row]:
        """Every file by its path."""
        found = self._database.read(
            "SELECT path, stamp, passages, problem FROM document WHERE domain = ? ORDER BY path", (self.domain,)
        )
        return {one["path"]: Row(one["stamp"], one["passages"], one["problem"]) for one in found}

    def index(self) -> IndexRow:
        """Of the domain."""
        found = self._database.read("SELECT * FROM document_index WHERE domain = ?", (self.domain,))
        return IndexRow(found[0]["home"], found[0]["generation"], bool(found[0]["stale"])) if found else IndexRow()

    def begin(self, path: str, passages: int) -> None:
        """So many passages of this file may be handed in from now on: whoever dies meanwhile leaves none behind."""
        with self._database.transaction() as write:
            write.execute(
                "INSERT INTO document VALUES (?, ?, '', ?, '') ON CONFLICT (domain, path) "
                "DO UPDATE SET stamp = '', passages = max(passages, excluded.passages)",
                (self.domain, path, passages),
            )
            write.execute("UPDATE document_index SET stale = 1 WHERE domain = ?", (self.domain,))

    def finish(self, path: str, row: Row) -> None:
        """They were."""
        with self._database.transaction() as write:
            write.execute(
                "INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?)",
                (self.domain, path, row.stamp, row.passages, row.problem),
            )

    def remove(self, path: str) -> None:
        """Nothing of this file is there any more."""
        with self._database.transaction() as write:
            write.execute("DELETE FROM document WHERE domain = ? AND path = ?", (self.domain, path))

    def indexed(self, home: str, generation: int) -> None:
        """All that was handed in is found there, from this generation on."""
        with self._database.transaction() as write:
            write.execute("INSERT OR REPLACE INTO document_index VALUES (?, ?, ?, 0)", (self.domain, home, generation))

    def anew(self, home: str) -> None:
        """Whoever searches knows nothing of it: every file is to be handed in again."""
        with self._database.transaction() as write:
            write.execute("UPDATE document SET stamp = '' WHERE domain = ?", (self.domain,))
            write.execute("INSERT OR REPLACE INTO document_index VALUES (?, ?, 0, 1)", (self.domain, home))
