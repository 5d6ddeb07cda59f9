"""A turn as it happens: what a person said, what BMO thinks, does and says, and how it ended.

Features make these; the app turns each into the wire line of the same name. Every turn ends with one `Ended`.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from bmo.capabilities.action import Asked
from bmo.capabilities.chat import Message
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.steps import StepState
from bmo.core.errors import BmoError

Face = Literal["idle", "listening", "thinking", "speaking", "error"]
Outcome = Literal["done", "nothing_heard", "cancelled", "failed"]
Stage = Literal["chat", "transcribe", "speak"]
Look = Literal["idle", "happy", "listening", "thinking", "speaking", "error", "alert", "combat", "sleeping"]
"""What a tag may make of the face; what BMO really does is a `Face`."""
SoundName = Literal["chime", "boop", "error", "alarm", "horn", "dice", "sword", "magic"]
"""Sound effects."""
TagKind = Literal["mood", "face", "led", "sound", "music", "emotion", "npc", "roll", "condition"]
"""`mood` is one word in brackets; the others are written `[KIND:value]`."""


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
    """A response tag, checked: it asks for something beside the words it stands among."""

    tag: str
    """What is wanted, in its one spelling: a mood, a `Look`, a `SoundName`, a light such as `blue breathing`, dice such
    as `2d6+1`, the name of a character without its `npc_`."""
    kind: TagKind = "mood"
    refused: str = ""
    """Why nothing came of it, as a sentence; empty when something did."""
    clause: int = field(default=-1, compare=False)
    """The clause of the spoken answer that it stands in; -1 when nothing is spoken."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """Dice were rolled, by code."""

    dice: str
    """Such as `2d6+1`."""
    rolls: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Acted:
    """An action that was carried out (`ok`) or that refused."""

    tool: str
    arguments: Mapping[str, Any]
    result: Mapping[str, Any]
    """`sentence`, and what the action returns."""
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Stepped:
    """How far one step of a routine or plan is; every step is told as `waiting` first."""

    number: int
    """From 1."""
    of: int
    """How many there are."""
    words: str
    """What it does, with its literal arguments, or in the words of who made it."""
    state: StepState = "waiting"
    sentence: str = ""
    """What came of it, or why nothing did."""


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


Thought: TypeAlias = Reply | Tagged | Acted | Stepped
TurnEvent: TypeAlias = (
    Showing | Heard | Recognised | Reply | Tagged | Rolled | Acted | Stepped | Served | Sound | Failing | Timed | Ended
)
TagHandler: TypeAlias = Callable[[Tagged, Asked], Tagged | Rolled]
"""Acts on tags of one kind; what it returns is told in the place of the tag."""


@dataclass(frozen=True, slots=True)
class Said:
    """What BMO is asked."""

    text: str
    asked: Asked = field(default_factory=Asked)
    question: str = ""
    """Id of BMO's question that a button answers with this text; empty for everything that is said or typed."""
    sound: Pcm | None = None
    """The recording of it, for who wants to know the voice; None for what was typed."""
    before: tuple[Message, ...] | None = None
    """What was said before, as told by a client that keeps its own conversation; None where BMO keeps it."""


class Brain(Protocol):
    """Decides, acts and answers. The assistant is one; the voice only knows this face of it."""

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        """Thoughts as they come; ends early when `stop` is set. Raises `BmoError` with a sentence to say."""

    def whole(self, text: str, asked: Asked) -> bool:
        """Whether this is a complete command, which nobody needs to wait for the end of. Changes nothing."""
