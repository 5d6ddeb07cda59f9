"""Search: a question in, passages of documents out, each with its source."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias, get_args

from bmo.capabilities.chain import Chain
from bmo.capabilities.provider import Patience, Provider

PATIENCE = Patience(connect=1.5, first=2.0)

Domain: TypeAlias = Literal["dnd", "personal", "projects"]
DOMAINS: tuple[Domain, ...] = get_args(Domain)
MOST_SIGNS = 10_000
"""Characters of a query at most."""
MOST_PASSAGES = 100
"""Passages of an answer at most."""


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


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found."""

    id: str
    """Its source in answers; another document of this id replaces it, and one without text deletes it."""
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What an index holds."""

    domain: Domain
    generation: int
    """0: nothing has been indexed here yet."""
    documents: int = 0
    passages: int = 0
    terms: int = 0
    bytes: int = 0
    """On disk."""
    built: str = ""
    """ISO time."""
    seconds: float = 0.0
    """That building took."""
    embeddings: str = ""
    """The model whose vectors are in it; empty: lexical and latent semantic ranking only."""
    problems: tuple[str, ...] = ()
    """Sentences about files that could not be read (the first hundred)."""


class Search(Provider, Protocol):
    """Finds passages."""

    def search(self, query: Query) -> Found:
        """Raises `Unavailable` (no index of the domain, or one that is too old) or `Refused`."""


class Library(Search, Protocol):
    """A search whose documents can be changed. Whoever searches meanwhile finds what was there before."""

    def add(self, domain: Domain, documents: Sequence[Document]) -> None:
        """Keep the documents; they are found after the next `rebuild`. Raises `Refused` or `Broken`."""

    def rebuild(self, domain: Domain) -> IndexStats:
        """Index everything of the domain anew. Raises `Busy` while that is being done already, `Broken` when it cannot
        be done."""

    def stats(self) -> tuple[IndexStats, ...]:
        """Every domain's index."""


class ChainedSearch:
    """Several searches that look like one."""

    name = "search"

    def __init__(self, chain: Chain[Search]) -> None:
        self._chain = chain

    def search(self, query: Query) -> Found:
        """What whoever answers first finds."""
        return self._chain.ask(lambda library, patience: library.search(replace(query, patience=patience)))
