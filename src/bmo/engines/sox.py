"""The pitch moved by the SoX program, where somebody prefers its sound to `engines.pitch`."""

import shutil
import subprocess

import numpy as np

from bmo.core.errors import Broken, Malformed
from bmo.engines.pitch import Sound

_SECONDS = 30.0


class Sox:
    """Calls `sox` for each piece: about 0.04 s of a desktop's CPU. GPL, and a process of its own."""

    def __init__(self, program: str = "sox") -> None:
        """Raises `Broken` when it is not installed."""
        found = shutil.which(program)
        if found is None:
            raise Broken(
                f"The program {program} is not installed: install it (`apt install sox`), or set `tts.shift: own`.",
                code="program_missing",
            )
        self._program = found

    def __call__(self, sound: Sound, rate: int, cents: float) -> Sound:
        """As `engines.pitch.shift`. Raises `Malformed` when sox fails."""
        if cents == 0 or not len(sound):
            return sound
        form = ("-t", "raw", "-r", str(rate), "-e", "floating-point", "-b", "32", "-c", "1", "-")
        command = [self._program, "-V1", *form, *form, "pitch", f"{cents:g}"]
        try:
            done = subprocess.run(  # noqa: S603 - a list, no shell; every part is ours
                command, input=sound.astype("<f4").tobytes(), capture_output=True, timeout=_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError) as fault:
            raise Malformed(f"sox could not move the pitch: {fault}") from fault
        shifted = np.frombuffer(done.stdout, "<f4")[: len(sound)]
        return np.pad(shifted, (0, len(sound) - len(shifted)))
