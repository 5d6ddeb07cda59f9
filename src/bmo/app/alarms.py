"""A timer rings: everybody shows it; it is heard in the room it was set in, and everywhere if nobody is there."""

import logging
import threading
from contextlib import closing

from bmo.app.clips import Clips
from bmo.app.rooms import Rooms
from bmo.app.timer_desk import line
from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import BmoError
from bmo.skills.timers.timer import TimerRang
from bmo.voice.fixed import Fixed
from bmo.wire.page import Alarm

log = logging.getLogger(__name__)


class Alarms:
    """Says aloud what rings. The pages ring by themselves from the `timers` message, so nobody waits for a voice."""

    def __init__(self, rooms: Rooms, speak: Speak, fixed: Fixed, clips: Clips, voice: str) -> None:
        self._rooms = rooms
        self._speak = speak
        self._fixed = fixed
        self._clips = clips
        self._voice = voice

    def ring(self, rang: TimerRang) -> None:
        """Returns at once: whoever rings timers must not wait for a voice."""
        threading.Thread(target=self._ring, args=(rang,), name="alarm", daemon=True).start()

    def _ring(self, rang: TimerRang) -> None:
        wav = wav_of(self._said(rang.sentence))
        audio = self._clips.put(wav) if wav else ""
        alarm = Alarm(timer=line(rang.timer), sentence=rang.sentence, audio=audio)

        def heard_in(room: str) -> Alarm:
            return alarm.model_copy(update={"aloud": self._rooms.rings_in(rang.timer.asked.room, room)})

        self._rooms.tell("alarm", heard_in)

    def _said(self, sentence: str) -> list[Pcm]:
        """The sentence as sound; the one rendered ahead where no voice is there."""
        try:
            with closing(self._speak.speak(Utterance(sentence, self._voice))) as pieces:
                return list(pieces)
        except BmoError as failure:
            log.warning("nobody could say that a timer rings: %s", failure)
            ahead = self._fixed.get("timer_done")
            return [ahead] if ahead is not None else []
