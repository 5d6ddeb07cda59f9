"""What a routine is, and what it may be called."""

import re
from dataclasses import dataclass

LONGEST_NAME = 40
"""Characters."""
MOST_WORDS = 5
"""Of a name."""
_NAME = re.compile(r"[^\W_]+(?:[ '’-][^\W_]+)*")
_AROUND = re.compile(r"^(?:(?:the|a|an|my|our|your|called|named)\s+)+|\s+(?:routine|scene|one)$", re.IGNORECASE)

_DENIED = {"not", "never", "no", "don't", "dont"}
"""With these, it is a refusal rather than a name."""
_NO_NAME = {"a", "an", "the", "my", "our", "your", "any", "some", "one", "of", "new", "another", "called", "named"}


@dataclass(frozen=True, slots=True)
class Routine:
    """Steps under a name."""

    name: str
    steps: tuple[str, ...]
    """In the words of who made it; tags such as `[LED:off]` are steps, too."""
    also: tuple[str, ...] = ()
    """Other names that it goes by."""
    says: str = ""
    """What BMO says first."""
    id: int = 0
    """0 for one that every house has."""
    person: str = ""
    """Who made it; empty for one that every house has, and for somebody unknown."""


def name_of(text: str) -> str:
    """A name as it is kept: a few plain words in lower case. Raises ValueError for anything else."""
    name = " ".join(text.split()).strip(' .,:;!?"“”').casefold()
    while (shorter := _AROUND.sub("", name)) != name and shorter:
        name = shorter
    words = set(name.split())
    if words & _DENIED or words <= _NO_NAME:
        raise ValueError("a name says what it is for")
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or len(name.split()) > MOST_WORDS:
        raise ValueError(f"a name has at most {MOST_WORDS} plain words")
    return name
