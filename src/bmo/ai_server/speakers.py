"""Whose voice can be asked for: the engine's own, and recordings with their transcripts, kept in the object store.

`voices/<name>/transcript.txt` is written before `voices/<name>/reference.wav` and removed after it, so a speaker whose
recording is there is whole.
"""

import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm, wav_of
from bmo.capabilities.objects import Objects
from bmo.capabilities.speak import Reference
from bmo.core.errors import NotFound, Refused
from bmo.engines.level import check_reference

RATE = 44_100
"""Hz that recordings are kept at, whatever they came with: what the models that clone work at."""
MAX_TRANSCRIPT = 2_000
"""Characters; a fast reader says 1,000 in 60 s."""
MOST = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_FOLDER = "voices/"
_RECORDING, _TRANSCRIPT = "reference.wav", "transcript.txt"
_FRESH_SECONDS = 60.0
"""How long a recording in memory is used without a look at the store, which other servers may share."""
_MOST_IN_MEMORY = 4
_HEAD_BYTES = len(wav_of([Pcm(b"", RATE)]))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who was recorded."""

    name: str
    seconds: float
    """Length of the recording."""


class Speakers:
    """The recorded speakers. Thread-safe; all methods raise `Unavailable` when the store cannot be reached."""

    def __init__(self, objects: Objects, voices: tuple[str, ...] = (), *, clones: bool = False) -> None:
        """`voices`: the names of the engine's own. `clones`: whether it can speak like a recording."""
        self.voices = voices
        self.clones = clones
        self._objects = objects
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Reference]] = {}

    def recorded(self) -> tuple[Speaker, ...]:
        """Everybody who was recorded, by name."""
        found = []
        for stored in self._objects.list(_FOLDER):
            name, _, file = stored.key.removeprefix(_FOLDER).partition("/")
            if file == _RECORDING and _NAME.fullmatch(name):
                found.append(Speaker(name, max(0, stored.size - _HEAD_BYTES) / (SAMPLE_WIDTH * RATE)))
        return tuple(found)

    def add(self, name: str, sound: Pcm, transcript: str) -> Speaker:
        """Keep a recording of `RATE` Hz, in place of the one before it.

        Raises `Refused`: a name that is none, no transcript, too many speakers, and as `level.check_reference`.
        """
        check_name(name)
        words = " ".join(transcript.split())
        if not words or len(words) > MAX_TRANSCRIPT:
            raise Refused(f"A transcript has 1 to {MAX_TRANSCRIPT} characters.", code="wrong_transcript")
        check_reference(sound)
        with self._lock, _scratch() as file:
            known = {speaker.name for speaker in self.recorded()}
            if name not in known and len(known) >= MOST:
                raise Refused(f"There are {MOST} speakers already; delete one first.", code="too_many_speakers")
            self._kept.pop(name, None)
            self._objects.delete(_key(name, _RECORDING))  # never the old recording with the new words
            file.write_text(words, "utf-8")
            self._objects.put(_key(name, _TRANSCRIPT), file)
            file.write_bytes(wav_of([sound]))
            self._objects.put(_key(name, _RECORDING), file)
        return Speaker(name, sound.seconds)

    def remove(self, name: str) -> None:
        """Forget a speaker. Raises `NotFound`."""
        check_name(name)
        with self._lock:
            if name not in {speaker.name for speaker in self.recorded()}:
                raise _unknown(name)
            self._kept.pop(name, None)
            self._objects.delete(_key(name, _RECORDING))
            self._objects.delete(_key(name, _TRANSCRIPT))

    def reference(self, name: str) -> Reference:
        """The recording of a speaker. Raises `NotFound`."""
        if not _NAME.fullmatch(name):
            raise _unknown(name)
        now = time.monotonic()
        with self._lock:
            read, kept = self._kept.get(name, (0.0, None))
            if kept is not None and now - read < _FRESH_SECONDS:
                return kept
            with _scratch() as file:
                self._objects.get(_key(name, _RECORDING), file)
                wav = file.read_bytes()
                self._objects.get(_key(name, _TRANSCRIPT), file)
                reference = Reference(wav, file.read_text("utf-8"))
            while len(self._kept) >= _MOST_IN_MEMORY:
                self._kept.pop(next(iter(self._kept)))
            self._kept[name] = (now, reference)
        return reference


def check_name(name: str) -> None:
    """Raises `Refused` for what is no name of a speaker."""
    if not _NAME.fullmatch(name):
        raise Refused(
            "A speaker's name has 1 to 32 small letters, digits, - and _, and begins with a letter or digit.",
            code="wrong_name",
        )


def _key(name: str, file: str) -> str:
    return f"{_FOLDER}{name}/{file}"


def _unknown(name: str) -> NotFound:
    return NotFound(f"There is no speaker named {name[:40]!r} here.")


@contextmanager
def _scratch() -> Iterator[Path]:
    """A file of our own, which the store copies from and to."""
    with tempfile.TemporaryDirectory(prefix="bmo-speaker-") as folder:
        yield Path(folder) / "object"
