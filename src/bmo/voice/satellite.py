"""One microphone and loudspeaker: idle, listening, thinking, speaking. Pure: events and a clock in, deeds out.

One turn at a time. A turn is open from its wake word, button or typed question to its one `End`; the end that the
answer reports is held back until the sound was played, so that "stop" during playback still cancels the turn.
What a turn says after its end is dropped, so a slow model can never speak into the next turn.

After an answer it may listen on for a while without the wake word (`follow_up`). That is a turn of its own; when nobody
speaks it ends without a word.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Literal, TypeAlias

from bmo.capabilities.turn import Ended, Face, Heard, Said, Showing, Sound, TurnEvent
from bmo.core.clock import Clock
from bmo.voice.deeds import (
    Answer,
    Cancel,
    Deed,
    End,
    ListenOn,
    Overheard,
    ResetEars,
    Show,
    Tell,
    Understand,
    Woke,
    Write,
)
from bmo.voice.endings import CANCELLED, NO_SOUND, NOTHING_HEARD, NOTHING_MEANT
from bmo.voice.follow_up import FollowUp, When
from bmo.voice.overhear import Overhear
from bmo.voice.playback import Playback
from bmo.voice.recorder import Hearing, Recorder
from bmo.voice.rules import Rules
from bmo.voice.turn_log import Ending

Mode: TypeAlias = Literal["always", "once", "off"]
Begun: TypeAlias = Literal["asked", "button", "itself"]
"""A turn begins because BMO was asked by wake word or keyboard, with the button, or because it listened on."""


class Satellite:
    """The state machine of one satellite. Not thread-safe: one worker owns it."""

    def __init__(
        self,
        clock: Clock,
        new_turn: Callable[[], str],
        rules: Rules | None = None,
        *,
        claim: Callable[[], bool] = lambda: True,
        noisy: Callable[[], bool] = lambda: False,
        stops: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`claim` tells whether this satellite may answer a wake word that others may have heard as well; `noisy`
        whether music or television plays, which must not be taken for an answer; `stops` whether these words are a
        wish for silence, such as "stop"."""
        self._clock = clock
        self._new_turn = new_turn
        self._rules = rules or Rules()
        self._claim = claim
        self._noisy = noisy
        self._stops = stops
        self._follow_up = FollowUp(self._rules.follow_up, stops)
        self._recorder = Recorder(self._rules.hearing)
        self._overhear = Overhear()
        self._playback = Playback(clock, self._rules.ahead, self._rules.playback_slack)
        self._mode: Mode = "off"
        self._state: Face = "idle"
        self._turn = ""
        self._begun: Begun = "asked"
        """How the turn began: whoever pressed the button wants to know that nothing was heard, nobody else does."""
        self._over: Ended | None = None
        """The turn's end, once the answer reported it; held back while sound is playing."""
        self._enough = inf
        """Seconds of silence that end the command, as its words ask for; infinite while they are not known."""
        self._threshold = self._rules.threshold
        self._over_threshold = 0
        self._doubtful: list[tuple[bytes, Sequence[float]]] = []
        """Chunks over the threshold that are not yet enough to wake."""
        self._deaf_until = 0.0
        self._last_sound = 0.0
        self._calm_at = 0.0
        """When an error has been shown long enough."""

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
        return self._recorder.bytes_held + self._overhear.bytes_held

    @property
    def threshold(self) -> float:
        """The wake score that counts here while BMO is quiet."""
        return self._threshold

    def wake_at(self, threshold: float | None, room: str) -> None:
        """The wake score that shall count here; None for that of this room, or of all."""
        self._threshold = threshold or self._rules.thresholds.get(room, self._rules.threshold)

    def follow_up(self, when: When | None) -> None:
        """After which answers this satellite listens on; None for what all do."""
        self._follow_up.when = when or self._rules.follow_up

    def listen(self, mode: Mode) -> list[Deed]:
        """The microphone was switched: `once` (the button) records now, `off` hands in what was said so far."""
        was, self._mode = self._mode, mode
        match mode:
            case "once":
                self._mode = "always" if was == "always" else "off"
                return [*self._cancel(), *self._begin_by_hand()]
            case "always":
                return [ResetEars()] if self._state != "listening" else []
            case "off":
                return self._endpoint("button") if self._state == "listening" else []

    def ask(self, said: Said, aloud: bool) -> list[Deed]:
        """A question was typed; whatever was going on stops."""
        deeds = self._cancel()
        self._open()
        self._follow_up.begun(on_purpose=True, typed=True)
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
        return self._listen_for_stop(samples, speech)

    def written(self, turn: str, pause: int, silence: float, text: str = "") -> list[Deed]:
        """What was said until this pause is known, and asks for so many seconds of silence."""
        if turn != self._turn or self._state != "listening":
            return []
        told: list[Deed] = [Tell(turn, Heard(text, final=False))] if text else []
        if not self._in_pause(pause):
            return told
        self._enough = silence
        return self._endpoint_if_enough() or told

    def overheard(self, turn: str, text: str) -> list[Deed]:
        """These words were said while the answer of `turn` was to be heard; BMO's own are not obeyed."""
        if turn != self._turn or self._state != "speaking" or self._follow_up.said_itself(text):
            return []
        return self.stop() if self._stops(text) else []

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
            self._playback.heard(clause)
        return self._finish_when_played()

    def told(self, turn: str, event: TurnEvent) -> list[Deed]:
        """An event of the answer. Those of a turn that is over are dropped."""
        if turn != self._turn or self._over is not None or self._state not in ("thinking", "speaking"):
            return []
        self._follow_up.note(event)
        match event:
            case Ended():
                self._over = event
                return self._finish_when_played()
            case Showing(state):
                return self._show("thinking") if state == "thinking" and not self._playback.started else []
            case Sound():
                self._playback.hold(event)
                return self._send_sound()
            case _:
                return [Tell(turn, event)]

    def tick(self) -> list[Deed]:
        """Time passed; call it a few times a second while the state is not idle."""
        now = self._clock.monotonic()
        if self._state == "listening" and now - self._last_sound > self._rules.no_sound:
            return self._end(NO_SOUND if self._begun != "itself" or self._recorder.spoken else NOTHING_MEANT)
        if self._state == "error" and now >= self._calm_at and not self._turn:
            return self._show("idle")
        return [*self._send_sound(), *self._finish_when_played()]

    def _woken_by(self, score: float) -> bool:
        listening = self._mode == "always" and self._clock.monotonic() >= self._deaf_until
        self._over_threshold = self._over_threshold + 1 if listening and score >= self._bar() else 0
        return self._over_threshold >= self._rules.in_a_row

    def _bar(self) -> float:
        """The score that counts now."""
        if self._state != "speaking":
            return self._threshold
        answer = self._follow_up.answer.casefold()
        return (
            inf
            if any(word in answer for word in self._rules.wake_words)
            else max(self._threshold, self._rules.loud_threshold)
        )

    def _listen_for_stop(self, samples: bytes, speech: Sequence[float]) -> list[Deed]:
        if self._state != "speaking" or self._mode != "always":
            return []
        sound = self._overhear.hear(samples, speech)
        return [Overheard(self._turn, sound)] if sound is not None else []

    def _wake(self, score: float) -> list[Deed]:
        """The first chunk over the threshold ended the phrase; those that made it sure may hold the command."""
        if not self._claim():
            deeds = self.stop()  # another satellite answers: here it shall be quiet all the same
            self._keep_doubtful()
            self._be_deaf(self._rules.refractory)
            return deeds
        deeds = self._cancel()
        hit, *after = self._doubtful
        self._doubtful.clear()
        self._recorder.keep(hit[0])
        begun = self._begin_listening(after_wake=True)
        self._follow_up.begun(on_purpose=True)
        for samples, speech in after:
            self._recorder.add(samples, speech)
        return [*deeds, Woke(self._turn, score), *begun]

    def _keep_doubtful(self) -> None:
        for samples, _ in self._doubtful:
            self._recorder.keep(samples)
        self._doubtful.clear()

    def _begin_by_hand(self) -> list[Deed]:
        begun = self._begin_listening(after_wake=False)
        self._begun = "button"
        self._follow_up.begun(on_purpose=True)
        return begun

    def _listen_on(self) -> list[Deed]:
        """Nobody has to say the wake word now. What came before was BMO's own voice."""
        seconds = self._rules.follow_up_seconds
        self._recorder.forget_before()
        begun = self._begin_listening(after_wake=False, patience=seconds)
        self._begun = "itself"
        self._follow_up.begun(on_purpose=False)
        return [ListenOn(self._turn, seconds), *begun]

    def _begin_listening(self, *, after_wake: bool, patience: float | None = None) -> list[Deed]:
        self._open()
        self._keep_doubtful()
        self._be_deaf(self._rules.refractory)
        self._last_sound = self._clock.monotonic()
        self._recorder.start(after_wake, patience)
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
            return self._end(self._unsaid())
        pause = self._recorder.pauses if self._rules.adaptive and self._recorder.pausing else 0
        return [*self._show("thinking"), Understand(self._turn, self._recorder.finish(), pause, ending)]

    def _unsaid(self) -> Ended:
        """How a turn ends in which nobody spoke. Only who pressed the button is told: else nothing was meant."""
        return NOTHING_HEARD if self._begun == "button" else NOTHING_MEANT

    def _send_sound(self) -> list[Deed]:
        deeds: list[Deed] = []
        for sound in self._playback.due():
            deeds += [*self._show("speaking"), Tell(self._turn, sound)]
        return deeds

    def _finish_when_played(self) -> list[Deed]:
        if self._over is None or not self._playback.over:
            return []
        if self._over.outcome == "nothing_heard":
            return self._end(self._unsaid())
        goes_on = self._over.outcome == "done" and self._playback.started and self._mode == "always"
        ended = self._end(self._over)
        return [*ended, *self._listen_on()] if goes_on and self._follow_up.wanted and not self._noisy() else ended

    def _open(self) -> None:
        self._turn = self._new_turn()
        self._over = None
        self._begun = "asked"
        self._playback.begin()
        self._overhear.forget()
        self._enough = inf
        self._over_threshold = 0

    def _cancel(self) -> list[Deed]:
        """End the open turn, if any, as cancelled; the state is for the caller to set."""
        if not self._turn:
            return []
        turn, self._turn, self._over = self._turn, "", None
        self._playback.begin()
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
