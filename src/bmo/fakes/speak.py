"""A voice that hums: one short tone a word."""

import math
from array import array
from functools import cache

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.core.errors import BmoError

WORD_SECONDS = 0.2


class FakeSpeak:
    """Hums 0.2 s for each word, a piece a word; `spoken` keeps the texts it was given."""

    def __init__(
        self,
        name: str = "fake",
        rate: int = 24_000,
        pitch: float = 220.0,
        *,
        failure: BmoError | None = None,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """`rate`, `pitch` in Hz. `failure` is raised after `after` pieces, the first `times` times (None: always)."""
        self.name = name
        self.rate = rate
        self.pitch = pitch
        self.failure = failure
        self.after = after
        self.times = times
        self.spoken: list[str] = []

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        self.spoken.append(utterance.text)
        fails = self.failure is not None and (self.times is None or len(self.spoken) <= self.times)
        words = max(1, len(utterance.text.split()))
        for said in range(words + 1):
            if fails and self.failure is not None and said == self.after:
                raise self.failure
            if said < words:
                yield Pcm(_tone(self.rate, self.pitch), self.rate)


@cache
def _tone(rate: int, pitch: float) -> bytes:
    """A tone that fades in and out, at a quarter of full scale."""
    count = int(rate * WORD_SECONDS)
    loud = (8_000 * math.sin(math.pi * at / count) for at in range(count))
    samples = array("h", (int(level * math.sin(2 * math.pi * pitch * at / rate)) for at, level in enumerate(loud)))
    return samples.tobytes()
