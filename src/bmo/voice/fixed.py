"""The last resort of speech: a few sentences, spoken ahead while a voice is there, kept for when none is."""

import hashlib
import io
import logging
import os
import tempfile
import threading
import wave
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType

from bmo.capabilities.chain import SORRY
from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import BmoError, Malformed

log = logging.getLogger(__name__)

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "one_moment": "One moment.",
        "cannot_hear": SORRY["transcribe"],
        "apology": "I'm sorry, I can't think right now. Please try again in a moment.",
        "no_voice": "My voice broke. The answer is on the screen.",
        "timer_done": "Your timer is done.",
    }
)
"""Key and text: what BMO has to say just when a server does not answer, and nothing else."""
FIRST_PAUSE = 5.0
"""Seconds until a sentence that no voice could say is tried again; doubles up to `LONGEST_PAUSE`."""
LONGEST_PAUSE = 300.0


class Fixed:
    """The sentences of one voice, in `folder/<voice>/<hash of voice and text>.wav`.

    A changed text or voice has another hash, so it is rendered anew by itself, and what nobody needs is removed.
    """

    def __init__(
        self, folder: Path, speak: Speak, voice: str = "bmo", sentences: Mapping[str, str] = SENTENCES
    ) -> None:
        self._folder = folder / _file_name(voice)
        self._speak = speak
        self._voice = voice
        self._sentences = sentences
        self._halt = threading.Event()
        self._thread = threading.Thread(target=self._render_until_done, name="fixed sentences", daemon=True)

    def start(self) -> None:
        """Render what is missing, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop rendering; what is there stays."""
        self._halt.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def get(self, key: str) -> Pcm | None:
        """The sentence as sound, or None when no voice has said it yet. Raises `KeyError` for an unknown key."""
        try:
            with wave.open(str(self._path(self._sentences[key])), "rb") as file:
                return Pcm(file.readframes(file.getnframes()), file.getframerate())
        except (OSError, EOFError, wave.Error):
            return None

    def render(self) -> bool:
        """Render every missing sentence once; True when all are there. Sentences that fail are left for later."""
        for text in self._sentences.values():
            if self._halt.is_set():
                return False
            if not self._path(text).exists():
                try:
                    self._render(text)
                except (BmoError, OSError) as failure:
                    log.info("a fixed sentence waits for a voice: %s", failure)
                    return False
        self._remove_old()
        return True

    def _render_until_done(self) -> None:
        pause = FIRST_PAUSE
        while not self.render() and not self._halt.wait(pause):
            pause = min(LONGEST_PAUSE, pause * 2)

    def _render(self, text: str) -> None:
        with closing(self._speak.speak(Utterance(text, voice=self._voice))) as pieces:
            sound = list(pieces)
        samples = b"".join(piece.samples for piece in sound)
        if not samples:
            raise Malformed("The voice gave no sound.")
        _write(self._path(text), wav(Pcm(samples, sound[0].rate)))

    def _remove_old(self) -> None:
        wanted = {self._path(text) for text in self._sentences.values()}
        for path in set(self._folder.glob("*.wav")) - wanted:
            path.unlink(missing_ok=True)

    def _path(self, text: str) -> Path:
        said = hashlib.sha256("\n".join((self._voice, text)).encode())
        return self._folder / f"{said.hexdigest()[:24]}.wav"


def wav(sound: Pcm) -> bytes:
    """The sound as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_WIDTH)
        file.setframerate(sound.rate)
        file.writeframes(sound.samples)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, also when the power goes. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _file_name(voice: str) -> str:
    """A folder name for any voice name: no slashes, no dots, nothing that climbs."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in voice)
    return plain or "_"
