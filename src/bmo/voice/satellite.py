"""One microphone and loudspeaker: idle, listening, thinking, speaking. Pure: events and a clock in, deeds out.

One turn at a time. A turn is open from its wake word, button or typed question to its one `End`; the end that the
answer reports is held back until the sound was played, so that "stop" during playback still cancels the turn.
What a turn says after its end is dropped, so a slow model can never speak into the next turn.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal, TypeAlias

from bmo.capabilities.media import Pcm
from bmo.capabilities.turn import Ended, Face, Said, Showing, Sound, TurnEvent
from bmo.core.clock import Clock
from bmo.voice.deeds import Answer, Cancel, Deed, End, ResetEars, Show, Tell, Understand, Woke, Write
from bmo.voice.endings import CANCELLED, NO_SOUND, NOTHING_HEARD
from bmo.voice.recorder import Hearing, Recorder
from bmo.voice.turn_log import Ending

Mode: TypeAlias = Literal["always", "once", "off"]


@dataclass(frozen=True, slots=True)
class Rules:
    """When a satellite wakes, listens and lets go; seconds and scores."""

    threshold: float = 0.5
    """Wake score that counts."""
    in_a_row: int = 2
    """Chunks of 80 ms over the threshold that wake: one alone is often "Hey Charlie"."""
    loud_threshold: float = 0.8
    """Wake score that counts while BMO itself is speaking into the microphone."""
    refractory: float = 2.0
    """No second wake for this long after one."""
    settle: float = 0.5
    """No wake for this long after a turn: the room still rings with BMO's own voice."""
    no_sound: float = 3.0
    """A recording that gets no sound for this long is given up."""
    playback_slack: float = 1.5
    """Waited beyond the length of the sound for a loudspeaker that does not report what it played."""
    ahead: float = 6.0
    """Sound is sent this far ahead of what is playing, no further: a loudspeaker's line holds only so much."""
    sorry: float = 2.0
    """The face shows an error this long."""
    adaptive: bool = True
    """Whether the words decide how much silence ends a command; else it is always the longest."""
    hearing: Hearing = field(default_factory=Hearing)


class Satellite:
    """The state machine of one satellite. Not thread-safe: one worker owns it."""

    def __init__(self, clock: Clock, new_turn: Callable[[], str], rules: Rules | None = None) -> None:
        self._clock = clock
        self._new_turn = new_turn
        self._rules = rules or Rules()
        self._recorder = Recorder(self._rules.hearing)
        self._mode: Mode = "off"
        self._state: Face = "idle"
        self._turn = ""
        self._over: Ended | None = None
        """The turn's end, once the answer reported it; held back while sound is playing."""
        self._enough = inf
        """Seconds of silence that end the command, as its words ask for; infinite while they are not known."""
        self._over_threshold = 0
        self._doubtful: list[tuple[bytes, Sequence[float]]] = []
        """Chunks over the threshold that are not yet enough to wake."""
        self._deaf_until = 0.0
        self._last_sound = 0.0
        self._silent_at = 0.0
        """When everything sent so far has been played."""
        self._calm_at = 0.0
        """When an error has been shown long enough."""
        self._held: deque[Sound] = deque()
        """Sound that it is too early to send."""
        self._sent = -1
        self._played = -1

    @property
    def state(self) -> Face:
        """What the face shows."""
        return self._state

    @property
    def turn(self) -> str:
        """The open turn; empty in between."""
        return self._turn

    @property
    def hearing(self) -> Hearing:
        """When its commands begin and end."""
        return self._rules.hearing

    @property
    def mode(self) -> Mode:
        """What the microphone is for."""
        return self._mode

    @property
    def bytes_held(self) -> int:
        """Bytes of sound in memory."""
        return self._recorder.bytes_held

    def listen(self, mode: Mode) -> list[Deed]:
        """The microphone was switched: `once` (the button) records now, `off` hands in what was said so far."""
        was, self._mode = self._mode, mode
        match mode:
            case "once":
                self._mode = "always" if was == "always" else "off"
                return [*self._cancel(), *self._begin_listening(after_wake=False)]
            case "always":
                return [ResetEars()] if self._state != "listening" else []
            case "off":
                return self._endpoint("button") if self._state == "listening" else []

    def ask(self, said: Said, aloud: bool) -> list[Deed]:
        """A question was typed; whatever was going on stops."""
        deeds = self._cancel()
        self._open()
        return [*deeds, *self._show("thinking"), Answer(self._turn, said, aloud)]

    def sound_came(self) -> None:
        """The microphone is alive: sound is on its way through the detectors, which may take their time."""
        self._last_sound = self._clock.monotonic()

    def hear(self, samples: bytes, wake: float, speech: Sequence[float]) -> list[Deed]:
        """80 ms of sound, its wake score, and the speech probabilities that became known with it."""
        self.sound_came()
        if self._state == "listening":
            return self._record(samples, speech)
        woken = self._woken_by(wake)
        self._doubtful.append((samples, speech))
        if woken:
            return self._wake(wake)
        if self._over_threshold == 0:
            self._keep_doubtful()
        return []

    def written(self, turn: str, pause: int, silence: float) -> list[Deed]:
        """What was said until this pause is known, and asks for so many seconds of silence."""
        if turn != self._turn or self._state != "listening" or not self._in_pause(pause):
            return []
        self._enough = silence
        return self._endpoint_if_enough()

    def stop(self) -> list[Deed]:
        """Be quiet and drop the turn."""
        deeds = self._cancel()
        self._be_deaf(self._rules.settle)
        return [*deeds, *self._show("idle"), ResetEars()] if deeds else []

    def fail(self, code: str, sentence: str) -> list[Deed]:
        """The ears broke: a recording is lost and says so; an answer under way goes on."""
        return self._end(Ended("failed", code, sentence)) if self._state == "listening" else []

    def played(self, turn: str, clause: int) -> list[Deed]:
        """This clause was heard to its end."""
        if turn and turn == self._turn:
            self._played = max(self._played, clause)
        return self._finish_when_played()

    def told(self, turn: str, event: TurnEvent) -> list[Deed]:
        """An event of the answer. Those of a turn that is over are dropped."""
        if turn != self._turn or self._over is not None or self._state not in ("thinking", "speaking"):
            return []
        match event:
            case Ended():
                self._over = event
                return self._finish_when_played()
            case Showing(state):
                return self._show("thinking") if state == "thinking" and self._sent < 0 else []
            case Sound():
                self._held.append(event)
                return self._send_sound()
            case _:
                return [Tell(turn, event)]

    def tick(self) -> list[Deed]:
        """Time passed; call it a few times a second while the state is not idle."""
        now = self._clock.monotonic()
        if self._state == "listening" and now - self._last_sound > self._rules.no_sound:
            return self._end(NO_SOUND)
        if self._state == "error" and now >= self._calm_at and not self._turn:
            return self._show("idle")
        return [*self._send_sound(), *self._finish_when_played()]

    def _woken_by(self, score: float) -> bool:
        bar = self._rules.loud_threshold if self._state == "speaking" else self._rules.threshold
        listening = self._mode == "always" and self._clock.monotonic() >= self._deaf_until
        self._over_threshold = self._over_threshold + 1 if listening and score >= bar else 0
        return self._over_threshold >= self._rules.in_a_row

    def _wake(self, score: float) -> list[Deed]:
        """The first chunk over the threshold ended the phrase; those that made it sure may hold the command."""
        deeds = self._cancel()
        hit, *after = self._doubtful
        self._doubtful.clear()
        self._recorder.keep(hit[0])
        begun = self._begin_listening(after_wake=True)
        for samples, speech in after:
            self._recorder.add(samples, speech)
        return [*deeds, Woke(self._turn, score), *begun]

    def _keep_doubtful(self) -> None:
        for samples, _ in self._doubtful:
            self._recorder.keep(samples)
        self._doubtful.clear()

    def _begin_listening(self, after_wake: bool) -> list[Deed]:
        self._open()
        self._keep_doubtful()
        self._be_deaf(self._rules.refractory)
        self._last_sound = self._clock.monotonic()
        self._recorder.start(after_wake)
        return self._show("listening")

    def _record(self, samples: bytes, speech: Sequence[float]) -> list[Deed]:
        match self._recorder.add(samples, speech):
            case "more":
                return self._endpoint_if_enough()
            case "pause" if self._rules.adaptive:
                self._enough = inf
                return [Write(self._turn, self._recorder.pauses, self._recorder.so_far())]
            case "pause":
                return []
            case "said" | "silent" | "longest" as verdict:
                return self._endpoint("longest" if verdict == "longest" else "silence")

    def _in_pause(self, pause: int) -> bool:
        return self._recorder.pausing and self._recorder.pauses == pause

    def _endpoint_if_enough(self) -> list[Deed]:
        if not self._recorder.pausing:
            self._enough = inf
        return self._endpoint("words") if self._recorder.quiet >= self._enough else []

    def _endpoint(self, ending: Ending) -> list[Deed]:
        if not self._recorder.spoken:
            return self._end(NOTHING_HEARD)
        pause = self._recorder.pauses if self._rules.adaptive and self._recorder.pausing else 0
        return [*self._show("thinking"), Understand(self._turn, self._recorder.finish(), pause, ending)]

    def _send_sound(self) -> list[Deed]:
        deeds: list[Deed] = []
        now = self._clock.monotonic()
        while self._held and self._silent_at - now < self._rules.ahead:
            sound = self._held.popleft()
            self._sent = max(self._sent, sound.clause)
            self._silent_at = max(self._silent_at, now) + Pcm(sound.samples, sound.rate).seconds
            deeds += [*self._show("speaking"), Tell(self._turn, sound)]
        return deeds

    def _finish_when_played(self) -> list[Deed]:
        if self._over is None or self._held:
            return []
        late = self._clock.monotonic() >= self._silent_at + self._rules.playback_slack
        return self._end(self._over) if self._played >= self._sent or late else []

    def _open(self) -> None:
        self._turn = self._new_turn()
        self._over = None
        self._held.clear()
        self._sent = self._played = -1
        self._silent_at = 0.0
        self._enough = inf
        self._over_threshold = 0

    def _cancel(self) -> list[Deed]:
        """End the open turn, if any, as cancelled; the state is for the caller to set."""
        if not self._turn:
            return []
        turn, self._turn, self._over = self._turn, "", None
        self._held.clear()
        self._recorder.forget()
        return [Cancel(turn), End(turn, CANCELLED)]

    def _end(self, ended: Ended) -> list[Deed]:
        turn, self._turn, self._over = self._turn, "", None
        self._recorder.forget()
        self._be_deaf(self._rules.settle)
        self._calm_at = self._clock.monotonic() + self._rules.sorry
        face: Face = "error" if ended.outcome == "failed" else "idle"
        return [End(turn, ended), *self._show(face), ResetEars()]

    def _be_deaf(self, seconds: float) -> None:
        self._over_threshold = 0
        self._deaf_until = self._clock.monotonic() + seconds

    def _show(self, state: Face) -> list[Deed]:
        if state == self._state:
            return []
        self._state = state
        return [Show(state, self._turn)]
