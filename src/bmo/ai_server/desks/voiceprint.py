"""Who tells voices apart."""

from collections.abc import Callable
from pathlib import Path

from bmo.ai_server.desk import Desk
from bmo.ai_server.desks.files import found
from bmo.capabilities.voiceprint import EmbedVoice
from bmo.catalogue.models import VAD
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.ai_voiceprint import ResemblyzerVoiceprint
from bmo.settings.app import Off


def voiceprint(settings: AiServerSettings) -> Desk[EmbedVoice]:
    match settings.voiceprint:
        case ResemblyzerVoiceprint() as told:
            load = _resemblyzer(told, settings.models_dir)
            return Desk("voiceprint", told.model, load, queue=settings.queue, lifetime=told)
        case Off():
            return Desk("voiceprint")


def _resemblyzer(told: ResemblyzerVoiceprint, models_dir: Path) -> Callable[[], EmbedVoice]:
    def load() -> EmbedVoice:
        from bmo.engines.resemblyzer import Resemblyzer
        from bmo.engines.silero import Silero

        speech = Silero(found(VAD, models_dir) / "silero_vad.onnx")
        return Resemblyzer(found(told.model, models_dir) / "resemblyzer.onnx", speech, threads=told.threads)

    return load
