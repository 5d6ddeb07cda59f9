"""Everything a table can look up: several sources, merged by name, the nearest to the table's edition first."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar, cast

from bmo.core.errors import NotFound
from bmo.dnd.content import naming
from bmo.dnd.content.creature import Creature
from bmo.dnd.content.entries import CharacterClass, ConditionEntry, RuleEntry
from bmo.dnd.content.item import Item
from bmo.dnd.content.record import LONGEST_NAME, Kind, Record
from bmo.dnd.content.source import Maker, Source
from bmo.dnd.content.spell import Spell
from bmo.dnd.content.standard import sources
from bmo.dnd.rules.terms import Edition

R = TypeVar("R", bound=Record)
_PLURALS = {Kind.CLASS: "classes"}


class Library:
    """Looks up records by name. A lookup raises `NotFound`, whose sentence names what is like it, or `Broken` when
    what was imported, or the package with our content, is damaged.

    Safe to share between threads: what is filled late is filled the same whoever comes first.
    """

    def __init__(self, sources: Sequence[Source], edition: Edition = Edition.SRD_5_2) -> None:
        self.edition = edition
        self._sources = tuple(sorted(sources, key=lambda one: (one.edition != edition, not one.imported)))
        self._shelves: dict[Kind, _Shelf] = {}

    @classmethod
    def standard(cls, edition: Edition = Edition.SRD_5_2, imported: Path | None = None) -> "Library":
        """What comes with BMO, and what was imported into this folder (`data/dnd/content` in BMO's own)."""
        return cls(sources(imported), edition)

    def at(self, edition: Edition) -> "Library":
        """The same content, for a table of this edition."""
        return Library(self._sources, edition)

    def creature(self, name: str) -> Creature:
        """A stat block."""
        return self._one(Kind.CREATURE, name, Creature)

    def spell(self, name: str) -> Spell:
        """A spell."""
        return self._one(Kind.SPELL, name, Spell)

    def item(self, name: str) -> Item:
        """A weapon, armour, piece of gear or magic item."""
        return self._one(Kind.ITEM, name, Item)

    def class_(self, name: str) -> CharacterClass:
        """A character class."""
        return self._one(Kind.CLASS, name, CharacterClass)

    def condition(self, name: str) -> ConditionEntry:
        """A condition, in words."""
        return self._one(Kind.CONDITION, name, ConditionEntry)

    def rule(self, name: str) -> RuleEntry:
        """An entry of the rules digest, or of rules that were imported."""
        return self._one(Kind.RULE, name, RuleEntry)

    def names(self, kind: Kind) -> tuple[str, ...]:
        """Every name that can be asked for, in order of the alphabet."""
        return tuple(sorted(self._shelf(kind).names.values(), key=str.casefold))

    def every(self, kind: Kind) -> Iterator[Record]:
        """The record behind each of the `names`."""
        shelf = self._shelf(kind)
        return (shelf.record(one) for one in shelf.names)

    def creatures(self) -> Iterator[Creature]:
        """Every stat block."""
        return cast(Iterator[Creature], self.every(Kind.CREATURE))

    def spells(self) -> Iterator[Spell]:
        """Every spell."""
        return cast(Iterator[Spell], self.every(Kind.SPELL))

    def items(self) -> Iterator[Item]:
        """Every item."""
        return cast(Iterator[Item], self.every(Kind.ITEM))

    def rules(self) -> Iterator[RuleEntry]:
        """Every rule."""
        return cast(Iterator[RuleEntry], self.every(Kind.RULE))

    def _one(self, kind: Kind, name: str, _type: type[R]) -> R:
        shelf = self._shelf(kind)
        found = shelf.find(name)
        if found is None:
            raise NotFound(_not_there(kind, name, shelf.like(name)))
        return cast(R, shelf.record(found))

    def _shelf(self, kind: Kind) -> "_Shelf":
        if kind not in self._shelves:
            self._shelves[kind] = _Shelf(kind, self._sources)
        return self._shelves[kind]


class _Shelf:
    """The records of one kind; where sources tell the same name, the first of them counts."""

    def __init__(self, kind: Kind, sources: Iterable[Source]) -> None:
        self.names: dict[str, str] = {}
        self._makers: dict[str, Maker] = {}
        self._loose: dict[str, str] = {}
        self._joined: dict[str, str] = {}
        self._records: dict[str, Record] = {}
        renamed: dict[str, str] = {}
        for source in sources:
            for name, make in source.read(kind):
                self._add(name, make)
            if kind is Kind.CREATURE and source.renamed:
                renamed |= source.renamed
        self._renamed = {naming.key(old): naming.key(new) for old, new in renamed.items()}

    def _add(self, name: str, make: Maker) -> None:
        key, loose = naming.key(name), naming.loose_key(name)
        if key in self.names:
            return
        self.names[key], self._makers[key] = name, make
        # Two names with the same words are told apart by their order only.
        self._loose[loose] = "" if loose in self._loose else key
        self._joined[naming.joined_key(name)] = key

    def find(self, name: str) -> str | None:
        """The key that a name leads to."""
        name = name[:LONGEST_NAME]
        key = naming.key(name)
        candidates = (
            key,
            self._renamed.get(key),
            self._loose.get(naming.loose_key(name)),
            self._joined.get(naming.joined_key(name)),
            f"{key} armor",
        )
        return next((one for one in candidates if one in self.names), None)

    def record(self, key: str) -> Record:
        """The record, made once."""
        if key not in self._records:
            self._records[key] = self._makers[key]()
        return self._records[key]

    def like(self, name: str) -> list[str]:
        """Up to three names that may have been meant: those with most of its words, give or take a letter."""
        key = naming.key(name[:LONGEST_NAME])
        close = get_close_matches(key, self.names, n=3, cutoff=0.75)
        vocabulary = {word for one in self.names for word in one.split()}
        words = {near for word in key.split() for near in get_close_matches(word, vocabulary, n=2, cutoff=0.75)}
        holding = [one for one in self.names if words & set(one.split())]
        holding.sort(key=lambda one: (-len(words & set(one.split())), len(one)))
        return [self.names[one] for one in dict.fromkeys([*close, *holding])][:3]


def _not_there(kind: Kind, name: str, like: Sequence[str]) -> str:
    shown = "".join(sign for sign in name if sign.isprintable())[:60]
    plural = _PLURALS.get(kind, f"{kind.value}s")
    if not like:
        return f'No {kind.value} here is called "{shown}". More {plural} can be imported: bmo dnd import-srd.'
    meant = " or ".join(filter(None, [", ".join(like[:-1]), like[-1]]))
    return f'No {kind.value} here is called "{shown}". Did you mean {meant}?'
