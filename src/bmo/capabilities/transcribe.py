"""Transcribe: speech in, text out."""

from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, runtime_checkable

from bmo.capabilities.chain import Chain
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience, Provider, Stream

PATIENCE = Patience(connect=1.5, first=2.0)
"""How long a transcript is waited for when somebody else could write it, besides the time for its length."""
PER_SECOND = 0.5
"""Seconds of waiting for each second of sound."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Something somebody said."""

    sound: Pcm
    """16 kHz mono int16."""
    hint: str = "BMO"
    """Words likely to occur, for engines that take a hint."""
    language: str = ""
    """ISO 639-1, such as `en`; empty for what the engine is set to. An engine that does not know it refuses."""
    timed: bool = False
    """Whether it matters when each part was said. Without it segments may be as long as the engine's window (30 s)."""
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a recording in which somebody spoke."""

    text: str
    start: float
    """Seconds from the beginning of the recording."""
    end: float
    no_speech: float = 0.0
    """0 to 1: how sure the engine is that nobody spoke here."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was understood; empty text means nobody spoke."""

    text: str
    language: str = "en"
    no_speech: float = 0.0
    """0 to 1: how sure the engine is that nobody spoke."""
    model: str = ""
    segments: tuple[Segment, ...] = ()
    """In the order they were said; together they are the text."""


Written: TypeAlias = Segment | Transcript


class Transcribe(Provider, Protocol):
    """Writes down what was said."""

    def transcribe(self, recording: Recording) -> Transcript:
        """The whole recording at once. Raises `Unavailable` or `Refused`."""


@runtime_checkable
class WritesAlong(Protocol):
    """A transcriber that tells each segment as soon as it has it."""

    def write(self, recording: Recording) -> Stream[Written]:
        """Segments, then the whole transcript. Raises as `transcribe` does."""


def written(engine: Transcribe, recording: Recording) -> Stream[Written]:
    """The segments as they come, or all at the end where the engine cannot tell them earlier; then the transcript."""
    if isinstance(engine, WritesAlong):
        yield from engine.write(recording)
        return
    heard = engine.transcribe(recording)
    yield from heard.segments
    yield heard


class ChainedTranscribe:
    """Several transcribers that look like one."""

    name = "transcribe"

    def __init__(self, chain: Chain[Transcribe], per_second: float = PER_SECOND) -> None:
        self._chain = chain
        self._per_second = per_second

    def transcribe(self, recording: Recording) -> Transcript:
        """The transcript of whoever answers first; a long recording is waited for longer."""
        extra = recording.sound.seconds * self._per_second

        def write(provider: Transcribe, patience: Patience | None) -> Transcript:
            longer = patience and replace(patience, first=patience.first + extra)
            return provider.transcribe(replace(recording, patience=longer))

        return self._chain.ask(write)
