"""What a kind of machine runs unless the settings say otherwise: `ai_server.profile`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

ProfileName = Literal["cloud", "pi", "desktop", "embedded"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The chat of a kind of machine, and what else differs from the defaults there."""

    base: str
    """The model as Ollama names it; empty for the one that comes with BMO."""
    model: str
    """What the AI server asks Ollama for: `bmo` is `base` with BMO's persona, made from a Modelfile."""
    context: int
    """Tokens that prompt and answer have together."""
    max_tokens: int
    """New tokens in an answer at most."""
    others: tuple[str, ...] = ()
    """More models that requests may name."""
    rest: Mapping[str, Mapping[str, Any]] | None = None
    """Other sections of `ai_server`."""

    def tree(self) -> dict[str, dict[str, Any]]:
        """As it would stand below `ai_server` in `config.yaml`."""
        llm = {
            "engine": "ollama",
            "model": self.model,
            "others": self.others,
            "context": self.context,
            "max_tokens": self.max_tokens,
        }
        chat: dict[str, dict[str, Any]] = {"llm": llm} if self.base else {}
        return chat | {name: dict(section) for name, section in (self.rest or {}).items()}


_LARGE = {
    "engine": "whisper",
    "model": "faster-whisper-large-v3",
    "device": "cuda",
    "compute_type": "float16",
    "language": "",
    "beam": 5,
    "vad": True,
}

PROFILES: Mapping[ProfileName, Profile] = {
    # 53 GB with its context: `bmo ai-server plan` says where that fits, and what does elsewhere.
    "cloud": Profile(
        "llama3.1:70b-instruct-q4_K_M",
        "bmo",
        32_768,
        2_048,
        ("qwen2.5:32b",),
        {"stt": _LARGE, "tts": {"engine": "fish_speech"}},
    ),
    "pi": Profile("gemma3:4b", "bmo", 8_192, 1_024),
    "desktop": Profile("gemma3:4b", "gemma3:4b", 32_768, 2_048),
    "embedded": Profile("", "", 4_096, 2_048),
}


def below(profile: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings somebody gave, over those of the profile. A section that names another engine is taken alone."""
    tree: dict[str, Any] = dict(given)
    for name, section in _sections(profile):
        mine = given.get(name, {})
        if isinstance(mine, Mapping) and mine.get("engine", section["engine"]) == section["engine"]:
            tree[name] = {**section, **mine}
    return tree


def of_profile(profile: str, key: str, value: object) -> bool:
    """Whether a profile sets this dotted key of `ai_server` to this value."""
    section, _, inner = key.partition(".")
    return any(name == section and inner in tree and tree[inner] == value for name, tree in _sections(profile))


def _sections(profile: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nothing for a profile that nobody knows: that is said where the setting itself is checked."""
    for name, known in PROFILES.items():
        if name == profile:
            yield from known.tree().items()
