"""Stands in for the `piper` program: the same options, the same log, a hum instead of a voice.

A line "die" ends it, as a line that it cannot say does the real one; "junk" makes it write no WAV file.
"""

import sys
import time
import wave
from argparse import ArgumentParser
from pathlib import Path

parser = ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--output-dir", required=True)
asked = parser.parse_args()
if not Path(asked.model).exists():
    raise ValueError(f"Unable to find voice: {asked.model}")
for line in sys.stdin:
    if line.strip() == "die":
        sys.exit("RuntimeError: no phonemes")
    path = Path(asked.output_dir) / f"{time.monotonic_ns()}.wav"
    if line.strip() == "junk":
        path.write_bytes(b"junk")
    else:
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22_050)
            file.writeframes(b"\x00\x10" * 2_205 * len(line.split()))
    sys.stderr.write(f"INFO:__main__:Wrote {path}\n")
    sys.stderr.flush()
