"""What the AI server is asked about documents, and what it answers.

POST /rag/search   SearchAsk  -> FoundAnswer; 404 when there is no index of the domain, or only an older one
POST /rag/add      AddAsk     -> AddedAnswer
POST /rag/rebuild  RebuildAsk -> IndexPart, when it is done
GET  /rag/stats               -> StatsAnswer

A key opens the domains it was made for and no others, whatever a message says.
"""

from pydantic import Field

from bmo.capabilities.search import MOST_PASSAGES, MOST_SIGNS, Domain
from bmo.wire.ai import Wire


class SearchAsk(Wire):
    """A question to the documents of one domain."""

    domain: Domain
    query: str = Field(max_length=MOST_SIGNS)
    most: int = Field(default=5, ge=1, le=MOST_PASSAGES)
    generation: int = Field(default=0, ge=0)
    """The oldest index that will do."""


class PassagePart(Wire):
    """A piece of a document."""

    source: str
    heading: tuple[str, ...] = ()
    text: str
    score: float


class FoundAnswer(Wire):
    """Passages, best first; none is an answer too."""

    passages: tuple[PassagePart, ...]
    generation: int
    """Of the index that answered."""


class DocumentPart(Wire):
    """A document to be found."""

    id: str = Field(min_length=1, max_length=500)
    title: str = Field(default="", max_length=1_000)
    text: str = Field(max_length=4_000_000)
    """Empty: the document of this id is deleted."""


class AddAsk(Wire):
    """Documents for one domain."""

    domain: Domain
    documents: tuple[DocumentPart, ...] = Field(min_length=1, max_length=10_000)
    rebuild: bool = True
    """Whether they are to be found at once. Off for the first of many."""


class AddedAnswer(Wire):
    """They are kept."""

    added: int
    generation: int
    """The index that answers now; with `rebuild` it has them."""


class RebuildAsk(Wire):
    """Index everything of the domain anew."""

    domain: Domain


class IndexPart(Wire):
    """What an index holds."""

    domain: Domain
    generation: int
    """0: nothing has been indexed yet."""
    documents: int = 0
    passages: int = 0
    terms: int = 0
    bytes: int = 0
    built: str = ""
    """ISO time."""
    seconds: float = 0.0
    """That building took."""
    embeddings: str = ""
    """The model whose vectors are in it, if any."""
    problems: tuple[str, ...] = ()
    """Files that could not be read (the first hundred)."""


class StatsAnswer(Wire):
    """The indexes of the domains that the key opens."""

    domains: tuple[IndexPart, ...]
