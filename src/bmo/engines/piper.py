"""Text to speech by Piper, in a process of its own.

Piper (piper-tts) is GPL-3.0-or-later, so nothing of it is imported: its program is started once, kept warm, and talked
to as a person at a terminal would. A line of text goes in; a WAV file appears, and its name in the program's log.
The program ends by itself when its input does, so it never outlives us.
"""

import logging
import re
import subprocess
import sys
import tempfile
import threading
import wave
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance, check, mannered
from bmo.core.errors import Broken, Malformed, Refused
from bmo.engines.pitch import shift
from bmo.engines.shaped import Shift, shaped

log = logging.getLogger(__name__)

PROGRAM = (sys.executable, "-m", "piper")
VOICES: Mapping[str, float] = {"bmo": 400.0, "plain": 0.0}
"""Names and the cents by which the model's voice is moved: BMO is a low voice, a major third higher."""
_WROTE = re.compile(r"Wrote (.+\.wav)$")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"\w")
_WARM_UP = "Hello there."
_KEPT_LINES = 10
"""Of the program's log, to tell what it died of."""
_END_SECONDS = 2.0


class Piper:
    """Says text aloud, a sentence a piece, at the model's rate (22,050 Hz for `medium` voices)."""

    def __init__(
        self,
        model: Path,
        *,
        program: Sequence[str] = PROGRAM,
        voices: Mapping[str, float] = VOICES,
        shift: Shift = shift,
        name: str = "piper",
    ) -> None:
        """`model`: an ONNX voice with its JSON beside it. `program`: what runs `piper`, such as a Python of another
        environment and `-m piper`. Starts it and says a word. Raises `Broken` when that fails."""
        self.name = name
        self._voices = dict(voices)
        self._shift = shift
        self._one_at_a_time = threading.Lock()
        self._process = _Process(model, program)
        try:
            self._process.say(_WARM_UP)
        except Malformed as fault:
            self._process.close()
            raise Broken(f"Piper cannot speak with {model.name}: {fault.sentence}", code="model_broken") from fault

    def close(self) -> None:
        """End the program."""
        self._process.close()

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`; none for text without words. A program that died is started again for the next piece."""
        check(utterance)
        if utterance.voice not in self._voices:
            raise Refused(
                f"There is no voice named {utterance.voice!r} here, and Piper cannot speak like a recording. "
                f"There are: {', '.join(self._voices)}.",
                code="unknown_voice",
            )
        speed, cents = mannered(utterance)
        for sentence in _sentences(utterance.text):
            with self._one_at_a_time:
                sound = self._process.say(sentence)
            yield shaped(sound, speed, self._voices[utterance.voice] + cents, self._shift)


class _Process:
    """The program, its input, and the folder it writes to."""

    def __init__(self, model: Path, program: Sequence[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bmo-piper-")
        self._command = [*program, "--model", str(model), "--output-dir", self._folder.name]
        self._process: subprocess.Popen[str] | None = None

    def say(self, line: str) -> Pcm:
        """The sound of one line. Raises `Malformed` when the program dies of it."""
        process = self._running()
        assert process.stdin is not None
        assert process.stderr is not None
        last: deque[str] = deque(maxlen=_KEPT_LINES)
        with suppress(BrokenPipeError):  # then its log ends too, which is told below
            process.stdin.write(line + "\n")
            process.stdin.flush()
        for told in process.stderr:
            last.append(told.rstrip())
            if wrote := _WROTE.search(told.rstrip()):
                return _taken(Path(wrote[1]))
        self._end()
        log.error("piper ended: %s", " | ".join(last))
        raise Malformed(f"the Piper program ended: {last[-1] if last else 'it said nothing'}.")

    def close(self) -> None:
        """End it and remove its folder."""
        self._end()
        self._folder.cleanup()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            try:
                self._process = subprocess.Popen(  # noqa: S603 - a list, no shell; the settings name the program
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                    errors="replace",
                )
            except OSError as fault:
                raise Broken(
                    f"The Piper program cannot be started: {fault.strerror}. Install it (`pip install bmo[piper]`), "
                    "or name the Python that has it in `tts.program`.",
                    code="program_missing",
                ) from fault
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _taken(path: Path) -> Pcm:
    """The sound in the file, which is not needed any more."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, SAMPLE_WIDTH):
                raise Malformed("the Piper program wrote another kind of sound than int16 mono.")
            return Pcm(file.readframes(file.getnframes()), file.getframerate())
    except (OSError, EOFError, wave.Error) as fault:
        raise Malformed(f"the Piper program wrote a file that cannot be read: {fault}.") from fault
    finally:
        path.unlink(missing_ok=True)


def _sentences(text: str) -> Iterator[str]:
    """One line each. Text without a word or a number would end the program, so it is left out."""
    for sentence in _SENTENCE.split(text):
        line = " ".join(sentence.split())
        if _WORD.search(line):
            yield line
