"""The AI server's settings: section `ai_server` of `config.yaml`."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator

from bmo.settings.app import Section

KEY_VARIABLE = "AI_SERVER_KEY"
"""The environment variable that holds the app's key."""


class Off(Section):
    """This server does not have the capability."""

    engine: Literal["off"] = "off"


class EmbeddedLlm(Section):
    """A GGUF model on this machine, run by llama.cpp."""

    engine: Literal["embedded"] = "embedded"
    model: str = "qwen2.5-coder-0.5b-instruct-q4_k_m"
    """A folder of `models_dir` with `model.gguf` in it, or the path of a GGUF file."""
    threads: int = Field(default=2, ge=1, le=256)
    context: int = Field(default=4_096, ge=512, le=131_072)
    """Tokens that prompt and answer have together."""


class OpenAiLlm(Section):
    """A model server that speaks the OpenAI chat API: vLLM, llama-server, LM Studio, ..."""

    engine: Literal["openai"] = "openai"
    url: str = Field(pattern=r"^https?://")
    """Up to and with `/v1`."""
    model: str = Field(min_length=1)
    key: SecretStr = SecretStr("")


class OllamaLlm(Section):
    """An Ollama server."""

    engine: Literal["ollama"] = "ollama"
    url: str = Field(default="http://127.0.0.1:11434", pattern=r"^https?://")
    model: str = Field(min_length=1)


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


Llm = Annotated[EmbeddedLlm | OpenAiLlm | OllamaLlm | Off, Field(discriminator="engine")]
Stt = Annotated[WhisperStt | Off, Field(discriminator="engine")]
Tts = Annotated[HibariTts | Off, Field(discriminator="engine")]

_USUAL = {"llm": "embedded", "stt": "whisper", "tts": "hibari"}


def _key_of_environment() -> SecretStr:
    return SecretStr(os.environ.get(KEY_VARIABLE, ""))


class AiServerSettings(Section):
    """Everything the AI server can be told."""

    home: Path = Field(default=Path("~/bmo"), validate_default=True)
    host: str = "127.0.0.1"
    port: int = Field(default=8_000, ge=0, le=65_535)
    key: SecretStr = Field(default_factory=_key_of_environment)
    """The app's key. Without any key the server does not start."""
    keys: dict[str, SecretStr] = Field(default_factory=dict)
    """More keys, by the name of whoever holds them."""
    models_dir: Path = Field(default=Path("~/bmo/models"), validate_default=True)
    """Where models lie; `models` below `home` unless told otherwise."""
    llm: Llm = EmbeddedLlm()
    stt: Stt = WhisperStt()
    tts: Tts = HibariTts()
    threads: int = Field(default=96, ge=8, le=1_000)
    """Requests at a time; each holds a thread."""
    streams: int = Field(default=64, ge=1, le=1_000)
    """Of these, answers that stream."""
    queue: int = Field(default=8, ge=0, le=1_000)
    """Requests that wait for one engine; the next is told to come again."""
    max_body: int = Field(default=16_000_000, ge=1_000)
    """Bytes of a request."""
    body_seconds: float = Field(default=20.0, gt=0)
    """A request that takes longer to arrive is given up."""
    max_audio_seconds: float = Field(default=120.0, gt=0)
    drain_seconds: float = Field(default=30.0, ge=0)
    """How long running answers may take to finish after SIGTERM."""
    nice: int = Field(default=0, ge=0, le=19)
    """Added to the niceness it was started with."""

    @model_validator(mode="before")
    @classmethod
    def _models_below_home(cls, data: Any) -> Any:
        if isinstance(data, dict) and "home" in data and "models_dir" not in data:
            return {**data, "models_dir": Path(data["home"]) / "models"}
        return data

    @field_validator("llm", "stt", "tts", mode="before")
    @classmethod
    def _usual_engine(cls, value: Any, info: ValidationInfo) -> Any:
        """`llm: {threads: 4}` means the usual engine with four threads."""
        return {"engine": _USUAL[str(info.field_name)], **value} if isinstance(value, dict) else value

    @field_validator("home", "models_dir", mode="after")
    @classmethod
    def _expanded(cls, value: Path) -> Path:
        return value.expanduser()

    def all_keys(self) -> dict[str, str]:
        """Every key that is not empty, by name; `key` goes by `app`."""
        named = {"app": self.key, **self.keys}
        return {name: key.get_secret_value() for name, key in named.items() if key.get_secret_value()}
