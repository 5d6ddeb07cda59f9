"""Speech to text by faster-whisper: the same class for tiny.en on a Pi and large-v3 on a GPU."""

import logging
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel

from bmo.capabilities.media import SPEECH_RATE
from bmo.capabilities.transcribe import Recording, Transcript
from bmo.core.errors import Broken, Malformed, Refused

log = logging.getLogger(__name__)

_SILENT_PEAK = 0.001
"""-60 dB of full scale: nobody is heard below it, and Whisper invents a "thank you"."""
_NOBODY = 0.6
"""Above this probability of "no speech" a segment is dropped; real commands have 0.01 to 0.15."""
_HINT = "Hello, {}! My timer was set for twenty minutes."
"""A sentence, not a bare word: it carries the name, lets Whisper go on writing numbers as words, and makes it expect
household talk ("cancel the timer" was "cancel the tenor"). No command, in case it is ever echoed."""
_MAX_HINT = 100


class Whisper:
    """One model in memory; one transcription at a time, others wait their turn."""

    def __init__(
        self,
        folder: Path,
        *,
        threads: int = 2,
        device: str = "cpu",
        compute_type: str = "int8",
        language: str | None = "en",
        name: str = "whisper",
    ) -> None:
        """`folder`: a CTranslate2 model. `language` None detects it (multilingual models only). Raises `Broken`."""
        self.name = name
        self._language = language
        self._model_name = folder.name
        self._one_at_a_time = threading.Lock()
        try:
            self._model = WhisperModel(
                str(folder), device=device, compute_type=compute_type, cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as fault:
            log.error("%s cannot be loaded: %s", folder, fault)
            raise Broken(
                f"The speech model {folder.name} is damaged or does not fit: "
                f"look at it with `bmo models verify {folder.name}`, or fetch it again with `bmo models pull`.",
                code="model_broken",
            ) from fault

    def transcribe(self, recording: Recording) -> Transcript:
        """What was said; empty text when nobody spoke. Raises `Refused` for another rate than 16 kHz, `Malformed`."""
        if recording.sound.rate != SPEECH_RATE:
            raise Refused(f"Whisper hears {SPEECH_RATE} Hz, not {recording.sound.rate} Hz.", code="wrong_rate")
        sound = np.frombuffer(recording.sound.samples, "<i2").astype(np.float32) / np.float32(32_768)
        if not len(sound) or np.abs(sound).max() < _SILENT_PEAK:
            return Transcript("", self._language or "", 1.0, self._model_name)
        with self._one_at_a_time:
            return self._transcribe(sound, recording.hint)

    def _transcribe(self, sound: npt.NDArray[np.float32], hint: str) -> Transcript:
        """Beam 1 and no second try at a higher temperature: a late answer is worse than a slightly wrong one."""
        try:
            found, info = self._model.transcribe(
                sound,
                language=self._language,
                beam_size=1,
                temperature=0.0,
                initial_prompt=_HINT.format(hint[:_MAX_HINT]) if hint else None,
                condition_on_previous_text=False,
                without_timestamps=True,
            )
            segments = list(found)
        except RuntimeError as fault:
            raise Malformed(f"The speech model failed: {fault}") from fault
        spoken = [segment for segment in segments if segment.no_speech_prob <= _NOBODY]
        # Segments that the model itself judged silent are not in the list at all.
        no_speech = min((segment.no_speech_prob for segment in segments), default=1.0)
        text = " ".join(segment.text.strip() for segment in spoken).strip()
        return Transcript(text, info.language, no_speech, self._model_name)
