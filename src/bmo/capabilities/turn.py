"""A turn as it happens: what a person said, what BMO thinks, does and says, and how it ended.

Features make these; the app turns each into the wire line of the same name. Every turn ends with one `Ended`.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from bmo.capabilities.action import Asked
from bmo.capabilities.provider import Stream
from bmo.core.errors import BmoError

Face = Literal["idle", "listening", "thinking", "speaking", "error"]
Outcome = Literal["done", "nothing_heard", "cancelled", "failed"]
Stage = Literal["chat", "transcribe", "speak"]


@dataclass(frozen=True, slots=True)
class Showing:
    """BMO's face changes."""

    state: Face


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of the person's speech."""

    text: str
    final: bool = True


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose voice it was. Comes after what was heard, or later; not at all when nobody is enrolled."""

    person: str
    """Empty for somebody whom BMO does not know."""
    likeness: float
    """Cosine with the voice that is nearest, -1 to 1."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A piece of the answer's text, without response tags."""

    text: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A response tag: a mood or gesture for the face."""

    tag: str


@dataclass(frozen=True, slots=True)
class Acted:
    """An action that was carried out (`ok`) or that refused."""

    tool: str
    arguments: Mapping[str, Any]
    result: Mapping[str, Any]
    """`sentence`, and what the action returns."""
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Served:
    """Who served a stage; `reason` is a sentence when it was not the first choice."""

    stage: Stage
    provider: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of the spoken answer."""

    clause: int
    rate: int
    samples: bytes = field(repr=False)
    """int16 little-endian mono."""
    restart: bool = False
    """The voice broke: drop what is queued of this clause, it begins again."""
    last: bool = False
    """The clause is complete."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds from the end of speech (or the arrival of the text) to each stage."""

    stages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Failing:
    """The turn will end as failed; said at once, because the apology is still to be heard before it ends."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of the turn; the last event, always."""

    outcome: Outcome
    code: str = ""
    sentence: str = ""
    fault: BmoError | None = field(default=None, compare=False, repr=False)
    """What it failed of, for whoever answers differently by its type."""


Thought: TypeAlias = Reply | Tagged | Acted
TurnEvent: TypeAlias = Showing | Heard | Recognised | Reply | Tagged | Acted | Served | Sound | Failing | Timed | Ended


@dataclass(frozen=True, slots=True)
class Said:
    """What BMO is asked."""

    text: str
    asked: Asked = field(default_factory=Asked)


class Brain(Protocol):
    """Decides, acts and answers. The assistant is one; the voice only knows this face of it."""

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        """Thoughts as they come; ends early when `stop` is set. Raises `BmoError` with a sentence to say."""

    def whole(self, text: str, asked: Asked) -> bool:
        """Whether this is a complete command, which nobody needs to wait for the end of. Changes nothing."""
