"""A text for one Wyoming client, spoken clause by clause while the rest of it may still be coming."""

import logging
from collections.abc import Callable
from contextlib import closing

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable

from bmo.bridges.wyoming_sound import Resampled
from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import NobodyCould, TooLarge, Unavailable
from bmo.voice.clauses import Clauses
from bmo.voice.speakable import spoken

log = logging.getLogger(__name__)

MOST_TEXT = 20_000
"""Characters of one text."""
ASKED_AT_MOST = 3
"""Times that one clause is begun, when voice after voice breaks in it."""
SILENT_RATE = 22_050
"""Hz of a text without words, which becomes a sound without samples."""
_PIECE_SECONDS = 0.1


class Speaking:
    """One answer: `audio-start`, `audio-chunk` ... `audio-stop`, all of one rate."""

    def __init__(self, speak: Speak, voice: str, tell: Callable[[Eventable], None]) -> None:
        """`tell` sends an event to the client."""
        self._speak = speak
        self._voice = voice
        self._tell = tell
        self._clauses = Clauses()
        self._length = 0
        self._rate = 0
        self._same: Resampled | None = None
        """Another voice may take over, at another rate."""

    def feed(self, text: str) -> None:
        """More of the text; speaks the clauses it completes. Raises `TooLarge`, `Refused` and `Unavailable`."""
        self._length += len(text)
        if self._length > MOST_TEXT:
            raise TooLarge(f"That is too much to say at once; at most {MOST_TEXT:,} characters.")
        for clause in self._clauses.feed(text):
            self._say(clause)

    def finish(self) -> None:
        """The text is complete: speak what is left and end the sound. Raises `Refused` and `Unavailable`."""
        for clause in self._clauses.finish():
            self._say(clause)
        if self._same is None:
            self._same = self._start(SILENT_RATE)
        self._tell_sound(self._same.finish())
        self._tell(AudioStop())

    def _say(self, clause: str) -> None:
        words = spoken(clause)
        if not words:
            return
        for attempt in range(1, ASKED_AT_MOST + 1):
            try:
                with closing(self._speak.speak(Utterance(words, voice=self._voice))) as pieces:
                    for piece in pieces:
                        self._send(piece)
                return
            except Unavailable as failure:
                if isinstance(failure, NobodyCould) or attempt == ASKED_AT_MOST:
                    raise
                log.info("the voice broke: %s", failure)

    def _send(self, piece: Pcm) -> None:
        if self._same is None:
            self._same = self._start(piece.rate)
        self._tell_sound(self._same.feed(piece.samples, piece.rate))

    def _tell_sound(self, samples: bytes) -> None:
        size = int(self._rate * _PIECE_SECONDS) * SAMPLE_WIDTH
        for start in range(0, len(samples), size):
            self._tell(AudioChunk(self._rate, SAMPLE_WIDTH, 1, samples[start : start + size]))

    def _start(self, rate: int) -> Resampled:
        self._rate = rate
        self._tell(AudioStart(rate, SAMPLE_WIDTH, 1))
        return Resampled(rate)
