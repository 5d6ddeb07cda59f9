"""What was said so far, written down while the person may still go on: most pauses are the end of a command.

A guess starts at a short pause. When the words are whole by then, nobody has to wait for the long silence that ends
what is not; when the person goes on, the guess is dropped.
"""

import logging
import re
import threading
from collections.abc import Callable

from bmo.capabilities.action import Asked
from bmo.capabilities.chain import Attempt
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording, Transcribe, Transcript
from bmo.core.errors import BmoError
from bmo.core.events import Events
from bmo.core.trace import set_trace
from bmo.voice.cadence import falls
from bmo.voice.endings import BROKEN
from bmo.voice.flow import POLL_SECONDS
from bmo.voice.who import Recognition

log = logging.getLogger(__name__)

HELD = 0.9
"""Seconds of silence after a whole command whose last word was held: "set a timer ... for the pasta" may follow."""
_FEWEST_WORDS = 3
"""Fewer make no sentence: "What is." is how a pause after two words is written down."""
_GOES_ON = re.compile(
    r"""[,…-]$|\.\.\.$|\b(?:(?:give|let|remind|show|tell|wake)\ me|(?:can|could|will|would)\ you\ please|
    a|about|an|and|any|are|at|because|between|but|by|can|could|called|do|does|for|from|have|how|if|
    in|into|is|it's|its|my|named|of|on|or|our|set|shall|should|so|than|that|the|their|then|this|to|uh|um|until|
    was|were|what|when|where|which|who|why|will|with|would|your)[.?!]?$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What nobody ends on."""
_ASKED_ABOUT = re.compile(
    r"\b(?:ask|explain|guess|know|me|say|see|understand|wonder)\W+"
    r"(?:how|what|when|where|which|who|why)\s+\w.*\s(?:are|can|does|is|was|were|will)[.?!]$",
    re.IGNORECASE,
)
"""... but for a question inside another: "Do you know how far away the moon is?"."""


class Guess:
    """One transcription ahead of time, in a thread of its own."""

    def __init__(
        self,
        transcribe: Transcribe,
        sound: Pcm,
        trace: str,
        attempts: Events,
        who: Callable[[], Recognition | None] = lambda: None,
    ) -> None:
        """`sound` ends with the pause; 16 kHz. `attempts` is where the chains publish their `Attempt`s; `who` begins
        to find out whose voice it is, beside the words."""
        self._who = who
        self.recognition: Recognition | None = None
        self._transcribe = transcribe
        self._sound = sound
        self._trace = trace
        self._events = attempts
        self._attempts: list[Attempt] = []
        self._transcript: Transcript | None = None
        self._failure: BmoError | None = None
        self._done = threading.Event()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Who was asked, and how that went."""
        return tuple(self._attempts)

    def start(self, told: Callable[[Transcript], None]) -> None:
        """Write; `told` is called from the guess's thread unless it fails."""
        self.recognition = self._who()
        threading.Thread(target=self._run, args=(told,), name=f"guess {self._trace}", daemon=True).start()

    def transcript(self, halt: threading.Event) -> Transcript | None:
        """What was written, waited for; None once nobody wants it any more. Raises what the writing failed of."""
        while not self._done.wait(POLL_SECONDS):
            if halt.is_set():
                return None
        if self._failure is not None:
            raise self._failure
        return self._transcript

    def _run(self, told: Callable[[Transcript], None]) -> None:
        set_trace(self._trace)
        forget = self._events.on(Attempt, self._note)
        try:
            self._transcript = self._transcribe.transcribe(Recording(self._sound))
        except BmoError as failure:
            self._failure = failure
        except Exception:
            log.exception("a guess broke")
            self._failure = BmoError(BROKEN.sentence, code=BROKEN.code)
        finally:
            forget()
            self._done.set()
        if self._transcript is not None:
            told(self._transcript)

    def _note(self, attempt: Attempt) -> None:
        if attempt.trace == self._trace and attempt.capability == "transcribe":
            self._attempts.append(attempt)


class Judge:
    """How much silence is enough, once the words before it are known."""

    def __init__(self, whole: Callable[[str, Asked], bool], sentence: float, longest: float) -> None:
        """`whole` tells whether a text is a complete command; the silences, in seconds, are for a finished sentence
        and for anything else."""
        self._whole = whole
        self._sentence = sentence
        self._longest = longest

    def silence(self, transcript: Transcript, sound: Pcm, asked: Asked) -> float:
        """Seconds of silence after which the person is taken to have finished, by the words and by the voice in `sound`
        (16 kHz); 0 when they leave no doubt."""
        text = transcript.text.strip()
        if not text or (_GOES_ON.search(text) and not _ASKED_ABOUT.search(text)):
            return self._longest
        if self._whole(text, asked):
            return 0.0 if falls(sound) else min(HELD, self._longest)
        sentence = text.endswith((".", "?", "!")) and len(text.split()) >= _FEWEST_WORDS
        return self._sentence if sentence else self._longest
