"""A voice that hums: one short tone a word."""

import math
from array import array
from functools import cache

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Reference, References, Utterance, check, mannered
from bmo.core.errors import BmoError, Refused

WORD_SECONDS = 0.2


class FakeSpeak:
    """Hums 0.2 s for each word, a piece a word, faster and higher as asked; `spoken` keeps the texts it was given,
    `utterances` all of it, `heard` the recordings of the speakers it spoke like."""

    def __init__(
        self,
        name: str = "fake",
        rate: int = 24_000,
        pitch: float = 220.0,
        *,
        failure: BmoError | None = None,
        after: int = 0,
        times: int | None = None,
        voices: tuple[str, ...] | None = None,
        references: References | None = None,
    ) -> None:
        """`rate`, `pitch` in Hz. `failure` is raised after `after` pieces, the first `times` times (None: always).

        `voices`: the only names it answers to (None: any). With `references` it speaks like everybody recorded there.
        """
        self.name = name
        self.rate = rate
        self.pitch = pitch
        self.failure = failure
        self.after = after
        self.times = times
        self.spoken: list[str] = []
        self.utterances: list[Utterance] = []
        self.heard: list[Reference] = []
        self._voices = voices
        self._references = references

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        check(utterance)
        self._know(utterance.voice)
        self.spoken.append(utterance.text)
        self.utterances.append(utterance)
        speed, cents = mannered(utterance)
        fails = self.failure is not None and (self.times is None or len(self.spoken) <= self.times)
        words = max(1, len(utterance.text.split()))
        for said in range(words + 1):
            if fails and self.failure is not None and said == self.after:
                raise self.failure
            if said < words:
                yield Pcm(_tone(self.rate, self.pitch * 2 ** (cents / 1_200), WORD_SECONDS / speed), self.rate)

    def _know(self, voice: str) -> None:
        if self._voices is None or voice in self._voices:
            return
        if self._references is None:
            raise Refused(f"There is no voice named {voice!r} here.", code="unknown_voice")
        self.heard.append(self._references(voice))


@cache
def _tone(rate: int, pitch: float, seconds: float) -> bytes:
    """A tone that fades in and out, at a quarter of full scale."""
    count = int(rate * seconds)
    loud = (8_000 * math.sin(math.pi * at / count) for at in range(count))
    samples = array("h", (int(level * math.sin(2 * math.pi * pitch * at / rate)) for at, level in enumerate(loud)))
    return samples.tobytes()
