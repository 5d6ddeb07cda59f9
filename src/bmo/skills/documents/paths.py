"""Paths as people, models and programs write them: names with slashes between, and nothing that leads elsewhere."""

from urllib.parse import unquote

from bmo.core.errors import Refused

LONGEST = 1_000
"""Characters of a path."""
_DEEPEST = 32
OUTSIDE = "I see only the files in my own folders."


def plain_parts(path: str) -> tuple[str, ...]:
    """The names of a path. Raises `Refused` for what could lead out of a folder, written plainly or with `%`.

    This is for a good sentence only: what keeps a path inside is how its names are opened (`core/inside.py`).
    """
    if len(path) > LONGEST:
        raise Refused(f"A path has at most {LONGEST:,} characters.", code="outside")
    parts = tuple(part for part in path.strip().split("/") if part not in ("", "."))
    for written in {path, unquote(path), unquote(unquote(path))}:
        names = written.replace("\\", "/").split("/")
        if ".." in names or written.lstrip().startswith(("/", "\\", "~")) or written[1:3] in (":\\", ":/"):
            raise Refused(OUTSIDE, code="outside")
        if any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for sign in written):
            raise Refused(OUTSIDE, code="outside")
    if len(parts) > _DEEPEST or any(part.startswith(".") or len(part.encode()) > 255 for part in parts):
        raise Refused(OUTSIDE, code="outside")
    return parts
