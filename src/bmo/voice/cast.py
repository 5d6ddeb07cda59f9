"""One server's voice, asked for by the names that people use."""

import logging
from collections.abc import Callable
from contextlib import closing

from bmo.capabilities.chain import Attempt
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.clock import Clock
from bmo.core.errors import Refused
from bmo.core.trace import trace
from bmo.voice.voices import VoiceTable

log = logging.getLogger(__name__)

UNKNOWN = "unknown_voice"
"""The code of a refusal that means the name and nothing else."""
REMEMBERED_SECONDS = 60.0
"""How long a server is not asked again for somebody it did not know; a recording may come at any time."""


class Cast:
    """A voice that stands in for those it does not have. It has the face of the one it wraps, and its name."""

    def __init__(self, speak: Speak, voices: VoiceTable, clock: Clock, witness: Callable[[Attempt], None]) -> None:
        """`witness` is told of every stand-in for somebody who is missed, as of a provider that was asked before."""
        self.name = speak.name
        self._speak = speak
        self._voices = voices
        self._clock = clock
        self._witness = witness
        self._lacking: dict[str, float] = {}
        """Speakers that the server did not know, and when to ask for them again."""

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`; the voice is a name of the table, or `OWN`. Refused is what nobody stands in for."""
        *better, last = self._voices.wanted(utterance)
        for asked in better:
            if self._lacking.get(asked.voice, 0.0) <= self._clock.monotonic():
                try:
                    yield from self._spoken(asked)
                except Refused as refusal:
                    if refusal.code != UNKNOWN:
                        raise
                    self._miss(asked.voice)
                else:
                    return
            self._tell(asked.voice)
        yield from self._spoken(last)

    def _spoken(self, asked: Utterance) -> Stream[Pcm]:
        with closing(self._speak.speak(asked)) as pieces:
            yield from pieces
        self._voices.meet(asked.voice)

    def _miss(self, speaker: str) -> None:
        log.info("%s does not know the voice %s; another stands in for it", self.name, speaker)
        self._lacking[speaker] = self._clock.monotonic() + REMEMBERED_SECONDS

    def _tell(self, speaker: str) -> None:
        if not self._voices.missed(speaker):
            return
        sentence = f"Nobody is called {speaker} at the AI server {self.name!r}, so another voice stands in."
        self._witness(Attempt("speak", f"{speaker} at {self.name}", Refused(sentence, code=UNKNOWN), trace()))
