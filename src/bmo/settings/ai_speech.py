"""What hears and speaks on an AI server: sections `ai_server.stt` and `ai_server.tts`."""

from typing import Annotated, Literal

from pydantic import Field

from bmo.settings.app import Off, Section


class WhisperStt(Section):
    """faster-whisper on this machine."""

    engine: Literal["whisper"] = "whisper"
    model: str = "faster-whisper-tiny.en"
    """A folder of `models_dir`, or a path."""
    threads: int = Field(default=2, ge=1, le=256)
    device: Literal["cpu", "cuda"] = "cpu"
    compute_type: Literal["int8", "int8_float16", "float16", "float32"] = "int8"
    language: str = "en"
    """Empty to detect it, which needs a multilingual model."""


class HibariTts(Section):
    """The hibari voice on this machine."""

    engine: Literal["hibari"] = "hibari"
    threads: int = Field(default=1, ge=1, le=256)


Stt = Annotated[WhisperStt | Off, Field(discriminator="engine")]
Tts = Annotated[HibariTts | Off, Field(discriminator="engine")]
