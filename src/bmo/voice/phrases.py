"""Short clauses that were spoken before, kept as sound: the next time they are heard at once.

A rendering belongs to the server that made it and to the model it had, and is played only when that server is the one
that would speak now: what the small voice said while the cloud was away is never heard once the cloud is back.

What is said once stays in memory; only what is said again goes to the disk, so a sentence about somebody's day
does not lie around. The files are nobody else's to read, have names that tell nothing, and go when nobody played them
for a month, when there are too many, or when somebody says so (`clear`).
"""

import hashlib
import json
import logging
import os
import threading
import time
import wave
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.whole import whole

log = logging.getLogger(__name__)

FORM = 1
"""Of what is kept; another number and nothing old is played."""
LONGEST_TEXT = 80
"""Characters of a clause that is kept; longer ones are seldom said twice."""
LONGEST_SECONDS = 8.0
"""Of sound, for slow voices."""
MEMORY_BYTES = 8 << 20
"""Some three minutes of sound."""
DISK_BYTES = 64 << 20
KEPT_SECONDS = 30 * 86_400.0
"""Since it was last played."""


@dataclass(slots=True)
class _Kept:
    sound: Pcm
    on_disk: bool


class Phrases:
    """Renderings by key: the latest in memory, those that came again in `folder`. Thread-safe."""

    def __init__(self, folder: Path, *, memory: int = MEMORY_BYTES, disk: int = DISK_BYTES) -> None:
        """`memory`, `disk`: bytes of sound kept there at most; what was not played for longest goes first."""
        self._folder = folder
        self._memory_bytes = memory
        self._disk_bytes = disk
        self._lock = threading.Lock()
        self._latest: OrderedDict[str, _Kept] = OrderedDict()
        self._held = 0

    def get(self, key: str) -> Pcm | None:
        """The rendering, if it is kept."""
        with self._lock:
            kept = self._latest.get(key)
            if kept is not None:
                self._latest.move_to_end(key)
                return kept.sound
        sound = self._read(key)
        if sound is not None:
            self._remember(key, sound, on_disk=True)
        return sound

    def put(self, key: str, sound: Pcm) -> None:
        """Keep a rendering in memory."""
        self._remember(key, sound, on_disk=False)

    def came_again(self, key: str) -> None:
        """It was played once more: worth keeping for longer than this program runs."""
        with self._lock:
            kept = self._latest.get(key)
            if kept is None or kept.on_disk or self._disk_bytes == 0:
                return
            kept.on_disk = True
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with whole(self._path(key)) as file:
                file.write(wav_of([kept.sound]))
            self.tidy()
        except OSError as fault:
            log.warning("a phrase could not be kept: %s", fault)

    def tidy(self) -> None:
        """Remove files that are old or too many."""
        now, room = time.time(), self._disk_bytes
        for played, size, path in sorted(self._files(), reverse=True):
            room -= size
            if room < 0 or now - played > KEPT_SECONDS:
                path.unlink(missing_ok=True)

    def clear(self) -> int:
        """Forget all of them; tells how many files that were."""
        with self._lock:
            self._latest.clear()
            self._held = 0
        files = [path for _, _, path in self._files()]
        for path in files:
            path.unlink(missing_ok=True)
        return len(files)

    def _remember(self, key: str, sound: Pcm, *, on_disk: bool) -> None:
        with self._lock:
            before = self._latest.pop(key, None)
            self._latest[key] = _Kept(sound, on_disk)
            self._held += len(sound.samples) - (len(before.sound.samples) if before else 0)
            while self._held > self._memory_bytes:
                _, oldest = self._latest.popitem(last=False)
                self._held -= len(oldest.sound.samples)

    def _read(self, key: str) -> Pcm | None:
        path = self._path(key)
        try:
            with wave.open(str(path), "rb") as file:
                sound = Pcm(file.readframes(file.getnframes()), file.getframerate())
            os.utime(path)
        except (OSError, EOFError, wave.Error):
            return None
        return sound if sound.samples else None

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When it was last played, its bytes, and where it is."""
        for path in self._folder.glob("*.wav"):
            try:
                found = path.stat()
            except OSError:  # somebody else removed it
                continue
            yield found.st_mtime, found.st_size, path

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"


class Kept:
    """One server's voice, which says what it said before without being asked. The face of the voice, and its name."""

    def __init__(self, speak: Speak, phrases: Phrases, generation: Callable[[], str]) -> None:
        """`generation` names what speaks there now, such as the model; empty while nobody knows, and then nothing
        is kept or played."""
        self.name = speak.name
        self._speak = speak
        self._phrases = phrases
        self._generation = generation

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`; a phrase that is kept comes in one piece."""
        generation = self._generation()
        if not generation or len(utterance.text) > LONGEST_TEXT:
            yield from self._speak.speak(utterance)
            return
        key = _key(self.name, generation, utterance)
        sound = self._phrases.get(key)
        if sound is None:
            yield from self._rendered(key, utterance)
            return
        yield sound
        self._phrases.came_again(key)

    def _rendered(self, key: str, utterance: Utterance) -> Stream[Pcm]:
        """What breaks off, or is not listened to until its end, is not kept."""
        made: list[Pcm] = []
        with closing(self._speak.speak(utterance)) as pieces:
            for piece in pieces:
                made.append(piece)
                yield piece
        if made and len({piece.rate for piece in made}) == 1:
            sound = Pcm(b"".join(piece.samples for piece in made), made[0].rate)
            if 0 < sound.seconds <= LONGEST_SECONDS:
                self._phrases.put(key, sound)


def _key(provider: str, generation: str, utterance: Utterance) -> str:
    """Everything that a rendering depends on, as the name of a file."""
    said = (utterance.voice, utterance.mood, utterance.cents, utterance.speed, utterance.text)
    return hashlib.sha256(json.dumps([FORM, provider, generation, *said]).encode()).hexdigest()[:40]
