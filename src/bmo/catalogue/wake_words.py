"""The wake word that was chosen: the built-in one, or a model file that somebody put into `$BMO_HOME/models/wake`.

Only looked at from outside here, so that a page or `bmo doctor` can tell what is wrong without loading anything. What
is inside, the engine checks when it loads the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from bmo.capabilities.wake import WakeEngine
from bmo.core.errors import BmoError, Broken

BUILT_IN = "hey_jarvis"
WAKE_FOLDER = Path("models") / "wake"
"""Where people put models, below `$BMO_HOME`."""
ENDINGS: Mapping[WakeEngine, str] = MappingProxyType({"openwakeword": ".onnx", "microwakeword": ".tflite"})
"""What the files of each engine are called."""
SMALLEST, LARGEST = 1_000, 20_000_000
"""Bytes of a model file: the built-in ones have 52,000 and 1,300,000."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HAILS = frozenset({"hey", "hi", "hello", "ok", "okay"})
_TFLITE_MARK = b"TFL3"
"""Bytes 4 to 8 of every TFLite file."""


@dataclass(frozen=True, slots=True)
class WakeChoice:
    """Which phrase BMO listens for, and which engine hears it."""

    folder: Path
    """Where people put models; need not exist."""
    engine: WakeEngine = "openwakeword"
    word: str = BUILT_IN

    @property
    def phrase(self) -> str:
        """How the wake word is said, such as "hey jarvis"."""
        return self.word.replace("_", " ").replace("-", " ").strip().lower()

    @property
    def telling_words(self) -> tuple[str, ...]:
        """The words of the phrase that tell it from others: all but the hail."""
        words = self.phrase.split()
        return tuple(word for word in words if word not in _HAILS) or tuple(words)

    @property
    def names(self) -> tuple[str, ...]:
        """What can be chosen for this engine: the built-in word, and every file with the right ending."""
        try:
            found = {path.stem for path in self.folder.glob(f"*{ENDINGS[self.engine]}") if _NAME.fullmatch(path.stem)}
        except OSError:
            found = set()
        return BUILT_IN, *sorted(found - {BUILT_IN})

    @property
    def problem(self) -> str:
        """Why this word cannot be used, in a sentence; empty when nothing is to be seen from outside."""
        try:
            self.file()
        except BmoError as fault:
            return fault.sentence
        return ""

    def usable(self) -> tuple["WakeChoice", str]:
        """This choice, or the built-in word where it cannot be used, with the sentence to tell then."""
        if not (problem := self.problem):
            return self, ""
        return self.fallback, self.until_then(problem)

    @property
    def built_in(self) -> bool:
        """Whether it needs no file."""
        return self.word == BUILT_IN

    @property
    def fallback(self) -> "WakeChoice":
        """The built-in word of the same engine."""
        return replace(self, word=BUILT_IN)

    def until_then(self, problem: str) -> str:
        """The sentence for people when the built-in word takes the place of this one."""
        return f'{problem} Until then I listen for "{self.fallback.phrase}".'

    def file(self) -> Path | None:
        """The model file of the word; None for the built-in one.

        Raises `Broken` with the names there are, or with what is wrong with the file.
        """
        if self.built_in:
            return None
        if self.word not in self.names:
            raise Broken(
                f"There is no wake word {self.word!r} for {self.engine}; there are: {', '.join(self.names)}. "
                f"A file NAME{ENDINGS[self.engine]} in {self.folder} adds one.",
                code="no_wake_word",
            )
        path = self.folder / f"{self.word}{ENDINGS[self.engine]}"
        self._look_at(path)
        return path

    def _look_at(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                start = file.read(8)
                size = file.seek(0, 2)
        except OSError as fault:
            raise Broken(
                f"The wake word model {path} cannot be read: {fault.strerror}.", code="model_broken"
            ) from fault
        if not SMALLEST <= size <= LARGEST:
            raise Broken(
                f"The wake word model {path} has {size:,} bytes: such a file has {SMALLEST:,} to {LARGEST:,}.",
                code="model_broken",
            )
        if self.engine == "microwakeword" and start[4:] != _TFLITE_MARK:
            raise Broken(f"The wake word model {path} is no TFLite file.", code="model_broken")
