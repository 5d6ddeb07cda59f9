"""What the app tells the page and the page tells the app.

Down: the events of a turn, on Socket.IO namespace `/voice` (event name `turn`, one message each) and as the
NDJSON lines of `POST /api/chat?stream=1`. Up: `Ask`, `FrameHead`, `Played`, ... as events of their own.
"""

from typing import Annotated, Any, Literal

from annotated_types import Interval
from pydantic import ConfigDict, Field, TypeAdapter

from bmo.wire.ai import Wire

Face = Literal["idle", "listening", "thinking", "speaking", "error"]
Outcome = Literal["done", "nothing_heard", "cancelled", "failed"]


class StateLine(Wire):
    """What BMO is doing; drives the face."""

    type: Literal["state"] = "state"
    state: Face
    turn: str = ""


class WakeLine(Wire):
    """The wake word was heard."""

    type: Literal["wake"] = "wake"
    score: float
    turn: str


class FollowUpLine(Wire):
    """BMO listens on after its answer, without the wake word, until nobody spoke for this long; a soft sound tells."""

    type: Literal["follow_up"] = "follow_up"
    turn: str
    seconds: float


class TranscriptLine(Wire):
    """What was understood of the person's speech; while it is not final, so far, and the next replaces it."""

    type: Literal["transcript"] = "transcript"
    turn: str
    text: str
    final: bool


class SpeakerLine(Wire):
    """Whose voice it was. Not sent when nobody's voice is known, or for what was typed."""

    type: Literal["speaker"] = "speaker"
    turn: str
    person: str
    """Empty for somebody whom BMO does not know."""
    likeness: float
    """Cosine with the voice that is nearest, -1 to 1."""


class ReplyLine(Wire):
    """A piece of the answer's text; append it."""

    type: Literal["reply"] = "reply"
    turn: str
    text: str


class TagLine(Wire):
    """What the answer asks for beside its words: a mood such as `happy`, a face, a light, a sound."""

    type: Literal["tag"] = "tag"
    turn: str
    tag: str
    """A mood, a face, a light such as `blue breathing`; sounds come as `audio` in their place, too."""
    kind: Literal["mood", "face", "led", "sound", "music", "emotion", "npc", "roll", "condition"] = "mood"
    refused: str = ""
    """Why nothing came of it, as a sentence; empty when something did."""
    clause: int = -1
    """The clause of the spoken answer that it stands in: to be shown when that begins; -1 for at once."""


class RollLine(Wire):
    """Dice of the answer were rolled."""

    type: Literal["roll"] = "roll"
    turn: str
    dice: str
    """Such as `2d6+1`."""
    rolls: tuple[int, ...]
    total: int


class ActionLine(Wire):
    """An action that was carried out, or refused."""

    type: Literal["action"] = "action"
    turn: str
    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    """`sentence`, `ok`, and what the action returns."""


class StepLine(Wire):
    """How far one step of a routine or plan is. All are told as `waiting` first; the last word on a number counts."""

    type: Literal["step"] = "step"
    turn: str
    number: int
    """From 1."""
    of: int
    words: str
    """What it does, with its literal arguments, or in the words of who made it."""
    state: Literal["waiting", "doing", "done", "failed", "left_out", "asks", "stopped"]
    """`asks`: BMO wants a yes before it goes on here."""
    sentence: str = ""
    """What came of it, or why nothing did."""


class ProviderLine(Wire):
    """Who served a stage. `reason` is a sentence when it was not the first choice, else empty."""

    type: Literal["provider"] = "provider"
    turn: str
    stage: Literal["chat", "transcribe", "speak"]
    provider: str
    reason: str = ""


class AudioLine(Wire):
    """A piece of the spoken answer. The same clause again replaces what was not yet played of it."""

    model_config = ConfigDict(ser_json_bytes="utf8", val_json_bytes="utf8")  # sockets carry bytes as they are

    type: Literal["audio"] = "audio"
    turn: str
    clause: int
    """From 0, in the order of the answer."""
    rate: int
    """Hz."""
    pcm: bytes
    """int16 little-endian mono."""
    restart: bool = False
    """True on the first piece when a voice broke: drop what is queued of this clause."""
    last: bool = False
    """True on the last piece of the clause."""


class TimingLine(Wire):
    """How long each stage took, in milliseconds from the end of speech or the arrival of the text."""

    type: Literal["timing"] = "timing"
    turn: str
    stages: dict[str, float]


class FailingLine(Wire):
    """The turn will end as failed: what to show while the apology is still being said."""

    type: Literal["failing"] = "failing"
    turn: str
    code: str
    sentence: str


class EndLine(Wire):
    """Exactly one for every turn."""

    type: Literal["end"] = "end"
    turn: str
    outcome: Outcome
    code: str = ""
    sentence: str = ""


TurnLine = Annotated[
    StateLine
    | WakeLine
    | FollowUpLine
    | TranscriptLine
    | SpeakerLine
    | ReplyLine
    | TagLine
    | RollLine
    | ActionLine
    | StepLine
    | ProviderLine
    | AudioLine
    | FailingLine
    | TimingLine
    | EndLine,
    Field(discriminator="type"),
]
TURN_LINE: TypeAdapter[Any] = TypeAdapter(TurnLine)


class Ask(Wire):
    """Up, `ask`: a typed question. `aloud` asks for the spoken answer too."""

    text: str = Field(max_length=100_000)
    conversation: str = Field(default="main", max_length=64)
    aloud: bool = True
    question: str = Field(default="", max_length=64)
    """Id of BMO's question that a tapped yes or no answers; empty for what was typed."""


class Listen(Wire):
    """Up, `listen`: the microphone is on. `always` waits for the wake word, `once` records now."""

    mode: Literal["always", "once", "off"]
    own_ears: bool = False
    """Whether the satellite judges sound itself and sends `scored` instead of `frame`."""
    threshold: Annotated[float, Interval(ge=0.05, le=0.99)] | None = None
    """Wake score that counts here; higher is shyer. None for what the settings say."""


class Place(Wire):
    """Up, `place`: where this page stands and what it wants, after each connect."""

    room: str = Field(default="", max_length=64)
    """Such as `kitchen`; empty for where the app's machine stands. A paired device's own room counts more."""
    follow_up: Literal["never", "question", "always"] | None = None
    """After which answers it listens on without the wake word; None for what the settings say."""


class FrameHead(Wire):
    """Up, `frame` with two arguments: this head, then 80 ms of 16 kHz mono int16 samples as binary."""

    seq: int = Field(ge=0)
    """From 0 after each `listen`; a gap is bridged with silence, a repeat is dropped."""


class ScoredHead(Wire):
    """Up, `scored` with two arguments: this head, then 80 ms of 16 kHz mono int16 samples as binary.

    For a satellite with wake word and voice activity models of its own. It may keep back what nobody needs: what
    comes is taken as following on what came before.
    """

    seq: int = Field(ge=0)
    """From 0 after each `listen`; a repeat is dropped."""
    wake: float = Field(ge=0, le=1)
    """Wake score of this sound."""
    speech: tuple[Annotated[float, Interval(ge=0, le=1)], ...] = Field(max_length=8)
    """Speech probabilities that became known with it, one per 32 ms."""


class EarsReset(Wire):
    """Down, event `reset_ears`, to a satellite with models of its own: let them forget what they heard."""


class Played(Wire):
    """Up, `played`: this clause was heard to its end."""

    turn: str
    clause: int


class Stop(Wire):
    """Up, `stop`: be quiet and drop the turn."""

    turn: str = ""


class TimerLine(Wire):
    """One timer, as REST and page see it."""

    id: int
    name: str
    seconds: float
    """How long it was set for."""
    left: float
    """Seconds until it rings; 0 when it rings."""
    state: Literal["running", "ringing"]
    due: str
    """ISO time, UTC."""
    room: str = ""
    """Where it was set; empty when unknown."""


class Timers(Wire):
    """Down, event `timers`, whenever one changes; also the body of GET /api/timers."""

    timers: tuple[TimerLine, ...]


class Alarm(Wire):
    """Down, event `alarm`: a timer rings now. The page rings until it is stopped.

    `audio` is the URL of the sentence as WAV; empty when no voice could say it.
    """

    timer: TimerLine
    sentence: str
    audio: str = ""
    aloud: bool = True
    """False where it is only to be shown: it rings in the room it was set in."""


class Announcement(Wire):
    """Down, event `announcement`, to every room: somebody has a word for everybody.

    `audio` is the URL of it as WAV, with a chime before it.
    """

    text: str
    person: str = ""
    """Who says it; empty when unknown."""
    audio: str


class Announced(Wire):
    """The answer of POST /api/announce: where it is said."""

    rooms: tuple[str, ...]
    """The rooms that have a name."""
    satellites: int
    """Pages and voice devices, all together."""


class PersonVoice(Wire):
    """What BMO knows of a person's voice."""

    person: str
    clips: int
    """Sentences it was learnt from."""
    seconds: float
    """Of speech in them."""
    known: bool
    """Whether there are enough of them to recognise the person."""
    engine: str


class Voices(Wire):
    """The body of GET /api/voices: those whom the asker may know of."""

    voices: tuple[PersonVoice, ...]
    sentences: tuple[str, ...]
    """To be read aloud: all of them make a voice known."""
    why_not: str = ""
    """Why no voice can be told from another here; empty when it can."""


class LearntVoice(Wire):
    """The answer of POST /api/voices/PERSON, which takes one sentence as audio/wav."""

    voice: PersonVoice
    needed: int
    similar: str = ""
    """Somebody else who sounds like this and may be mixed up; empty for nobody."""


class WhoseVoice(Wire):
    """The answer of POST /api/voices: whose voice is this?"""

    person: str
    """Empty for somebody whom BMO does not know."""
    likeness: float
    """Cosine with the voice that is nearest."""


class ServerBadge(Wire):
    """One AI server on the status row."""

    name: str
    state: Literal["ok", "degraded", "draining", "down", "unknown"]
    sentence: str = ""


class CapabilityBadge(Wire):
    """Who would serve a capability now, and who may be pinned to it."""

    capability: str
    provider: str
    reason: str = ""
    choices: tuple[str, ...] = ()
    pinned: str = ""


class Status(Wire):
    """Down, event `status`, whenever it changes; also the body of GET /api/health."""

    state: Literal["ok", "degraded", "down"]
    version: str
    servers: tuple[ServerBadge, ...]
    capabilities: tuple[CapabilityBadge, ...]
    notices: tuple[str, ...] = ()
    """Friendly lines about what is missing and what to do."""
    wake: bool = True
    """Whether always-listening is possible here."""
    pin_needed: bool = False
    """True until somebody set a PIN."""
