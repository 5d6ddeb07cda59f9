"""What turns text into vectors on an AI server: section `ai_server.embed`."""

from typing import Annotated, Literal

from pydantic import Field

from bmo.settings.app import Loaded, Off


class MiniLmEmbed(Loaded):
    """all-MiniLM-L6-v2 on this machine: 384 numbers a text."""

    engine: Literal["minilm"] = "minilm"
    model: str = "all-minilm-l6-v2-int8"
    """A folder of `models_dir`, or a path."""
    threads: int = Field(default=2, ge=1, le=256)


Embedder = Annotated[MiniLmEmbed | Off, Field(discriminator="engine")]
