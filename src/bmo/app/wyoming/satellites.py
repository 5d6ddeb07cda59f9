"""The Wyoming satellites of this house: BMO connects to each, talks through it, and comes back when it was away."""

import io
import logging
import threading
import time
import wave
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Protocol, TypeAlias

from pydantic import BaseModel
from wyoming.asr import Transcript
from wyoming.error import Error
from wyoming.timer import TimerFinished
from wyoming.vad import VoiceStarted, VoiceStopped
from wyoming.wake import Detection

from bmo.app.rooms import Rooms, Send
from bmo.bridges.wyoming_satellite import Clause, WyomingSatellite
from bmo.capabilities.action import Asked
from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE
from bmo.capabilities.threads import key_of
from bmo.capabilities.wake import WAKE_CHUNK
from bmo.core.errors import BmoError, Busy
from bmo.settings.app import WyomingSatelliteSettings
from bmo.voice.frames import Chunks
from bmo.voice.satellite import Mode
from bmo.wire import page
from bmo.wire.problem import Problem

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a satellite that went away is tried again; doubles while it stays away."""
FORGIVEN_AFTER = 60.0
"""A connection that lasted so long starts the pauses anew."""
SOUND_BURST, SOUND_PACE = 5.0, 1.1
"""Seconds of sound that may come at once, and a second in the long run."""
COMPLAINTS_APART = 5.0
"""Seconds between two complaints that sound comes too fast."""
NO_CLAUSE = ("", 0)
"""Of sound that belongs to no turn."""


class Talk(Protocol):
    """The one voice turn machine, for one satellite (`app.sockets.talk.Talk`)."""

    def listen(self, mode: Mode) -> None:
        """Raises `Busy`."""

    def frame(self, seq: int, samples: bytes) -> None:
        """Raises `Busy`."""

    def played(self, turn: str, clause: int) -> None:
        """Raises `Busy`."""

    def close(self) -> None:
        """The satellite is gone."""


OpenTalk: TypeAlias = Callable[[str, Asked, Send], Talk]
"""Makes one for a satellite (named by anything that is its own) from who asks there and where its words go."""
Clip: TypeAlias = Callable[[str], bytes | None]
"""A WAV by its name; None when it is gone."""


class Conversation:
    """One satellite while it is connected: its events become those of a `Talk`, and the other way round."""

    def __init__(self, satellite: WyomingSatellite, open_talk: OpenTalk, room: str, clip: Clip) -> None:
        self._satellite = satellite
        self._clip = clip
        device = f"wyoming {satellite.name}"
        self._talk = open_talk(device, Asked(key_of("", device), room=room, device=device, shared=True), self.send)
        self._frames = Chunks(WAKE_CHUNK)
        self._seq = 0
        self._awake = False
        self._listening = False
        self._answered = ""
        """The turn whose transcript or error it was told: that is what ends its streaming."""
        self._allowance = SOUND_BURST
        self._filled = time.monotonic()
        self._complained = float("-inf")

    def close(self) -> None:
        """The satellite is gone."""
        self._talk.close()

    def pipeline(self, awake: bool) -> None:
        """It begins to send sound."""
        self._awake = awake
        self._seq = 0
        self._frames.reset()
        self._talk.listen("once" if awake else "always")

    def sound(self, samples: bytes) -> None:
        """From its microphone. Raises `Busy` now and then when it comes too fast."""
        if not self._takes(len(samples) / (SAMPLE_WIDTH * SPEECH_RATE)):
            return
        for frame in self._frames.feed(samples):
            self._talk.frame(self._seq, frame)
            self._seq += 1

    def paused(self) -> None:
        """It sends no more: the command that its own wake word began is over; others wait for their silence."""
        if self._awake:
            self._awake = False
            self._talk.listen("off")

    def played(self, clauses: Sequence[Clause]) -> None:
        """Heard to their end."""
        for turn, clause in clauses:
            if turn:
                self._talk.played(turn, clause)

    def _takes(self, seconds: float) -> bool:
        now = time.monotonic()
        self._allowance = min(SOUND_BURST, self._allowance + (now - self._filled) * SOUND_PACE)
        self._filled = now
        if self._allowance >= seconds:
            self._allowance -= seconds
            return True
        if now - self._complained >= COMPLAINTS_APART:
            self._complained = now
            raise Busy("Sound comes faster than anybody can speak; some of it was dropped.")
        return False

    def send(self, _event: str, message: BaseModel) -> None:
        """What a page would be told; returns at once. What a satellite has no use for is left out."""
        match message:
            case page.WakeLine():
                self._satellite.tell(Detection())
            case page.StateLine(state=state):
                self._show(listening=state == "listening")
            case page.TranscriptLine(final=True):
                self._answer(message.turn, Transcript(text=message.text))
            case page.AudioLine():
                of = (message.turn, message.clause)
                self._satellite.play(message.pcm, message.rate, of, last=message.last, restart=message.restart)
            case page.FailingLine():
                self._answer(message.turn, Error(text=message.sentence, code=message.code))
            case page.EndLine():
                self._end(message)
            case page.Alarm(aloud=True):
                self._satellite.tell(TimerFinished(id=str(message.timer.id)))
                self._play_clip(message.audio)
            case page.Announcement():
                self._play_clip(message.audio)
            case Problem():
                self._satellite.tell(Error(text=message.sentence, code=message.code))

    def _play_clip(self, audio: str) -> None:
        """Between turns, or into one: whoever rings has waited long enough."""
        wav = self._clip(PurePosixPath(audio).stem) if audio else None
        if wav is not None:
            with wave.open(io.BytesIO(wav)) as sound:
                self._satellite.play(sound.readframes(sound.getnframes()), sound.getframerate(), NO_CLAUSE, last=True)

    def _show(self, *, listening: bool) -> None:
        if listening != self._listening:
            self._listening = listening
            self._satellite.tell(VoiceStarted() if listening else VoiceStopped())

    def _answer(self, turn: str, event: Transcript | Error) -> None:
        self._answered = turn
        self._satellite.tell(event)

    def _end(self, line: page.EndLine) -> None:
        if line.outcome == "cancelled":
            self._satellite.hush()
        if self._answered == line.turn:
            return
        failed = line.outcome == "failed"
        self._answer(line.turn, Error(text=line.sentence, code=line.code) if failed else Transcript(text=""))


class Satellites:
    """All of them, each with a thread that connects again and again."""

    def __init__(
        self,
        chosen: Sequence[WyomingSatelliteSettings],
        open_talk: OpenTalk,
        rooms: Rooms,
        clip: Clip,
        pause: float = FIRST_PAUSE,
    ) -> None:
        self._chosen = tuple(chosen)
        self._open_talk = open_talk
        self._rooms = rooms
        self._clip = clip
        self._pause = pause
        self._closed = threading.Event()
        self._here: dict[str, WyomingSatellite] = {}
        self._away: dict[str, str] = {}
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._keep, args=(one,), name=f"satellite {one.name}", daemon=True)
            for one in self._chosen
        ]

    def start(self) -> None:
        """Begin to connect. Returns at once."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Hang up on all of them, for good."""
        self._closed.set()
        with self._lock:
            for satellite in self._here.values():
                satellite.close()

    def away(self) -> tuple[str, ...]:
        """A sentence for each that is not there, in the order of the settings."""
        with self._lock:
            return tuple(self._away[one.name] for one in self._chosen if one.name in self._away)

    def _keep(self, one: WyomingSatelliteSettings) -> None:
        pause = self._pause
        while not self._closed.is_set():
            began = time.monotonic()
            try:
                self._connect(one)
                self._tell(one.name, f"{one.name} hung up.")
            except BmoError as failure:
                self._tell(one.name, failure.sentence)
            except Exception:
                log.exception("the satellite %s broke", one.name)
            pause = self._pause if time.monotonic() - began >= FORGIVEN_AFTER else pause
            self._closed.wait(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    def _connect(self, one: WyomingSatelliteSettings) -> None:
        satellite = WyomingSatellite(one.uri, one.name)
        room = one.room or one.name
        conversation = Conversation(satellite, self._open_talk, room, self._clip)
        self._rooms.enter(one.uri, room, conversation.send)
        with self._lock:
            self._here[one.name] = satellite
            self._away.pop(one.name, None)
        if self._closed.is_set():
            satellite.close()
        log.info("the satellite %s is here", one.name)
        try:
            satellite.run(conversation)
        finally:
            self._rooms.leave(one.uri)
            with self._lock:
                del self._here[one.name]
            conversation.close()

    def _tell(self, name: str, sentence: str) -> None:
        """Once, however often it is tried."""
        with self._lock:
            known = self._away.get(name)
            self._away[name] = sentence
        if known != sentence and not self._closed.is_set():
            log.warning("the satellite %s is away: %s", name, sentence)
