"""Who turns text into vectors."""

from collections.abc import Callable
from pathlib import Path

from bmo.ai_server.desk import Desk
from bmo.ai_server.desks.files import found
from bmo.capabilities.embed import EmbedText
from bmo.settings.ai_embed import MiniLmEmbed
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.app import Off


def embed(settings: AiServerSettings) -> Desk[EmbedText]:
    match settings.embed:
        case MiniLmEmbed() as told:
            return Desk("embed", told.model, _minilm(told, settings.models_dir), queue=settings.queue, lifetime=told)
        case Off():
            return Desk("embed")


def _minilm(told: MiniLmEmbed, models_dir: Path) -> Callable[[], EmbedText]:
    def load() -> EmbedText:
        from bmo.engines.minilm import MiniLm

        return MiniLm(found(told.model, models_dir), threads=told.threads)

    return load
