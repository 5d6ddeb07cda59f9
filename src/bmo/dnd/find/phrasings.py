"""How players ask for an entry: written by hand where the book's words are far from theirs, else made by its kind.

`phrasings.txt` holds a line an entry: `Fireball | big explosion of fire | ...`, below a `[kind]`. A name there stands
for every entry of the kind that is called so, that begins so before a bracket or colon ("Rage", "Sneak Attack"), or,
with "Heading > ", whose headings end so.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from bmo.dnd.find.entry import Entry, Kind

_TAIL = re.compile(r"\s*[(,:].*$")
_FLIES = re.compile(r"\bfly \d")
_MADE: Mapping[Kind, tuple[str, ...]] = {
    Kind.CONDITION: ("what does being {name} do to me", "{name} condition"),
    Kind.RULE: ("how does {name} work",),
    Kind.SPELL: ("what does the spell {name} do",),
    Kind.CREATURE: ("{name} monster",),
    Kind.GEAR: ("what does a {name} cost and do",),
    Kind.MAGIC_ITEM: ("what does the magic item {name} do",),
    Kind.FEATURE: ("how does {name} work",),
    Kind.CLASS: ("what does a {name} get",),
    Kind.SPECIES: ("playing {name}",),
    Kind.TERM: ("what is {name}",),
    Kind.OWN: (),
}


class Phrasings:
    """Lines by kind and name."""

    def __init__(self, lines: Mapping[tuple[Kind, str], tuple[str, ...]]) -> None:
        self.lines = lines

    def of(self, entry: Entry) -> tuple[str, ...]:
        """Those of the entry itself, those written by hand, and those made by its kind; none twice."""
        written = (*entry.said, *self._written(entry))
        made = tuple(form.format(name=entry.name) for form in _MADE[entry.kind])
        flying = (f"can a {entry.name} fly",) if entry.kind is Kind.CREATURE and _FLIES.search(entry.text) else ()
        return tuple(dict.fromkeys((*written, *made, *flying)))

    def _written(self, entry: Entry) -> Iterator[str]:
        name = entry.name.casefold()
        under = " > ".join(entry.heading[-2:]).casefold()
        for known in dict.fromkeys((under, name, _TAIL.sub("", name))):
            yield from self.lines.get((entry.kind, known), ())


@cache
def standard() -> Phrasings:
    """Those that BMO ships."""
    return Phrasings(read(files("bmo.dnd.find").joinpath("phrasings.txt").read_text(encoding="utf-8")))


def read(text: str) -> Mapping[tuple[Kind, str], tuple[str, ...]]:
    """The lines of a file of phrasings. Raises `ValueError` with the line's number for one that is no such line."""
    kind: Kind | None = None
    found: dict[tuple[Kind, str], tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            kind = Kind(line.strip().strip("[]"))
            continue
        name, *said = (one.strip() for one in line.split("|"))
        if kind is None or not name or not all(said) or not said:
            raise ValueError(f"line {number} is no name with phrasings")
        key = (kind, name.casefold())
        found[key] = (*found.get(key, ()), *said)
    return found
