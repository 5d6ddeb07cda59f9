"""When does BMO take a command for finished? The satellite itself with the real detectors, in a time of its own.

Sound is fed frame by frame and the clock follows the sound, so a busy machine changes nothing. How long a
transcription takes is told: the sooner it is there, the sooner BMO may cut somebody off.
"""

from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory

from parts.page import FRAME, RATE
from parts.utterances import Utterance

from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Asked
from bmo.capabilities.transcribe import Recording, Transcribe, Transcript
from bmo.core.clock import SystemClock
from bmo.core.events import Events
from bmo.device.scoring import Activity
from bmo.engines.silero import Silero
from bmo.fakes.chat import FakeChat
from bmo.fakes.clock import ManualClock
from bmo.skills.clock.skill import clock_skill
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database
from bmo.voice.deeds import Deed, Understand, Write
from bmo.voice.guess import Judge
from bmo.voice.recorder import Command
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite

TURN = "turn"
TRANSCRIPTION = 0.3
"""Seconds: a machine that has nothing else to do."""


@dataclass
class Listening:
    """How one command was listened to."""

    ended: float = 0.0
    """Seconds from the last audible sample to the decision; negative when somebody was cut off."""
    ending: str = ""
    guesses: list[tuple[str, float]] = field(default_factory=list)
    """What was written at each pause, and how much silence it asks for."""
    heard: str = ""

    @property
    def cut(self) -> bool:
        return self.ended < 0


class Listener:
    """BMO as far as it listens."""

    def __init__(self, models: Path, transcribe: Transcribe | None, *, adaptive: bool = True) -> None:
        """Without anybody who transcribes, nothing is guessed and nothing heard."""
        self._folder = TemporaryDirectory()
        self._database = Database(Path(self._folder.name) / "bmo.db", (TIMER_TABLE, CONVERSATION_TABLES, THREAD_TABLES))
        clock = SystemClock()
        skills = (timers_skill(Timers(self._database, clock, Events())), clock_skill(clock, UTC))
        assistant = Assistant(FakeChat(), skills, Conversations(self._database), clock)
        self._rules = Rules(adaptive=adaptive)
        self._judge = Judge(assistant.whole, self._rules.hearing.sentence, self._rules.hearing.silence)
        self._activity = Activity(Silero(models / "silero-vad/silero_vad.onnx"))
        self._transcribe = transcribe

    def listen(self, said: Utterance, takes: float = TRANSCRIPTION) -> Listening:
        """Until BMO takes it for finished. `takes` as in `TRANSCRIPTION`."""
        clock, told = ManualClock(), Listening()
        satellite = Satellite(clock, lambda: TURN, self._rules)
        satellite.listen("once")
        self._activity.reset()
        due: list[tuple[float, int, float]] = []
        for start in range(0, len(said.sound) - FRAME + 1, FRAME):
            heard_at = (start + FRAME) / RATE
            deeds: list[Deed] = []
            while due and due[0][0] <= heard_at and not deeds:
                written_at, pause, silence = due.pop(0)
                clock.advance(written_at - clock.monotonic())
                deeds = satellite.written(TURN, pause, silence)
            if not deeds:
                clock.advance(heard_at - clock.monotonic())
                samples = said.sound[start : start + FRAME].tobytes()
                deeds = satellite.hear(samples, 0.0, self._activity.score(samples))
            for deed in deeds:
                if isinstance(deed, Write):
                    due.append((clock.monotonic() + takes, deed.pause, self._guessed(deed.command, told)))
                elif isinstance(deed, Understand):
                    told.ended, told.ending = clock.monotonic() - said.last, deed.ending
                    told.heard = self._written(deed.command).text.strip()
                    return told
        return told

    def close(self) -> None:
        self._database.close()
        self._folder.cleanup()

    def _guessed(self, command: Command, told: Listening) -> float:
        """How much silence the words so far ask for."""
        transcript = self._written(command)
        silence = self._judge.silence(transcript, command.sound, Asked())
        told.guesses.append((transcript.text.strip(), silence))
        return silence

    def _written(self, command: Command) -> Transcript:
        return self._transcribe.transcribe(Recording(command.sound)) if self._transcribe else Transcript("")
