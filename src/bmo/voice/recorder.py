"""One command, from its first word to the silence after it. Pure: time is counted in samples.

After the wake hit the phrase itself is still ringing out. What the activity detector hears then is the phrase's tail,
unless it goes on for longer than a tail can: then the person ran straight on into the command, as in "hey Jarvis stop".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.capabilities.wake import ACTIVITY_CHUNK

Verdict: TypeAlias = Literal["more", "pause", "said", "silent", "longest"]
STEP = ACTIVITY_CHUNK / SPEECH_RATE
"""Seconds between two speech probabilities: 32 ms."""
ONSET_STEPS = 2
"""Probabilities in a row that make speech: one alone is a click."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """When a command begins and ends; seconds and probabilities."""

    silence: float = 1.5
    """This much quiet after speech ends the command, whatever the words are."""
    pause: float = 0.22
    """This much quiet is looked at: the words may be whole."""
    sentence: float = 0.8
    """This much quiet ends a sentence that sounds finished but is no command."""
    longest: float = 30.0
    """A command is cut here, whatever is going on."""
    patience: float = 6.0
    """Nobody said anything for this long: nothing was meant."""
    lead: float = 2.0
    """Sound kept from before the wake hit, with the phrase in it: to know the speaker by."""
    margin: float = 0.2
    """Sound kept before the first word, so that it is not clipped."""
    run_on: float = 0.08
    """... and before the wake hit, when the command follows without a pause: no more, or the phrase is in it."""
    tail: float = 0.2
    """Speech that stops so soon after the wake hit was the end of the phrase (measured: up to 0.16 s; "stop" 0.22)."""
    speech_on: float = 0.5
    """Probability from which somebody speaks."""
    speech_off: float = 0.35
    """Probability below which nobody speaks any more."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a satellite recorded."""

    sound: Pcm
    """From just before the first word to the end of the silence; 16 kHz."""
    lead: Pcm
    """What was heard before `sound`, with the wake phrase in it; 16 kHz. Empty after a button: anybody may speak."""
    silence: float
    """Seconds of quiet at the end of `sound`: how long ago the person stopped speaking."""


class Recorder:
    """Keeps the last seconds at all times, and a whole command once started."""

    def __init__(self, hearing: Hearing | None = None) -> None:
        self._hearing = hearing or Hearing()
        self._ring = bytearray()
        self._lead = b""
        self._woken = False
        self._sound = bytearray()
        self._phase: Literal["tail", "waiting", "talking"] = "waiting"
        self._steps = 0
        self._loud = 0
        self._quiet = 0
        self._pauses = 0
        self._onset = 0
        self._patience = self._hearing.patience

    @property
    def bytes_held(self) -> int:
        """Bytes of sound in memory; bounded by `lead` and `longest`."""
        return len(self._ring) + len(self._lead) + len(self._sound)

    @property
    def quiet(self) -> float:
        """Seconds since the person last spoke."""
        return self._quiet * STEP

    @property
    def pauses(self) -> int:
        """How many pauses the command had so far, this one included."""
        return self._pauses

    @property
    def pausing(self) -> bool:
        """Whether the pause that was told last goes on."""
        return self.spoken and self.quiet >= self._hearing.pause

    @property
    def spoken(self) -> bool:
        """Whether the command has begun."""
        return self._phase == "talking"

    def keep(self, samples: bytes) -> None:
        """Remember sound while nobody is being recorded."""
        self._ring += samples
        del self._ring[: max(0, len(self._ring) - _bytes(self._hearing.lead))]

    def forget_before(self) -> None:
        """What was remembered is nobody's word."""
        self._ring.clear()

    def start(self, after_wake: bool, patience: float | None = None) -> None:
        """Record from now on; `after_wake` tells that this is the wake hit. `patience`, in seconds, is how long to wait
        for the first word when it differs from the usual."""
        self._patience = self._hearing.patience if patience is None else patience
        self._lead = bytes(self._ring)
        self._woken = after_wake
        self._sound = bytearray(self._ring)
        self._ring.clear()
        self._phase = "tail" if after_wake else "waiting"
        self._steps = self._loud = self._quiet = self._pauses = 0
        self._onset = 0

    def add(self, samples: bytes, speech: Sequence[float]) -> Verdict:
        """Record `samples`, with the speech probabilities that became known with them."""
        self._sound += samples
        paused = self.pausing
        for probability in speech:
            self._steps += 1
            self._step(probability)
        verdict = self._verdict()
        if verdict == "more" and self.pausing and not paused:
            self._pauses += 1
            return "pause"
        return verdict

    def finish(self) -> Command:
        """Hand over what was recorded and hold nothing more."""
        command = self.so_far()
        self.forget()
        return command

    def so_far(self) -> Command:
        """What was recorded until now; recording goes on."""
        start = self._onset - self._onset % SAMPLE_WIDTH
        sound, lead = bytes(self._sound[start:]), self._lead[:start] if self._woken else b""
        return Command(Pcm(sound, SPEECH_RATE), Pcm(lead, SPEECH_RATE), round(self.quiet, 3))

    def forget(self) -> None:
        """Hold nothing more."""
        self._sound = bytearray()
        self._lead = b""
        self._phase = "waiting"

    def _step(self, probability: float) -> None:
        match self._phase:
            case "tail":
                self._after_the_phrase(probability)
            case "waiting":
                self._before_the_command(probability)
            case "talking":
                self._in_the_command(probability)

    def _after_the_phrase(self, probability: float) -> None:
        if probability < self._hearing.speech_off:
            self._phase = "waiting"
        elif self._steps * STEP > self._hearing.tail:
            self._begin(len(self._lead) - _bytes(self._hearing.run_on))

    def _before_the_command(self, probability: float) -> None:
        self._loud = self._loud + 1 if probability >= self._hearing.speech_on else 0
        if self._loud == ONSET_STEPS:
            first_word = len(self._sound) - _bytes(ONSET_STEPS * STEP)
            self._begin(max(first_word, len(self._lead)) - _bytes(self._hearing.margin))

    def _begin(self, onset: int) -> None:
        self._phase = "talking"
        self._quiet = 0
        self._onset = max(0, onset)

    def _in_the_command(self, probability: float) -> None:
        if probability >= self._hearing.speech_on:
            self._quiet = 0
        elif self._quiet or probability < self._hearing.speech_off:
            self._quiet += 1

    def _verdict(self) -> Verdict:
        elapsed = (len(self._sound) - len(self._lead)) / (SAMPLE_WIDTH * SPEECH_RATE)
        if self.spoken:
            if elapsed >= self._hearing.longest:
                return "longest"
            return "said" if self.quiet >= self._hearing.silence else "more"
        return "silent" if elapsed >= self._patience else "more"


def _bytes(seconds: float) -> int:
    return int(seconds * SPEECH_RATE) * SAMPLE_WIDTH
