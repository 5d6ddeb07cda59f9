"""What `bmo wyoming` offers, and how it describes it to Home Assistant."""

from dataclasses import dataclass

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice, WakeModel, WakeProgram

import bmo
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.voice.ears import Ears

NAME = "bmo"
"""What Home Assistant knows the programs by."""
WAKE_WORD = "hey_jarvis"
_BMO = Attribution("BMO", "")
_WAKE = Attribution("David Scripka, openWakeWord (models: CC BY-NC-SA 4.0)", "https://github.com/dscripka/openWakeWord")


@dataclass(frozen=True, slots=True)
class Offer:
    """The capabilities behind the protocol."""

    transcribe: Transcribe
    speak: Speak
    ears: Ears | None = None
    """None where the wake word is switched off."""
    voices: tuple[str, ...] = (NAME,)
    """The usual one first."""
    languages: tuple[str, ...] = ("en",)
    wake_word: str = WAKE_WORD
    """Name of its model."""
    threshold: float = 0.5
    """Wake score that counts."""
    longest: float = 60.0
    """Seconds of sound that are written down at a time."""

    def info(self) -> Info:
        """The answer to `describe`."""
        return Info(asr=[self._hears()], tts=[self._speaks()], wake=[self._wakes()] if self.ears is not None else [])

    def _hears(self) -> AsrProgram:
        model = AsrModel(
            name=NAME,
            attribution=_BMO,
            installed=True,
            description="Whatever BMO's AI servers hear with: the best that answers",
            version=None,
            languages=list(self.languages),
        )
        return AsrProgram(
            name=NAME,
            attribution=_BMO,
            installed=True,
            description="Speech to text by BMO's AI servers",
            version=bmo.__version__,
            models=[model],
        )

    def _speaks(self) -> TtsProgram:
        voices = [
            TtsVoice(
                name=voice,
                attribution=_BMO,
                installed=True,
                description=f"The voice {voice} of BMO's AI servers",
                version=None,
                languages=list(self.languages),
            )
            for voice in self.voices
        ]
        return TtsProgram(
            name=NAME,
            attribution=_BMO,
            installed=True,
            description="Text to speech by BMO's AI servers",
            version=bmo.__version__,
            voices=voices,
            supports_synthesize_streaming=True,
        )

    def _wakes(self) -> WakeProgram:
        phrase = self.wake_word.replace("_", " ")
        model = WakeModel(
            name=self.wake_word,
            attribution=_WAKE,
            installed=True,
            description=f"Wakes at {phrase}",
            version=None,
            languages=["en"],
            phrase=phrase,
        )
        return WakeProgram(
            name=NAME,
            attribution=_WAKE,
            installed=True,
            description="The wake word of BMO's own microphones, in a process of its own",
            version=bmo.__version__,
            models=[model],
        )
