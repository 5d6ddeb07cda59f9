"""The text of a PDF, read by a child process that may take only so long and so much."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Any

SECONDS = 60
"""Of computing; a file that takes longer is left out, with a sentence."""
_GRACE = 60
"""Seconds more, on a busy machine."""


def pages(file: IO[bytes], seconds: int = SECONDS) -> Iterator[tuple[int, str] | str]:
    """Number and text of each page that has text, and a sentence's end such as "cannot be read" for what is wrong."""
    command = [sys.executable, "-m", "bmo.engines.search.pdf_child", str(seconds)]
    try:
        child = subprocess.run(  # noqa: S603 - ours
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds + _GRACE
        )
        lines = child.stdout.splitlines()
        ended = child.returncode == 0
    except subprocess.TimeoutExpired:
        lines, ended = [], False
    for line in lines if ended else lines[:-1]:  # the last line of one that was ended may be a half
        told: dict[str, Any] = json.loads(line)
        yield told["problem"] if "problem" in told else (told["page"], told["text"])
    if not ended:
        yield f"takes too long or too much memory to read (more than {seconds} s)"
