"""The last resort of speech: a few sentences, spoken ahead while a voice is there, kept for when none is."""

import hashlib
import logging
import threading
import wave
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

from bmo.capabilities.chain import SORRY
from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import BmoError, Malformed, Refused
from bmo.core.whole import whole

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
    """The sentences of each voice, in `folder/<voice>/<hash of voice and text>.wav`.

    A changed text has another hash, so it is rendered anew by itself, and what nobody needs is removed. The sentences
    of a voice that is not used any more stay: it may be chosen again.
    """

    def __init__(
        self, folder: Path, speak: Speak, voice: str = "bmo", sentences: Mapping[str, str] = SENTENCES
    ) -> None:
        self._root = folder
        self._speak = speak
        self._voice = voice
        self._sentences = sentences
        self.refusal = ""
        """Why no voice will say them, such as one that nobody knows; empty while there is hope."""
        self._halt = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._render_until_halt, name="fixed sentences", daemon=True)

    def start(self) -> None:
        """Render what is missing, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop rendering; what is there stays."""
        self._halt.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def use(self, voice: str) -> None:
        """Say them in this voice from now on; what it has not said yet is rendered in the background."""
        self._voice = voice
        self._wake.set()

    def get(self, key: str) -> Pcm | None:
        """The sentence as sound, or None when no voice has said it yet. Raises `KeyError` for an unknown key."""
        try:
            with wave.open(str(self._path(self._sentences[key], self._voice)), "rb") as file:
                return Pcm(file.readframes(file.getnframes()), file.getframerate())
        except (OSError, EOFError, wave.Error):
            return None

    def render(self) -> bool:
        """Render every missing sentence once; True when all are there. Sentences that fail are left for later."""
        voice = self._voice
        for text in self._sentences.values():
            if self._halt.is_set() or voice != self._voice:
                return False
            if not self._path(text, voice).exists():
                try:
                    self._render(text, voice)
                except Refused as refusal:
                    self._refused(refusal)
                    return False
                except (BmoError, OSError) as failure:
                    log.info("a fixed sentence waits for a voice: %s", failure)
                    return False
                self.refusal = ""
        self._remove_old(voice)
        return True

    def _render_until_halt(self) -> None:
        pause = FIRST_PAUSE
        while not self._halt.is_set():
            done = self.render()
            woken = self._wake.wait(None if done else pause)
            self._wake.clear()
            pause = FIRST_PAUSE if done or woken else min(LONGEST_PAUSE, pause * 2)

    def _render(self, text: str, voice: str) -> None:
        with closing(self._speak.speak(Utterance(text, voice=voice))) as pieces:
            sound = list(pieces)
        if not any(piece.samples for piece in sound):
            raise Malformed("The voice gave no sound.")
        path = self._path(text, voice)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as file:
            file.write(wav_of(sound))

    def _refused(self, refusal: Refused) -> None:
        if refusal.sentence != self.refusal:
            log.warning("BMO has no voice: %s", refusal.sentence)
        self.refusal = refusal.sentence

    def _remove_old(self, voice: str) -> None:
        wanted = {self._path(text, voice) for text in self._sentences.values()}
        for path in set((self._root / _file_name(voice)).glob("*.wav")) - wanted:
            path.unlink(missing_ok=True)

    def _path(self, text: str, voice: str) -> Path:
        said = hashlib.sha256("\n".join((voice, text)).encode())
        return self._root / _file_name(voice) / f"{said.hexdigest()[:24]}.wav"


def _file_name(voice: str) -> str:
    """A folder name for any voice name: no slashes, no dots, nothing that climbs."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in voice)
    return plain or "_"
