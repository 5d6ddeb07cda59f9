"""Short words said while BMO speaks: "stop" has to be understood without the wake word. Pure.

Only what stands alone and is short is worth writing down: whoever talks on is not talking to BMO, and BMO's own voice,
where a microphone hears it, hardly ever pauses before and after a single word.
"""

from collections import deque
from collections.abc import Sequence

from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.voice.recorder import STEP

SHORTEST_STEPS = round(0.16 / STEP)
"""Of speech; less is a click or a cough."""
LONGEST_STEPS = round(1.4 / STEP)
"""Of speech; "hey BMO, that is enough" takes as long."""
QUIET_STEPS = round(0.26 / STEP)
"""Of silence after it, and before it."""
LEAD_STEPS = 6
"""Sound that is kept from before the first loud step, so that the first letter is not clipped."""
SPEECH = 0.5
"""Probability from which somebody speaks."""


class Overhear:
    """Cuts short utterances out of what the microphone hears."""

    def __init__(self) -> None:
        self._sound: deque[bytes] = deque()
        self._bytes = 0
        self._loud = 0
        self._quiet = 0

    @property
    def bytes_held(self) -> int:
        """Bytes of sound in memory; bounded."""
        return self._bytes

    def forget(self) -> None:
        """Hold nothing more."""
        self._sound.clear()
        self._bytes = self._loud = self._quiet = 0

    def hear(self, samples: bytes, speech: Sequence[float]) -> Pcm | None:
        """One more piece of sound with its speech probabilities; the utterance that it completes, 16 kHz."""
        self._keep(samples)
        complete = None
        for probability in speech:
            if probability >= SPEECH:
                self._loud += 1 + self._quiet
                self._quiet = 0
            elif self._loud:
                self._quiet += 1
                if self._quiet >= QUIET_STEPS:
                    complete = self._cut() if SHORTEST_STEPS <= self._loud <= LONGEST_STEPS else complete
                    self._loud = self._quiet = 0
        return complete

    def _keep(self, samples: bytes) -> None:
        self._sound.append(samples)
        self._bytes += len(samples)
        while self._bytes - len(self._sound[0]) >= _bytes(LEAD_STEPS + LONGEST_STEPS + 2 * QUIET_STEPS):
            self._bytes -= len(self._sound.popleft())

    def _cut(self) -> Pcm:
        sound = b"".join(self._sound)
        return Pcm(sound[-_bytes(LEAD_STEPS + self._loud + self._quiet) :], SPEECH_RATE)


def _bytes(steps: int) -> int:
    return int(steps * STEP * SPEECH_RATE) * SAMPLE_WIDTH
