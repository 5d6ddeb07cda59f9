"""What can be found: one entry of a book, a stat block, a section under its heading, a page of somebody's own."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How an entry is cut and what it is called in questions."""

    CONDITION = "condition"
    RULE = "rule"
    SPELL = "spell"
    CREATURE = "creature"
    GEAR = "gear"
    MAGIC_ITEM = "magic item"
    FEATURE = "feature"
    CLASS = "class"
    SPECIES = "species"
    TERM = "term"
    """A skill, a language, a damage type and other short explanations."""
    OWN = "own"
    """Out of a document of the person's own."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an entry with a name of its own: a trait of a creature, one class's version of a feature."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer."""

    kind: Kind
    source: str
    """The book or file: "SRD 5.1"."""
    heading: tuple[str, ...]
    """Where it stands there, outermost first; the last is its name: ("Spells", "Fireball")."""
    text: str
    parts: tuple[Part, ...] = ()
    said: tuple[str, ...] = ()
    """How players ask for it, where whoever made the entry knows."""

    @property
    def name(self) -> str:
        """The innermost heading; the source where there is none."""
        return self.heading[-1] if self.heading else self.source

    @property
    def whole(self) -> str:
        """The text and every part, to be shown."""
        return "\n\n".join((*filter(None, (self.text,)), *(f"{one.name}. {one.text}" for one in self.parts)))
