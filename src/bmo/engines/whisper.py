"""Speech to text by faster-whisper: the same class for tiny.en on a Pi and large-v3 on a GPU."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel

from bmo.capabilities.media import SPEECH_RATE
from bmo.capabilities.provider import Stream
from bmo.capabilities.transcribe import Recording, Segment, Transcript, Written
from bmo.core.errors import Broken, Malformed, Refused

log = logging.getLogger(__name__)

_SILENT_PEAK = 0.001
"""-60 dB of full scale: nobody is heard below it, and Whisper invents a "thank you"."""
_NOBODY, _FEW_WORDS = 0.6, 10
"""Above this probability of "no speech" a segment of a few words is dropped: an invented "thank you", an echoed hint.
Real commands have 0.01 to 0.15; a long talk with pauses in it can have 0.8, and is kept for its many words."""
_HARDLY, _UNSURE = 0.4, -0.7
"""Likely no speech, and words the model does not believe itself (mean log probability): the tail of a recording."""
_HINT = "Hello, {}! My timer was set for twenty minutes."
"""A sentence, not a bare word: it carries the name, lets Whisper go on writing numbers as words, and makes it expect
household talk ("cancel the timer" was "cancel the tenor"). No command, in case it is ever echoed."""
_MAX_HINT = 100
_SENTENCE_ENDS = (".", "?", "!")
_PAUSE = 1.0
"""Seconds; who is silent for so long begins another segment."""


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
        beam: int = 1,
        vad: bool = False,
        name: str = "whisper",
    ) -> None:
        """`folder`: a CTranslate2 model. `language` None detects it (multilingual models only). Raises `Broken`.

        `beam`: how many wordings are followed at a time; 5 where a GPU makes it cheap. `vad`: cut out what is not
        speech first, by the Silero model in faster-whisper's own package; it costs little and keeps long silences
        from being "heard", but on a short command it only adds its own time.
        """
        self.name = name
        self._language = language
        self._beam = beam
        self._vad = vad
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
        """What was said; empty text when nobody spoke.

        Raises `Refused` for another rate than 16 kHz or a language the model does not know, `Malformed`.
        """
        *_, whole = self.write(recording)
        assert isinstance(whole, Transcript)
        return whole

    def write(self, recording: Recording) -> Stream[Written]:
        """Each segment when the model has it (every 30 s of sound at the latest), then the transcript."""
        if recording.sound.rate != SPEECH_RATE:
            raise Refused(f"Whisper hears {SPEECH_RATE} Hz, not {recording.sound.rate} Hz.", code="wrong_rate")
        language = self._spoken(recording.language)
        sound = np.frombuffer(recording.sound.samples, "<i2").astype(np.float32) / np.float32(32_768)
        if not len(sound) or np.abs(sound).max() < _SILENT_PEAK:
            yield Transcript("", language or "", 1.0, self._model_name)
            return
        with self._one_at_a_time:
            yield from self._write(sound, recording, language)

    def _spoken(self, asked: str) -> str | None:
        """The language to write in; None detects it."""
        if asked and asked not in self._model.supported_languages:
            known = "only English" if not self._model.model.is_multilingual else "another set of languages"
            raise Refused(f"{self._model_name} knows {known}, not {asked!r}.", code="unknown_language")
        return asked or self._language

    def _write(self, sound: npt.NDArray[np.float32], recording: Recording, language: str | None) -> Stream[Written]:
        """No second try at a higher temperature: a late answer is worse than a slightly wrong one."""
        spoken: list[Segment] = []
        silences: list[float] = []
        try:
            found, info = self._model.transcribe(
                sound,
                language=language,
                beam_size=self._beam,
                temperature=0.0,
                initial_prompt=_HINT.format(recording.hint[:_MAX_HINT]) if recording.hint else None,
                condition_on_previous_text=False,
                without_timestamps=True,  # a hint makes models leave them out anyway; words are timed by attention
                word_timestamps=recording.timed,
                vad_filter=self._vad,
            )
            for one in found:
                silences.append(one.no_speech_prob)
                if not _nobody(one):
                    for segment in _segments(one, recording.sound.seconds):
                        spoken.append(segment)
                        yield segment
        except RuntimeError as fault:
            raise Malformed(f"The speech model failed: {fault}") from fault
        # Segments that the model itself judged silent are not in the list at all.
        no_speech = min(silences, default=1.0)
        text = " ".join(segment.text for segment in spoken)
        yield Transcript(text, info.language, no_speech, self._model_name, tuple(spoken))


def _nobody(found: Any) -> bool:
    """Whether nobody said that."""
    words = len(found.text.split())
    few = found.no_speech_prob > _NOBODY and words <= _FEW_WORDS
    return not words or few or (found.no_speech_prob > _HARDLY and found.avg_logprob < _UNSURE)


def _segments(found: Any, seconds: float) -> Iterator[Segment]:
    """A segment of Whisper's, by sentences and pauses where its words are timed."""
    no_speech = found.no_speech_prob
    words: list[Any] = []
    for word in found.words or ():
        if words and (words[-1].word.endswith(_SENTENCE_ENDS) or word.start - words[-1].end > _PAUSE):
            yield _segment("".join(one.word for one in words), words[0].start, words[-1].end, no_speech, seconds)
            words = []
        words.append(word)
    if words:
        yield _segment("".join(one.word for one in words), words[0].start, words[-1].end, no_speech, seconds)
    elif not found.words:
        yield _segment(found.text, found.start, found.end, no_speech, seconds)


def _segment(text: str, start: float, end: float, no_speech: float, seconds: float) -> Segment:
    """Whisper pads to 30 s and may end a segment in the padding."""
    last = min(float(end), seconds)
    return Segment(text.strip(), min(float(start), last), last, no_speech)
