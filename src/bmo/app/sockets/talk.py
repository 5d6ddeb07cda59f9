"""One page that talks with BMO: its satellite, its place at the ears, its turn.

A worker thread owns them and takes one piece of work after the other from a bounded inbox; whoever else wants
something (socket handlers, the ears, the turn that runs in a thread of its own) puts it there. So nothing here needs
a lock, and a handler never waits. A page that only looks has no worker.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from queue import Empty, Full, Queue
from typing import TypeAlias

from pydantic import BaseModel

from bmo.app.lines import line
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.threads import named
from bmo.capabilities.transcribe import Transcript
from bmo.capabilities.turn import Ended, Said, Showing, TurnEvent
from bmo.capabilities.wake import WAKE_CHUNK
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Busy, Refused
from bmo.core.trace import set_trace
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
from bmo.voice.ears import Ear, Ears
from bmo.voice.endings import BROKEN
from bmo.voice.follow_up import When
from bmo.voice.frames import Chunks, Frames
from bmo.voice.guess import Guess
from bmo.voice.imagined import imagined
from bmo.voice.recorder import Command
from bmo.voice.satellite import Mode, Satellite
from bmo.voice.turn import Turns
from bmo.voice.wake_watch import HeardWake, WakeWatch
from bmo.wire.page import EarsReset, FollowUpLine, WakeLine
from bmo.wire.problem import problem
from bmo.wire.wakes import WakeScore

log = logging.getLogger(__name__)

Work: TypeAlias = Callable[[], Sequence[Deed]]
Send: TypeAlias = Callable[[str, BaseModel], None]
"""An event's name and its message, to this page alone."""

INBOX = 512
"""Pieces of work that may wait; a page that sends more is told so."""
TICK = 0.1
"""Seconds between two looks at the clock while something is going on."""
TURNS_AT_ONCE = 4
"""A cancelled turn may take a moment to let go; this many may run before the next has to wait."""
COMPLAINTS_APART = 30.0
"""Seconds between two problems about the ears: sound comes 12 times a second."""


class Talk:
    """Everything BMO does for one page. `put` is for other threads; all else runs in the worker."""

    def __init__(
        self,
        satellite: Satellite,
        turns: Turns,
        ears: Ears,
        clock: Clock,
        asked: Asked,
        send: Send,
        keep_wake: Callable[[HeardWake], None] = lambda _: None,
    ) -> None:
        self._satellite = satellite
        self._turns = turns
        self._ears = ears
        self._clock = clock
        self._asked = asked
        self._send = send
        self._watch = WakeWatch(clock, keep_wake)
        self._inbox: Queue[Work | None] = Queue(INBOX)
        self._closed = threading.Event()
        self._worker = threading.Thread(target=self._run, name="talk", daemon=True)
        self._stops: dict[str, threading.Event] = {}
        self._room = threading.BoundedSemaphore(TURNS_AT_ONCE)
        self._judge = turns.judge(satellite.hearing.sentence, satellite.hearing.silence)
        self._guesses: dict[int, Guess] = {}
        """The guess at the last pause, by the pause."""
        self._overhearing = threading.Lock()
        """Held while something overheard is written down: one at a time is enough to hear "stop"."""
        self._ear: Ear | None = None
        self._frames = Frames()
        self._chunks = Chunks(WAKE_CHUNK)
        self._handing_in = False
        self._own_ears = False
        self._complained = float("-inf")

    def close(self) -> None:
        """The page is gone: stop the turn and free everything. Returns at once."""
        self._closed.set()
        with suppress(Full):
            self._inbox.put_nowait(None)

    def ask(self, text: str, conversation: str, aloud: bool, question: str = "") -> None:
        """A typed question, or the tapped answer to BMO's `question`. Raises `Busy`."""
        self._put(lambda: self._satellite.ask(Said(text, self._in(conversation), question), aloud))

    def _in(self, conversation: str) -> Asked:
        return replace(self._asked, conversation=named(self._asked.conversation, conversation))

    def listen(self, mode: Mode, own_ears: bool = False, threshold: float | None = None) -> None:
        """The microphone is switched; with `own_ears` it judges its sound itself. `threshold` as for
        `Satellite.wake_at`. Raises `Busy`."""
        self._put(lambda: self._listen(mode, own_ears, threshold))

    def meter(self, on: bool) -> None:
        """Whether the page wants to see wake scores. Raises `Busy`."""
        self._put(lambda: self._meter(on))

    def place(self, asked: Asked, follow_up: When | None) -> None:
        """Whoever asks here is `asked` from now on; `follow_up` as for `Satellite.follow_up`. Raises `Busy`."""
        self._put(lambda: self._place(asked, follow_up))

    def frame(self, seq: int, samples: bytes) -> None:
        """Sound from the microphone. Raises `Busy`."""
        self._put(lambda: self._frame(seq, samples))

    def judged(self, seq: int, samples: bytes, wake: float, speech: Sequence[float]) -> None:
        """Sound from a satellite with ears of its own, and what they made of it. Raises `Busy`."""
        self._put(lambda: self._judged(seq, samples, wake, speech))

    def played(self, turn: str, clause: int) -> None:
        """A clause was heard. Raises `Busy`."""
        self._put(lambda: self._satellite.played(turn, clause))

    def stop(self) -> None:
        """Be quiet, whatever is going on. Raises `Busy`."""
        self._put(self._satellite.stop)

    def scored(self, samples: bytes, wake: float, speech: Sequence[float]) -> None:
        """From the ears. Scores that find no room are lost like sound that was not heard."""
        with suppress(Busy):
            self._put(lambda: self._hear(samples, wake, speech))

    def deaf(self, failure: BmoError) -> None:
        """From the ears."""
        with suppress(Busy):
            self._put(lambda: self._deafened(failure))

    def _put(self, work: Work) -> None:
        if self._worker.ident is None and not self._closed.is_set():
            self._worker.start()
        try:
            self._inbox.put_nowait(work)
        except Full:
            raise Busy("That is more than I can take in. Give me a moment.") from None

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                work = self._inbox.get(timeout=None if self._satellite.state == "idle" else TICK)
            except Empty:
                work = self._satellite.tick
            if work is not None:
                self._carry_out(work)
        for stop in self._stops.values():
            stop.set()
        self._close_ear()

    def _carry_out(self, work: Work) -> None:
        try:
            for deed in work():
                self._do(deed)
        except BmoError as failure:
            self._send("problem", problem(failure))
        except Exception:
            log.exception("a page's wish failed")
            self._send("problem", problem(BmoError(BROKEN.sentence, code=BROKEN.code)))
        self._hand_in()
        if self._satellite.mode == "off" and self._satellite.state != "listening":
            self._close_ear()

    def _do(self, deed: Deed) -> None:
        match deed:
            case Show(state, turn):
                self._send("turn", line(Showing(state), turn))
            case Woke(turn, score):
                self._send("turn", WakeLine(score=score, turn=turn))
                self._watch.woke(turn, score, self._satellite.threshold, self._asked)
            case ListenOn(turn, seconds):
                self._send("turn", FollowUpLine(turn=turn, seconds=seconds))
            case Tell(turn, event):
                self._send("turn", line(event, turn))
            case End(turn, ended):
                self._send("turn", line(ended, turn))
            case Cancel(turn):
                if turn in self._stops:
                    self._stops.pop(turn).set()
            case ResetEars():
                if self._ear is not None:
                    self._ear.reset()
                elif self._own_ears:
                    self._send("reset_ears", EarsReset())
            case Answer(turn, said, aloud):
                self._begin(turn, lambda stop: self._turns.typed(said, aloud, stop))
            case Write(turn, pause, command):
                self._write(turn, pause, command)
            case Overheard(turn, sound):
                self._overhear(turn, sound)
            case Understand(turn, command, pause, ending):
                guess = self._guesses.pop(pause, None)
                self._guesses.clear()
                spoken = partial(
                    self._turns.spoken, silence=command.silence, guess=guess, ending=ending, lead=command.lead
                )
                self._begin(turn, lambda stop: spoken(command.sound, self._asked, stop))

    def _write(self, turn: str, pause: int, command: Command) -> None:
        """Only the last guess counts; what an earlier one still writes is not read."""
        guess = self._turns.guess(command.sound, turn, command.lead)
        self._guesses = {pause: guess}

        def told(transcript: Transcript) -> None:
            silence = self._judge.silence(transcript, command.sound, self._asked)
            text = "" if imagined(transcript, command.sound) else transcript.text.strip()
            with suppress(Busy):  # the longest silence will do
                self._put(lambda: self._satellite.written(turn, pause, silence, text))

        guess.start(told)

    def _overhear(self, turn: str, sound: Pcm) -> None:
        if not self._overhearing.acquire(blocking=False):
            return

        def write() -> None:
            set_trace(turn)
            try:
                text = self._turns.written(sound)
            finally:
                self._overhearing.release()
            with suppress(Busy):  # it can be said again
                self._put(lambda: self._satellite.overheard(turn, text))

        threading.Thread(target=write, name=f"overheard {turn}", daemon=True).start()

    def _place(self, asked: Asked, follow_up: When | None) -> Sequence[Deed]:
        self._asked = asked
        self._satellite.follow_up(follow_up)
        return ()

    def _listen(self, mode: Mode, own_ears: bool, threshold: float | None) -> Sequence[Deed]:
        self._handing_in = mode == "off" and self._satellite.state == "listening"
        if self._handing_in:
            return ()
        if mode == "always" and not (own_ears or self._ears.wake):
            raise Refused("I can't wait for my name here. Use the button to talk to me.", code="no_wake_word")
        self._frames = Frames()
        self._chunks.reset()
        self._own_ears = own_ears
        self._watch.switched()
        self._satellite.wake_at(threshold, self._asked.room)
        if mode != "off" and self._ear is None and not own_ears:
            self._ear = self._ears.open(self)
        return self._satellite.listen(mode)

    def _frame(self, seq: int, samples: bytes) -> Sequence[Deed]:
        if self._ear is not None:
            self._satellite.sound_came()
            try:
                for chunk in self._chunks.feed(self._frames.take(seq, samples)):
                    self._ear.hear(chunk)
            except Busy as failure:
                return self._deafened(failure)
        return ()

    def _judged(self, seq: int, samples: bytes, wake: float, speech: Sequence[float]) -> Sequence[Deed]:
        if not self._own_ears:
            raise Refused("Say with `listen` first that you judge sound yourself.", code="no_own_ears")
        sound = self._frames.take(seq, samples)
        return self._hear(sound[-len(samples) :], wake, speech) if sound else ()

    def _hear(self, samples: bytes, wake: float, speech: Sequence[float]) -> Sequence[Deed]:
        shown = self._watch.heard(samples, wake)
        if shown is not None:
            self._send("wake_score", WakeScore(score=round(shown, 3), threshold=self._satellite.threshold))
        return self._satellite.hear(samples, wake, speech)

    def _meter(self, on: bool) -> Sequence[Deed]:
        self._watch.meter(on)
        return ()

    def _deafened(self, failure: BmoError) -> Sequence[Deed]:
        """The ears are out of order: a recording ends with the sentence, else it is said now and then."""
        deeds = self._satellite.fail(failure.code, failure.sentence)
        now = self._clock.monotonic()
        if not deeds and now - self._complained >= COMPLAINTS_APART:
            self._complained = now
            self._send("problem", problem(failure))
        return deeds

    def _hand_in(self) -> None:
        """The microphone went off in mid-command: once the ears have judged what was said, it is the command."""
        if self._handing_in and (self._ear is None or not self._ear.waiting):
            self._handing_in = False
            self._put(lambda: self._satellite.listen("off"))

    def _close_ear(self) -> None:
        self._watch.over()
        if self._ear is not None:
            self._ear.close()
            self._ear = None

    def _begin(self, turn: str, start: Callable[[threading.Event], Stream[TurnEvent]]) -> None:
        if not self._room.acquire(blocking=False):
            self._put(lambda: self._satellite.told(turn, Ended("failed", "busy", "One thing after the other, please.")))
            return
        stop = self._stops[turn] = threading.Event()
        threading.Thread(target=self._answer, args=(turn, start, stop), name=f"turn {turn}", daemon=True).start()

    def _answer(self, turn: str, start: Callable[[threading.Event], Stream[TurnEvent]], stop: threading.Event) -> None:
        """The thread of one turn: every event goes to the inbox; it waits for room there."""
        set_trace(turn)
        event: TurnEvent = BROKEN
        try:
            with closing(start(stop)) as events:
                for event in events:
                    self._hand_over(turn, event)
        except Exception:
            log.exception("turn %s broke", turn)
            self._hand_over(turn, BROKEN)
        finally:
            self._room.release()
            self._hand_over(turn, None)

    def _hand_over(self, turn: str, event: TurnEvent | None) -> None:
        work = partial(self._satellite.told, turn, event) if event is not None else partial(self._let_go, turn)
        while not self._closed.is_set():
            with suppress(Full):
                self._inbox.put(work, timeout=TICK)
                return

    def _let_go(self, turn: str) -> Sequence[Deed]:
        self._stops.pop(turn, None)
        return ()
