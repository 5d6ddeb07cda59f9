"""Commands said by voices and transcribed by a small model: do they still act rightly?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parts.command_sets import Wanted, alike
from parts.people import RATE, said

from bmo.app.ask_batch import DryRun, Line
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording
from bmo.engines.whisper import Whisper

VOICES = ("hibari", "piper-joe")
TRANSCRIBER = "faster-whisper-tiny.en"
MOST = 150


@dataclass(frozen=True)
class Heard:
    """What became of a spoken command."""

    wanted: Wanted
    voice: str
    transcript: str
    actions: Sequence[dict[str, Any]]

    @property
    def right(self) -> bool:
        return alike(self.wanted.wanted, self.actions)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {"id": self.wanted.id, "voice": self.voice, "said": self.wanted.text, "heard": self.transcript,
                "wanted": self.wanted.wanted, "got": self.actions}  # fmt: skip


def single(commands: Sequence[Wanted], run: DryRun, most: int = MOST) -> list[Wanted]:
    """The first commands that stand alone and whose action exists."""
    names = {action.name for action in run.actions}
    alone = [one for one in commands if len(one.wanted) == 1 and not one.said and one.wanted[0]["tool"] in names]
    return alone[:most]


def spoken(commands: Sequence[Wanted], run: DryRun, models: Path) -> list[Heard]:
    """Every command by every voice, heard by the small model and understood."""
    ears = Whisper(models / TRANSCRIBER)
    heard = []
    for voice in VOICES:
        for command in commands:
            sound = Pcm(said(voice, command.text).tobytes(), RATE)
            text = ears.transcribe(Recording(sound)).text
            heard.append(Heard(command, voice, text, run.understood(Line(command.id, text))))
    return heard
