"""What tells voices apart on an AI server: section `ai_server.voiceprint`."""

from typing import Annotated, Literal

from pydantic import Field

from bmo.settings.app import Loaded, Off


class ResemblyzerVoiceprint(Loaded):
    """Resemblyzer's network on this machine: 256 numbers a voice. Loaded when somebody's voice is first asked about."""

    engine: Literal["resemblyzer"] = "resemblyzer"
    load: Literal["eager", "lazy", "never"] = "lazy"
    model: str = "resemblyzer"
    """A folder of `models_dir`, or a path."""
    threads: int = Field(default=1, ge=1, le=256)


Voiceprinter = Annotated[ResemblyzerVoiceprint | Off, Field(discriminator="engine")]
