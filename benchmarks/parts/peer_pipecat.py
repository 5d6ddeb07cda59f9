"""pipecat as a system of `voice.py`: `pipecat_bot.py` in an environment of its own, fed a recording at a time."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parts.reached import Missing, Reached, environment
from parts.utterances import Utterance

PACKAGE = "pipecat-ai[openai,whisper,silero]==1.14.0"
BOT = Path(__file__).parent / "pipecat_bot.py"


class Pipecat:
    """The running bot."""

    name = "pipecat, rules in front"

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self._sound = folder / "sound.pcm"

    def ask(self, said: Utterance) -> Reached:
        """One turn."""
        assert self._process.stdin is not None
        self._sound.write_bytes(said.sound.tobytes())
        self._process.stdin.write(f"{self._sound}\n")
        self._process.stdin.flush()
        told = self.told()
        after = {stage: round((seconds - said.last) * 1_000, 1) for stage, seconds in told["stages"].items()}
        return Reached(after.get("first_audio"), after.get("transcript"), told["heard"], told["reply"])

    def told(self) -> dict[str, Any]:
        """The next line. Raises `Missing` when the bot ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Missing("pipecat does not start here")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def pipecat(whisper: Path, ai_url: str, key: str) -> Iterator[Pipecat]:
    """The bot, ready. Raises `Missing`."""
    python = environment("pipecat", [PACKAGE], proof="pipecat.services.whisper.stt")
    command = [str(python), str(BOT), str(whisper), ai_url, key]
    with (
        tempfile.TemporaryDirectory() as folder,
        (Path(folder) / "log").open("wb") as log,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        bot = Pipecat(process, Path(folder))
        try:
            bot.told()
            yield bot
        finally:
            process.terminate()
