"""What `bmo voice` costs while nobody speaks: its file-driven simulator hears silence beside a running app."""

import os
import subprocess
import sys
import time
import wave
from pathlib import Path

from parts.voice_house import VoiceHouse

SETTLE, WATCHED = 8.0, 20.0
"""Seconds until it listens, and over which it is measured."""


def idle(house: VoiceHouse, models: Path) -> dict[str, float]:
    """Percent of a core and MB of memory of the process."""
    silence = house.home / "silence.wav"
    with wave.open(str(silence), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16_000))
    command = [sys.executable, "-m", "bmo.cli", "voice", "--microphone", f"file:{silence}"]
    settings = os.environ | {"BMO_HOME": str(house.home), "BMO_AI_SERVER__MODELS_DIR": str(models)}
    heard = ["--speaker", f"file:{house.home / 'heard.wav'}"]
    with subprocess.Popen([*command, *heard], env=settings, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(SETTLE)
            before = _cpu(process.pid)
            time.sleep(WATCHED)
            spent = _cpu(process.pid) - before
            return {"cpu_percent": round(100 * spent / WATCHED, 2), "memory_mb": _memory(process.pid)}
        finally:
            process.terminate()


def _cpu(pid: int) -> float:
    """Seconds of a process, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return round(kilobytes / 1_024, 1)
