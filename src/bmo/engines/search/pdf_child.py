"""Reads one PDF from standard input in a process of its own: what a hostile file takes is bounded by the system.

Writes a line of JSON for each page, `{"page": 1, "text": "..."}`, and `{"problem": "..."}` where there is one.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

MOST_PAGES = 2_000
MOST_SIGNS = 20_000_000
"""Characters of all pages together."""
_MEMORY = 2_000_000_000
"""Bytes."""
_NICE = 15
_LOCKED = "is locked with a password: save it without one"


def pages(data: bytes) -> Iterator[dict[str, Any]]:
    """The text of each page that has some, and what was wrong."""
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield {"problem": _LOCKED}
            return
        yield from _texts(reader)
    except DependencyError:  # it would take another library to open
        yield {"problem": _LOCKED}
    except MemoryError:
        yield {"problem": "takes too much memory to read"}
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as fault:
        # pypdf meets broken files with all of these.
        yield {"problem": f"cannot be read as PDF: {str(fault).rstrip('.') or type(fault).__name__}"}


def _texts(reader: PdfReader) -> Iterator[dict[str, Any]]:
    signs = 0
    for number, page in enumerate(reader.pages, 1):
        if number > MOST_PAGES or signs > MOST_SIGNS:
            yield {"problem": f"was read up to page {number - 1} only: the rest is too long"}
            return
        text = page.extract_text()
        if text.strip():
            signs += len(text)
            yield {"page": number, "text": text}
    if signs == 0:
        yield {"problem": "has no text in it, only pictures of it: scan it with text recognition"}


def _bound(seconds: int) -> None:
    """Let the system end this process when it takes too much. Not every system can."""
    try:
        import resource
    except ImportError:
        return
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def main() -> None:
    """`python -m bmo.engines.search.pdf_child SECONDS`."""
    _bound(int(sys.argv[1]))
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every small flaw; what cannot be read raises
    for line in pages(sys.stdin.buffer.read()):
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
