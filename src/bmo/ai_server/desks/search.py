"""Who searches documents."""

from collections.abc import Callable

from bmo.ai_server.desk import Desk
from bmo.capabilities.embed import EmbedText, Texts, Vectors
from bmo.capabilities.search import Library
from bmo.settings.ai_search import LibrarySearch
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.app import Off

_AT_ONCE = 16
"""Queries take a millisecond or two and change nothing."""


class EmbedAtDesk:
    """Whatever embeds text on this server, asked as everybody else asks it: in line."""

    def __init__(self, desk: Desk[EmbedText]) -> None:
        self.name = desk.model
        self._desk = desk

    def embed(self, texts: Texts) -> Vectors:
        """As `EmbedText.embed`; raises `Busy` too."""
        with self._desk.used() as engine:
            return engine.embed(texts)


def search(settings: AiServerSettings, embed: Desk[EmbedText]) -> Desk[Library]:
    """`embed` is asked for vectors when it is set up."""
    match settings.search:
        case LibrarySearch() as told:
            load = _library(settings, told, embed)
            return Desk("search", "library", load, at_once=_AT_ONCE, queue=settings.queue, lifetime=told)
        case Off():
            return Desk("search")


def _library(settings: AiServerSettings, told: LibrarySearch, embed: Desk[EmbedText]) -> Callable[[], Library]:
    def load() -> Library:
        from bmo.engines.search.library import DocumentLibrary

        wanted = told.embeddings and embed.state != "absent"
        return DocumentLibrary(settings.search_dir, EmbedAtDesk(embed) if wanted else None)

    return load
