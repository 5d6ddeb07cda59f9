"""Entries cut into what is compared with a question: pieces of their text, and ways in which players ask for them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bmo.dnd.find.entry import Entry, Kind
from bmo.dnd.find.phrasings import Phrasings

WORDS = 120
"""A piece of running text has about so many words at most."""
MOST_PARTS = 60
MOST_PIECES = 80
"""Of one entry; what is longer is found by its beginning."""
MOST_SAID = 24
_ATTACK = re.compile(r"(?:Melee|Ranged|Melee or Ranged) (?:Weapon|Spell)? ?Attack\b.{,160}$|.{,90}$", re.DOTALL)
"""An action that is an attack and nothing else, or next to nothing: such are told together."""
_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that a question may be like."""

    entry: int
    """Which entry it leads to: its place among them."""
    said: bool
    """A player's way to ask, not the book's text."""
    heading: str
    text: str


def units(entries: Sequence[Entry], phrasings: Phrasings) -> tuple[Unit, ...]:
    """Every unit of the entries, in their order."""
    return tuple(unit for at, entry in enumerate(entries) for unit in _of(at, entry, phrasings))


def _of(at: int, entry: Entry, phrasings: Phrasings) -> Iterator[Unit]:
    heading = _heading(entry)
    for number, text in enumerate(_texts(entry)):
        if number < MOST_PIECES:
            yield Unit(at, False, heading, text)
    for said in phrasings.of(entry)[:MOST_SAID]:
        yield Unit(at, True, "", said)


def _heading(entry: Entry) -> str:
    """The name, for a rule with what is above it: "Hiding" says little without "Dexterity"."""
    if entry.kind in (Kind.RULE, Kind.OWN):
        return ", ".join(reversed(entry.heading[-3:]))
    return entry.name


def _texts(entry: Entry) -> Iterator[str]:
    """A stat block by trait; a spell, a condition and everything else whole, cut only where it is very long."""
    yield from _pieces(entry.text) if entry.text else iter(())
    parts = entry.parts[:MOST_PARTS]
    plain = [one for one in parts if _ATTACK.match(one.text)]
    for part in parts:
        if part not in plain:
            for text in _pieces(part.text):
                yield f"{part.name}. {text}"
    yield from _pieces("\n".join(f"{one.name}. {one.text}" for one in plain))
    if not entry.text and not entry.parts:
        yield entry.name


def _pieces(text: str) -> Iterator[str]:
    """Whole sentences, as many as fit."""
    kept: list[str] = []
    size = 0
    for sentence in _SENTENCE.split(text):
        words = sentence.split()
        if kept and size + len(words) > WORDS:
            yield " ".join(kept)
            kept, size = [], 0
        whole = len(words) // WORDS * WORDS if len(words) > WORDS else 0
        yield from (" ".join(words[start : start + WORDS]) for start in range(0, whole, WORDS))
        if words := words[whole:]:
            kept.append(" ".join(words))
            size += len(words)
    if kept:
        yield " ".join(kept)
