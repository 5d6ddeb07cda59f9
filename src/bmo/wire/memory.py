"""What page and app say about a person's memory: their own, and nobody else's."""

from pydantic import Field

from bmo.wire.ai import Wire


class FactLine(Wire):
    """Something BMO remembers about the person, or asks whether to."""

    id: int
    text: str
    made: str
    """ISO time, UTC."""


class SummaryLine(Wire):
    """What was said in a conversation that goes on, before what is still remembered word by word."""

    id: int
    at: str
    """ISO time, UTC."""
    text: str


class SavedTurn(Wire):
    """One turn of a saved conversation."""

    asked: str
    answered: str


class SavedConversation(Wire):
    """A conversation that was ended and saved."""

    id: int
    at: str
    """ISO time, UTC, when it was saved."""
    summary: str
    """Of what came before the turns; empty for nothing."""
    turns: tuple[SavedTurn, ...]


class MemoryBook(Wire):
    """The body of GET /api/memory: one's own."""

    why_not: str
    """Why nothing is remembered about whoever asks; empty where it is."""
    facts: tuple[FactLine, ...]
    """The oldest first."""
    proposals: tuple[FactLine, ...]
    """What BMO heard and asks whether to remember."""
    summaries: tuple[SummaryLine, ...]
    conversations: tuple[SavedConversation, ...]
    """The newest first."""
    everything: dict[str, int]
    """How many of what there is about the person in all of BMO."""
    in_words: str
    """The same, such as `3 facts and 1 timer`; empty for nothing at all."""
    longest: int
    """Characters of a fact."""


class FactWords(Wire):
    """A fact as the person writes it."""

    text: str = Field(max_length=2_000)


class Sure(Wire):
    """Before everything is deleted: the person said yes to that."""

    sure: bool = False


class Deleted(Wire):
    """What was deleted: how many of what, and the same as a sentence."""

    deleted: dict[str, int]
    sentence: str
