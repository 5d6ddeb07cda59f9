"""Who hears and who speaks."""

from collections.abc import Callable
from pathlib import Path

from bmo.ai_server.desk import Desk
from bmo.ai_server.desks.files import found
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.ai_speech import HibariTts, WhisperStt
from bmo.settings.app import Off


def transcribe(settings: AiServerSettings) -> Desk[Transcribe]:
    match settings.stt:
        case WhisperStt() as stt:
            return Desk("transcribe", stt.model, _whisper(stt, settings.models_dir), queue=settings.queue)
        case Off():
            return Desk("transcribe")


def speak(settings: AiServerSettings) -> Desk[Speak]:
    match settings.tts:
        case HibariTts() as tts:
            return Desk("speak", "hibari", _hibari(tts), queue=settings.queue)
        case Off():
            return Desk("speak")


def _whisper(stt: WhisperStt, models_dir: Path) -> Callable[[], Transcribe]:
    def load() -> Transcribe:
        from bmo.engines.whisper import Whisper

        return Whisper(
            found(stt.model, models_dir),
            threads=stt.threads,
            device=stt.device,
            compute_type=stt.compute_type,
            language=stt.language or None,
        )

    return load


def _hibari(tts: HibariTts) -> Callable[[], Speak]:
    def load() -> Speak:
        from bmo.engines.hibari import Hibari

        return Hibari(threads=tts.threads)

    return load
