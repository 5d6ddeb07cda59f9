"""Everything about the wake word that runs beside the routes: the record of wakes, and the proof that the ears hear."""

import threading
from collections.abc import Callable

from bmo.app.chains import ears_command, wake_choice, what_is_wrong
from bmo.app.sound import speech_of
from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.speak import Speak
from bmo.core.clock import Clock
from bmo.settings.app import AppSettings
from bmo.store.database import Database
from bmo.voice.ears import Ears
from bmo.voice.fixed import Fixed
from bmo.voice.wake_proof import WakeProof
from bmo.voice.wakes import Wakes

VOICE = "heart"
"""Who says the wake word to the ears: the embedded voice as it is. BMO's own is too high to be heard every time."""
_KEY = "wake"


class Waking:
    """Joined from the settings; starts and ends with the app."""

    def __init__(
        self,
        settings: AppSettings,
        database: Database,
        clock: Clock,
        speak: Speak,
        ears: Ears,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is told when `trouble` does."""
        choice, notice = wake_choice(settings).usable()
        self.choice = choice
        self.wakes = Wakes(database, settings.home / "data" / "wakes", clock, choice.phrase)
        self._ears = ears
        self._notice = notice if settings.voice.wake else ""
        self._changed = changed
        self._command = ears_command(settings)
        sentence = f"{choice.phrase.title()}."
        self._spoken = Fixed(settings.home / "data" / "voices" / "fixed" / "wake", speak, VOICE, {_KEY: sentence})
        self._proof = WakeProof(ears, self._clip, choice.phrase, changed)

    @property
    def trouble(self) -> tuple[str, ...]:
        """What is wrong with the wake word now, in sentences."""
        return tuple(sentence for sentence in (self._notice, self._proof.sentence) if sentence)

    def start(self) -> None:
        """Begin to record wakes, and to prove the ears."""
        self.wakes.start()
        if self._ears.wake:
            if not self.choice.built_in:
                threading.Thread(target=self._look_inside, name="wake word check", daemon=True).start()
            self._spoken.start()
            self._proof.start()

    def close(self) -> None:
        """End; what waits to be recorded is written."""
        self._proof.stop()
        self._spoken.stop()
        self.wakes.close()

    def _look_inside(self) -> None:
        """Have somebody's own model loaded once, in a process apart, which may even crash."""
        if problem := what_is_wrong(self._command):
            self._notice = self.choice.until_then(problem)
            self._changed()

    def _clip(self) -> Pcm | None:
        spoken = self._spoken.get(_KEY)
        return speech_of(wav_of([spoken])) if spoken is not None else None
