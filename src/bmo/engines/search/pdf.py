"""The text of a PDF, read by a child process that may take only so long and so much."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Any

SECONDS = 60
"""Of computing; a file that takes longer is left out, with a sentence."""
SECONDS_AT_MOST = 120.0
"""On a busy machine."""


def pages(file: IO[bytes]) -> Iterator[tuple[int, str] | str]:
    """Number and text of each page that has text, and a sentence's end such as "cannot be read" for what is wrong."""
    command = [sys.executable, "-m", "bmo.engines.search.pdf_child", str(SECONDS)]
    try:
        child = subprocess.run(  # noqa: S603 - ours
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS_AT_MOST
        )
        lines = child.stdout.splitlines()
        ended = child.returncode == 0
    except subprocess.TimeoutExpired:
        lines, ended = [], False
    for line in lines if ended else lines[:-1]:  # the last line of one that was ended may be a half
        told: dict[str, Any] = json.loads(line)
        yield told["problem"] if "problem" in told else (told["page"], told["text"])
    if not ended:
        yield "takes too long or too much memory to read"
