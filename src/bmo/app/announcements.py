"""A word for everybody: said in all rooms at once, with a chime before it."""

import logging
import threading
from contextlib import closing

from bmo.app.clips import Clips
from bmo.app.rooms import Rooms
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import BmoError, Busy
from bmo.voice.chimes import RATE, chime
from bmo.voice.speakable import spoken
from bmo.wire.page import Announcement

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Announcements that a voice is made for at the same time; more would talk into each other."""


class Announcements:
    """Says a text through every page and voice device that is connected."""

    def __init__(self, rooms: Rooms, speak: Speak, clips: Clips, voice: str) -> None:
        self._rooms = rooms
        self._speak = speak
        self._clips = clips
        self._voice = voice
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def say(self, text: str, asked: Asked) -> int:
        """Returns at once: how many satellites will say it. Raises `Busy`."""
        if not self._free.acquire(blocking=False):
            raise Busy("One announcement after the other, please.", code="announcing")
        threading.Thread(target=self._tell, args=(text, asked.person), name="announcement", daemon=True).start()
        return self._rooms.count

    def _tell(self, text: str, person: str) -> None:
        try:
            audio = self._clips.put(wav_of(self._said(text)))
            message = Announcement(text=text, person=person, audio=audio)
            self._rooms.tell("announcement", lambda _: message)
        finally:
            self._free.release()

    def _said(self, text: str) -> list[Pcm]:
        """The chime, and the words where there is a voice for them; the screens show them in any case."""
        try:
            with closing(self._speak.speak(Utterance(spoken(text), self._voice))) as pieces:
                words = list(pieces)
        except BmoError as failure:
            log.warning("nobody could say an announcement: %s", failure)
            words = []
        return [chime("announcement", words[0].rate if words else RATE), *words]
