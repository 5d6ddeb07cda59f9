"""What hears and speaks on an AI server: sections `ai_server.stt` and `ai_server.tts`."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from bmo.capabilities.speak import MOST_CENTS
from bmo.settings.app import Loaded, Off, Section

VoiceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Cents = Annotated[float, Field(ge=-MOST_CENTS, le=MOST_CENTS)]
"""100 cents are a semitone."""
WYOMING = r"^tcp://[^/]+:\d+/?$"
"""The address of a Wyoming service."""


class WhisperStt(Loaded):
    """faster-whisper on this machine. On a GPU: `model: faster-whisper-large-v3, device: cuda, compute_type: float16,
    beam: 5, vad: true, language: ""`."""

    engine: Literal["whisper"] = "whisper"
    model: str = "faster-whisper-tiny.en"
    """A folder of `models_dir`, or a path. Where none is named, `faster-whisper-base` is used once it is installed."""
    threads: int = Field(default=2, ge=1, le=256)
    device: Literal["cpu", "cuda"] = "cpu"
    compute_type: Literal["int8", "int8_float16", "float16", "float32"] = "int8"
    language: str = "en"
    """Empty to detect it, which needs a multilingual model."""
    beam: int = Field(default=1, ge=1, le=10)
    """Wordings followed at a time: 5 where a GPU makes it cheap."""
    vad: bool = False
    """Cut out what is not speech before it is written down."""


class HibariVoice(Section):
    """What one of hibari's voices is made of."""

    model: str = "heart"
    """Only `heart` comes in its package; nothing is downloaded."""
    cents: Cents = 0.0


class HibariTts(Loaded):
    """The hibari voice on this machine."""

    engine: Literal["hibari"] = "hibari"
    threads: int = Field(default=1, ge=1, le=256)
    voices: dict[VoiceName, HibariVoice] = Field(
        default_factory=lambda: {
            "bmo": HibariVoice(cents=400),
            "heart": HibariVoice(),
            "low": HibariVoice(cents=-300),
        }
    )
    """By name. A speaker who is cloned in the cloud can have a stand-in here: `{grandma: {cents: -150}}`."""


class PiperTts(Loaded):
    """Piper in a process of its own: `pip install bmo[piper]`, or a Python that has it (it is GPL)."""

    engine: Literal["piper"] = "piper"
    model: str = "piper-joe"
    """An ONNX voice: its path, or a folder of `models_dir` with one in it; its JSON lies beside it."""
    program: tuple[str, ...] = ()
    """What runs Piper, such as `[/opt/piper/bin/python, -m, piper]`; empty for the Python that runs BMO."""
    voices: dict[VoiceName, Cents] = Field(default_factory=lambda: {"bmo": 400.0, "plain": 0.0})
    """Names, and how far each is moved from the model's own pitch."""
    shift: Literal["own", "sox"] = "own"
    """What moves the pitch: BMO itself, or the sox program."""


class FishSpeechTts(Section):
    """A Fish Speech server, which speaks like recordings. Its weights are CC BY-NC-SA 4.0: not for commercial use."""

    engine: Literal["fish_speech"] = "fish_speech"
    url: str = Field(default="http://127.0.0.1:8080", pattern=r"^https?://")
    key: SecretStr = SecretStr("")
    brackets: Literal["()", "[]", ""] = "()"
    """Around moods: `()` for OpenAudio S1, `[]` for S2, empty for models that would read them aloud."""
    at_once: int = Field(default=1, ge=1, le=64)
    """Requests that its GPU takes at a time."""
    rate: int = Field(default=44_100, ge=8_000, le=96_000)
    """Hz of the model, where the server does not tell."""


class WyomingStt(Section):
    """Somebody else's speech-to-text service on your own network, such as wyoming-faster-whisper."""

    engine: Literal["wyoming"] = "wyoming"
    uri: str = Field(default="tcp://127.0.0.1:10300", pattern=WYOMING)
    model: str = ""
    """As the service calls it; empty for its usual one."""
    language: str = ""
    """Told to the service when nobody asks for another; empty leaves it to the service."""
    at_once: int = Field(default=1, ge=1, le=64)
    """Requests that it takes at a time."""


class WyomingVoice(Section):
    """What one of the voices of a Wyoming service is made of."""

    model: str = ""
    """As the service calls it, such as `en_US-lessac-medium`; empty for its usual one."""
    speaker: str = ""
    """One of several speakers of that voice."""
    cents: Cents = 0.0


class WyomingTts(Section):
    """Somebody else's text-to-speech service on your own network, such as wyoming-piper."""

    engine: Literal["wyoming"] = "wyoming"
    uri: str = Field(default="tcp://127.0.0.1:10200", pattern=WYOMING)
    at_once: int = Field(default=1, ge=1, le=64)
    """Requests that it takes at a time."""
    voices: dict[VoiceName, WyomingVoice] = Field(
        default_factory=lambda: {"bmo": WyomingVoice(cents=400), "plain": WyomingVoice()}
    )
    """By the names they are asked for."""


Stt = Annotated[WhisperStt | WyomingStt | Off, Field(discriminator="engine")]
Tts = Annotated[HibariTts | PiperTts | FishSpeechTts | WyomingTts | Off, Field(discriminator="engine")]
