"""The AI server's settings: section `ai_server` of `config.yaml`."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, IPvAnyAddress, SecretStr, ValidationInfo, field_validator, model_validator

from bmo.settings.ai_chat import EmbeddedLlm, Llm
from bmo.settings.ai_embed import Embedder
from bmo.settings.ai_keys import KeyLimits
from bmo.settings.ai_machine import SpotSettings
from bmo.settings.ai_objects import FolderStore, ObjectStore
from bmo.settings.ai_search import LibrarySearch, Searcher
from bmo.settings.ai_speech import HibariTts, Stt, Tts, WhisperStt
from bmo.settings.ai_vision import Describer, Detector
from bmo.settings.ai_voiceprint import ResemblyzerVoiceprint, Voiceprinter
from bmo.settings.app import Off, Section
from bmo.settings.profiles import ProfileName, below

KEY_VARIABLE = "AI_SERVER_KEY"
"""The environment variable that holds the app's key."""


_USUAL = {
    "llm": "embedded",
    "stt": "whisper",
    "tts": "hibari",
    "objects": "folder",
    "detect": "ssdlite",
    "describe": "ollama",
    "embed": "minilm",
    "search": "library",
    "voiceprint": "resemblyzer",
}


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
    """More keys of the role `app`, by the name of whoever holds them. `bmo ai-server keys` keeps others in a file."""
    key_limits: KeyLimits = KeyLimits()
    models_dir: Path = Field(default=Path("~/bmo/models"), validate_default=True)
    """Where models lie; `models` below `home` unless told otherwise."""
    profile: ProfileName = "embedded"
    """What kind of machine this is: it chooses models and their sizes, and every other setting wins over it."""
    llm: Llm = EmbeddedLlm()
    stt: Stt = WhisperStt()
    tts: Tts = HibariTts()
    detect: Detector = Off()
    """Finds things in pictures."""
    describe: Describer = Off()
    """Says what is in pictures."""
    embed: Embedder = Off()
    """Turns text into vectors."""
    voiceprint: Voiceprinter = ResemblyzerVoiceprint()
    """Tells whose voice it is."""
    search: Searcher = LibrarySearch()
    """Finds passages of documents."""
    objects: ObjectStore = FolderStore()
    """Where recordings of voices and other files are kept that outlive a machine."""
    trusted_proxies: tuple[IPvAnyAddress, ...] = ()
    """Addresses of proxies in front, such as `[127.0.0.1]` for nginx on this machine: wrong keys are counted for the
    address that the last hop of their `X-Forwarded-For` names. From everybody else that header is ignored."""
    workers: int = Field(default=1, ge=1, le=16)
    """Processes that serve. Each holds a copy of every model and counts limits and wrong keys for itself, and a
    `POST /drain` reports what runs in one of them: more than one is for servers whose models are elsewhere."""
    threads: int = Field(default=96, ge=8, le=1_000)
    """Requests at a time in each worker; each holds a thread."""
    streams: int = Field(default=64, ge=1, le=1_000)
    """Of these, answers that stream."""
    queue: int = Field(default=8, ge=0, le=1_000)
    """Requests that wait for one engine; the next is told to come again."""
    memory_mb: int = Field(default=0, ge=0)
    """MB that models may take together: those that nobody uses make room for those that are asked for. 0: no limit."""
    spot: SpotSettings = SpotSettings()
    max_body: int = Field(default=16_000_000, ge=1_000)
    """Bytes of a request."""
    body_seconds: float = Field(default=20.0, gt=0)
    """A request that takes longer to arrive is given up."""
    max_audio_seconds: float = Field(default=120.0, gt=0)
    drain_seconds: float = Field(default=30.0, ge=0)
    """How long running answers may take to finish after SIGTERM or `POST /drain`; what still runs is handed back."""
    nice: int = Field(default=0, ge=0, le=19)
    """Added to the niceness it was started with."""

    @model_validator(mode="before")
    @classmethod
    def _over_profile(cls, data: Any) -> Any:
        return below(str(data["profile"]), data) if isinstance(data, dict) and "profile" in data else data

    @model_validator(mode="before")
    @classmethod
    def _models_below_home(cls, data: Any) -> Any:
        if isinstance(data, dict) and "home" in data and "models_dir" not in data:
            return {**data, "models_dir": Path(data["home"]) / "models"}
        return data

    @field_validator(*_USUAL, mode="before")
    @classmethod
    def _usual_engine(cls, value: Any, info: ValidationInfo) -> Any:
        """`llm: {threads: 4}` means the usual engine with four threads."""
        return {"engine": _USUAL[str(info.field_name)], **value} if isinstance(value, dict) else value

    @field_validator("home", "models_dir", mode="after")
    @classmethod
    def _expanded(cls, value: Path) -> Path:
        return value.expanduser()

    @property
    def keys_file(self) -> Path:
        """Where `bmo ai-server keys` keeps the hashes of its keys."""
        return self.home / "ai-server-keys.json"

    @property
    def search_dir(self) -> Path:
        """Where the indexes of documents lie."""
        chosen = self.search.folder if isinstance(self.search, LibrarySearch) else None
        return chosen.expanduser() if chosen else self.home / "data" / "search"

    def all_keys(self) -> dict[str, str]:
        """Every key that is not empty, by name; `key` goes by `app`."""
        named = {"app": self.key, **self.keys}
        return {name: key.get_secret_value() for name, key in named.items() if key.get_secret_value()}
