"""What a satellite wants done. Its state machine only decides; a worker carries these out."""

from dataclasses import dataclass
from typing import TypeAlias

from bmo.capabilities.media import Pcm
from bmo.capabilities.turn import Ended, Face, Said, TurnEvent
from bmo.voice.recorder import Command
from bmo.voice.turn_log import Ending


@dataclass(frozen=True, slots=True)
class Show:
    """The face changes; `turn` is empty outside of turns."""

    state: Face
    turn: str = ""


@dataclass(frozen=True, slots=True)
class Woke:
    """The wake word was heard and a turn began."""

    turn: str
    score: float


@dataclass(frozen=True, slots=True)
class ListenOn:
    """A turn began without the wake word, because BMO's answer is followed by somebody's word: show and sound it."""

    turn: str
    seconds: float
    """How long BMO listens when nobody speaks."""


@dataclass(frozen=True, slots=True)
class Overheard:
    """Write down what was said while BMO spoke: it may be "stop"."""

    turn: str
    """The turn that speaks."""
    sound: Pcm
    """16 kHz, less than two seconds."""


@dataclass(frozen=True, slots=True)
class Write:
    """Write down what was said so far and tell how much silence it asks for: the person may be done."""

    turn: str
    pause: int
    """Which pause of the command it is."""
    command: Command


@dataclass(frozen=True, slots=True)
class Understand:
    """Answer what was recorded."""

    turn: str
    command: Command
    pause: int = 0
    """The pause whose transcript holds all of it; 0 when it has to be written first."""
    ending: Ending = "silence"


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer what was typed."""

    turn: str
    said: Said
    aloud: bool


@dataclass(frozen=True, slots=True)
class Tell:
    """An event of the turn for whoever watches."""

    turn: str
    event: TurnEvent


@dataclass(frozen=True, slots=True)
class End:
    """The turn is over. Exactly one for every turn that began."""

    turn: str
    ended: Ended


@dataclass(frozen=True, slots=True)
class Cancel:
    """Set the turn's stop: its model stream and voice are closed, and nothing it still says is wanted."""

    turn: str


@dataclass(frozen=True, slots=True)
class ResetEars:
    """Let the detectors forget what they heard: it was BMO itself, or another time."""


Deed: TypeAlias = Show | Woke | ListenOn | Write | Overheard | Understand | Answer | Tell | End | Cancel | ResetEars
