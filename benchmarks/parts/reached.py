"""What every system of `voice.py` tells of a turn, and environments of the bench's own for the peers."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).parents[2] / ".bench"


@dataclass(frozen=True)
class Reached:
    """One turn; milliseconds from the last audible sample."""

    first_audio: float | None
    """Of the answer; None when there was none."""
    transcript: float | None = None
    heard: str = ""
    reply: str = ""
    rest: float | None = None
    """From when the command had ended and its words were known; None where that is not told."""


class Missing(Exception):
    """A system cannot be had here; the sentence tells why."""


def environment(name: str, *installs: Sequence[str], proof: str) -> Path:
    """The Python of `.bench/NAME`, made with these calls of `pip install` if `proof` cannot be imported there.

    Raises `Missing`.
    """
    python = BENCH / name / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(BENCH / name)], check=True)
    if subprocess.run([python, "-c", f"import {proof}"], capture_output=True).returncode:
        for wanted in installs:
            command = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", "av", *wanted]
            if subprocess.run(command, capture_output=True).returncode:
                raise Missing(f"pip cannot install {' '.join(wanted)} here")
    return python
