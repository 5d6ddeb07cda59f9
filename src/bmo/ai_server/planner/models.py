"""What the planner knows about models. A GB is 1,000,000,000 bytes throughout."""

from dataclasses import dataclass
from typing import Literal

from bmo.core.errors import NotFound

GB = 1_000_000_000
_KV_BYTES = 2
"""Bytes of a number in the cache of keys and values: 16-bit floats, the default of llama.cpp and Ollama."""


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A language model as Ollama names it, quantised to Q4_K_M. Shapes are those of its published `config.json`."""

    name: str
    title: str
    weights: int
    """Bytes of the file or files: what has to be in memory."""
    layers: int
    kv_heads: int
    """`num_key_value_heads`."""
    head: int
    """`head_dim`: numbers of a key, and of a value."""
    longest: int
    """Tokens of context it was trained for."""
    read: int = 0
    """Bytes read for each token, where that is less than `weights` (a part that only sees pictures); 0: all."""
    local_layers: int = 0
    """Layers that look back `window` tokens only."""
    window: int = 0

    @property
    def read_per_token(self) -> int:
        """Bytes of weights that one token passes."""
        return self.read or self.weights

    def kv_bytes(self, context: int) -> int:
        """Bytes of keys and values for a context of so many tokens: two of them per layer, head and token."""
        per_layer = 2 * self.kv_heads * self.head * _KV_BYTES
        local = self.local_layers * min(context, self.window)
        return per_layer * ((self.layers - self.local_layers) * context + local)


Job = Literal["stt", "tts", "detect"]


@dataclass(frozen=True, slots=True)
class Helper:
    """A model that hears, speaks or sees beside the chat."""

    name: str
    title: str
    job: Job
    vram: int
    """Bytes on the GPU at its peak; 0 for one that runs on the processor."""
    ram: int
    """Bytes of main memory."""
    source: str
    process: str = "AI server"
    """Whose CUDA context it shares."""


CHAT = (
    ChatModel("llama3.1:70b", "Llama 3.1 70B", 42_520_000_000, 80, 8, 128, 131_072),
    ChatModel("qwen2.5:32b", "Qwen2.5 32B", 19_850_000_000, 64, 8, 128, 32_768),
    ChatModel("qwen2.5:14b", "Qwen2.5 14B", 8_990_000_000, 48, 8, 128, 32_768),
    ChatModel("llama3.1:8b", "Llama 3.1 8B", 4_920_000_000, 32, 8, 128, 131_072),
    ChatModel("qwen2.5:7b", "Qwen2.5 7B", 4_680_000_000, 28, 4, 128, 32_768),
    # 2.49 GB of text model and 0.85 GB of eyes. Every sixth layer looks back all the way, the others 1,024 tokens.
    ChatModel("gemma3:4b", "Gemma 3 4B", 3_340_000_000, 34, 4, 256, 131_072, 2_490_000_000, 29, 1_024),
    ChatModel("qwen2.5:1.5b", "Qwen2.5 1.5B", 986_000_000, 28, 2, 128, 32_768),
    ChatModel("qwen2.5:0.5b", "Qwen2.5 0.5B (embedded)", 491_400_064, 24, 2, 64, 32_768),
)
"""Largest first. Sizes of the Q4_K_M files as published on the hub, to 10 MB."""

HELPERS = (
    Helper(
        "whisper-large-v3",
        "Whisper large-v3 (fp16, beam 5)",
        "stt",
        4_521_000_000,
        901_000_000,
        "measured: SYSTRAN/faster-whisper issue 1030",
    ),
    Helper("whisper-base", "Whisper base (int8)", "stt", 0, 260_000_000, "measured here"),
    Helper("whisper-tiny", "Whisper tiny.en (int8)", "stt", 0, 233_000_000, "measured here"),
    Helper(
        "fish-speech-1.5",
        "Fish Speech 1.5",
        "tts",
        4_000_000_000,
        3_000_000_000,
        "VRAM: its documentation; RAM: estimate",
        "Fish Speech",
    ),
    Helper(
        "fish-speech-s1",
        "Fish Speech S1",
        "tts",
        12_000_000_000,
        4_000_000_000,
        "VRAM: its documentation; RAM: estimate",
        "Fish Speech",
    ),
    Helper("hibari", "hibari heart", "tts", 0, 208_000_000, "measured here"),
    Helper("yolov8l", "YOLOv8-L (onnxruntime, CUDA)", "detect", 800_000_000, 600_000_000, "estimate"),
    Helper("ssdlite", "SSDLite MobileNet", "detect", 0, 150_000_000, "estimate"),
)

_IN_FULL = "-instruct-q4_K_M"
"""What follows the short name of a model in Ollama's library, which stands for this variant."""

SETS = {
    "full": ("whisper-large-v3", "fish-speech-1.5", "yolov8l"),
    "small": ("whisper-tiny", "hibari", "ssdlite"),
    "none": (),
}
"""What may run beside the chat: the best on the GPU, the small ones on the processor, or nothing."""


def chat_model(name: str) -> ChatModel:
    """By the name Ollama has for it, short or in full. Raises `NotFound` with the names there are."""
    short = name.removesuffix(_IN_FULL)
    for model in CHAT:
        if model.name == short:
            return model
    raise NotFound(f"The planner knows no model {name!r}, but {', '.join(model.name for model in CHAT)}.")


def helper(name: str) -> Helper:
    """Raises `NotFound` with the names there are."""
    for one in HELPERS:
        if one.name == name:
            return one
    raise NotFound(f"The planner knows no helper {name!r}, but {', '.join(one.name for one in HELPERS)}.")


def helpers(beside: str) -> tuple[Helper, ...]:
    """A set by its name, or helpers by theirs with commas between. Raises `NotFound`."""
    names = SETS[beside] if beside in SETS else tuple(part.strip() for part in beside.split(",") if part.strip())
    return tuple(map(helper, names))
