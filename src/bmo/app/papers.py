"""The documents of the household, joined: their folders, who reads them, and the AI server that is their home."""

from collections.abc import Sequence
from pathlib import Path

from bmo.capabilities.search import Document, Domain, Found, IndexStats, Library, Query
from bmo.core.clock import Clock
from bmo.core.errors import Unavailable
from bmo.engines.search.reading import DocumentReader
from bmo.remote.search import RemoteSearch
from bmo.remote.server import Server
from bmo.settings.app import DocumentsSettings
from bmo.skills.documents.access import KEPT
from bmo.skills.documents.documents import Documents
from bmo.skills.documents.folders import Folders
from bmo.skills.documents.intake import SETTLED_SECONDS
from bmo.skills.documents.papers import Papers
from bmo.store.database import Database


def library_of(told: DocumentsSettings, servers: Sequence[Server]) -> Library:
    """The one home of both domains: documents go nowhere else, whoever fails."""
    home = next((server for server in servers if server.name == told.server), None)
    return RemoteSearch(home) if home is not None else Nowhere(told.server)


def papers_of(
    home: Path,
    told: DocumentsSettings,
    library: Library,
    database: Database,
    clock: Clock,
    *,
    settled: float = SETTLED_SECONDS,
) -> Papers:
    """`home` is `$BMO_HOME`; `database` has `DOCUMENT_TABLES`. Nothing is looked at before `documents.start`."""
    folders = {domain: home / told.folders.get(domain, Path("documents") / domain) for domain in KEPT}
    reader = DocumentReader()
    return Papers(
        Documents(folders, database, library, reader, clock, settled=settled),
        Folders(home, told.readable, folders, reader),
    )


class Nowhere:
    """The library where the settings name a server that there is not. It can do nothing, and says why."""

    def __init__(self, name: str) -> None:
        self.name = name

    def search(self, query: Query) -> Found:  # noqa: ARG002 - as `Library`
        raise self._fault()

    def add(self, domain: Domain, documents: Sequence[Document]) -> None:  # noqa: ARG002
        raise self._fault()

    def rebuild(self, domain: Domain) -> IndexStats:  # noqa: ARG002
        raise self._fault()

    def stats(self) -> tuple[IndexStats, ...]:
        raise self._fault()

    def _fault(self) -> Unavailable:
        return Unavailable(
            f"There is no AI server called {self.name} to look after documents: start BMO with `bmo run`, or set"
            " `documents.server` in config.yaml.",
            code="no_library",
        )
