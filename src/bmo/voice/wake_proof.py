"""Proves that the ears are alive: every hour they are played their own wake word, and have to hear it.

The clip is spoken by the local voice and has to fire once before it counts as a proof. A proof has a place of its own
at the ears, so no satellite hears it, and hands over one chunk at a time, so nobody else waits for it.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import closing

from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.capabilities.wake import WAKE_CHUNK
from bmo.core.errors import BmoError, Busy, Unavailable
from bmo.voice.ears import Ears
from bmo.voice.frames import Chunks

log = logging.getLogger(__name__)

EVERY_SECONDS = 3_600.0
SOON_SECONDS = 20.0
"""... when nobody listens, or no voice has spoken the clip yet."""
AGAIN_SECONDS = 60.0
"""After a failed proof; doubles up to `EVERY_SECONDS` while they fail."""
ANSWER_SECONDS = 30.0
"""How long the ears may take for 80 ms: a child that has just been started loads its models."""
FIRES = 0.5
"""Score that proves it."""
_PAUSE = bytes(SPEECH_RATE * SAMPLE_WIDTH)


class WakeProof:
    """A watchdog. `sentence` tells what is wrong, for the status page; empty while all is well or not known."""

    def __init__(
        self,
        ears: Ears,
        clip: Callable[[], Pcm | None],
        phrase: str,
        changed: Callable[[], None] = lambda: None,
        *,
        every: float = EVERY_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """`clip` gives the spoken `phrase` at 16 kHz, or None while there is none; `changed` is told of `sentence`."""
        self.sentence = ""
        self._ears = ears
        self._clip = clip
        self._phrase = phrase
        self._changed = changed
        self._every = every
        self._answer_seconds = answer_seconds
        self._fired = False
        """Whether the clip ever woke the ears."""
        self._failures = 0
        self._halt = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake proof", daemon=True)

    def start(self) -> None:
        """Prove now and then, in the background."""
        if self._ears.wake:
            self._thread.start()

    def stop(self) -> None:
        """No proof begins any more."""
        self._halt.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)

    def prove(self) -> float | None:
        """One proof, if it can be done now: seconds until the next; None when the clip is of no use."""
        clip = self._clip() if self._ears.listening else None
        if clip is None:
            return SOON_SECONDS
        try:
            fires = self._score(clip) >= FIRES
        except Busy:
            return SOON_SECONDS
        except BmoError as failure:
            return self._failed(failure.sentence, restart=failure.code != "ears_failed")
        if fires:
            self._fired, self._failures = True, 0
            self._tell("")
            return self._every
        if self._fired:
            return self._failed(f'They did not hear "{self._phrase}".')
        self._tell(f'I can\'t test my ears by myself: "{self._phrase}" in my own voice does not wake them.')
        return None

    def _run(self) -> None:
        pause: float | None = SOON_SECONDS
        while pause is not None and not self._halt.wait(pause):
            pause = self.prove()

    def _failed(self, why: str, *, restart: bool = True) -> float:
        """Another child may hear; but not one that said itself why it cannot, such as for want of a model."""
        log.warning("the wake word detector failed its proof: %s", why)
        self._failures += 1
        if restart:
            self._ears.restart()
            self._tell(f"My ears failed their test. {why} I start them again; the button works if they stay deaf.")
        else:
            self._tell(f"I can't hear my name. {why}")
        pause: float = AGAIN_SECONDS * 2 ** min(self._failures - 1, 10)
        return min(self._every, pause)

    def _score(self, clip: Pcm) -> float:
        """The highest wake score of silence, the clip and silence. Raises what the ears say, or `Unavailable`."""
        answers = _Answers()
        chunks = Chunks(WAKE_CHUNK).feed(_PAUSE + clip.samples + _PAUSE)
        highest = 0.0
        with closing(self._ears.open(answers)) as ear:
            for chunk in chunks:
                if self._halt.is_set():
                    raise Busy("BMO is about to end.")
                ear.hear(chunk)
                highest = max(highest, answers.next(self._answer_seconds))
        return highest

    def _tell(self, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence = sentence
            self._changed()


class _Answers:
    """A microphone without a person: takes the scores as they come."""

    def __init__(self) -> None:
        self._scores: queue.Queue[float | BmoError] = queue.Queue()

    def scored(self, samples: bytes, wake: float, speech: Sequence[float]) -> None:  # noqa: ARG002 - Hearer's shape
        self._scores.put(wake)

    def deaf(self, failure: BmoError) -> None:
        self._scores.put(failure)

    def next(self, seconds: float) -> float:
        try:
            answer = self._scores.get(timeout=seconds)
        except queue.Empty:
            raise Unavailable("They did not answer.", code="ears_stuck") from None
        if isinstance(answer, BmoError):
            raise answer
        return answer
