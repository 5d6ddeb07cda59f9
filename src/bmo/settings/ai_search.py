"""What searches documents on an AI server: section `ai_server.search`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bmo.settings.app import Loaded, Off


class LibrarySearch(Loaded):
    """The index of this machine, as `bmo search index` makes it."""

    engine: Literal["library"] = "library"
    folder: Path | None = None
    """Where the indexes lie; `data/search` below `home` unless told otherwise."""
    embeddings: bool = True
    """Whether passages are compared by `ai_server.embed` too, where that is set up."""


Searcher = Annotated[LibrarySearch | Off, Field(discriminator="engine")]
