"""Search: a question in, passages of documents out, each with its source."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

from bmo.capabilities.chain import Chain
from bmo.capabilities.provider import Patience, Provider

PATIENCE = Patience(connect=1.5, first=2.0)

Domain: TypeAlias = Literal["dnd", "personal", "projects"]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for, in the documents of one domain."""

    domain: Domain
    text: str
    most: int = 5
    """Passages at most."""
    generation: int = 0
    """The oldest index that will do; one that is older counts as unavailable."""
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document."""

    source: str
    """The file's path below the folder that was indexed, or the document's own id."""
    heading: tuple[str, ...]
    """The headings above it, outermost first."""
    text: str
    score: float = 0.0
    """Higher fits better; comparable within one answer only."""


@dataclass(frozen=True, slots=True)
class Found:
    """Passages, best first; none is an answer too."""

    passages: tuple[Passage, ...]
    generation: int = 0
    """Of the index that answered; grows with every rebuild."""


class Search(Provider, Protocol):
    """Finds passages."""

    def search(self, query: Query) -> Found:
        """Raises `Unavailable` (also for an index that is too old) or `Refused`."""


class ChainedSearch:
    """Several searches that look like one."""

    name = "search"

    def __init__(self, chain: Chain[Search]) -> None:
        self._chain = chain

    def search(self, query: Query) -> Found:
        """What whoever answers first finds."""
        return self._chain.ask(lambda library, patience: library.search(replace(query, patience=patience)))
