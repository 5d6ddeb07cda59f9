"""What somebody carries, looked up; and the magic of it that changes numbers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bmo.core.errors import NotFound
from bmo.dnd.characters.schema import Character, Item
from bmo.dnd.content import Armour, Library
from bmo.dnd.content import Item as Thing
from bmo.dnd.rules.checks import modifier
from bmo.dnd.rules.terms import Ability

STR, DEX, CON, INT, WIS, CHA = Ability
_PLUS = re.compile(r"\s*,?\s*\(?\+([123])\)?\s*")
"""As in "Longsword +1", "+1 Longsword", "Longsword, +1"."""
_COINS_A_POUND = 50


@dataclass(frozen=True, slots=True)
class Carried:
    """An item, and what the library tells of it (None for a thing that it does not have)."""

    item: Item
    thing: Thing | None
    bonus: int
    """Of its magic."""

    @property
    def pounds(self) -> float:
        """Of all of them."""
        if self.item.weight is not None:
            return self.item.weight * self.item.quantity
        each = (self.thing.pounds or 0) / self.thing.quantity if self.thing else 0
        return each * self.item.quantity


@dataclass(frozen=True, slots=True)
class Charm:
    """What a magic item does to numbers for as long as it is worn."""

    ac: int = 0
    saves: int = 0
    checks: int = 0
    unarmored_ac: int = 0
    """With neither armour nor shield."""
    scores: Mapping[Ability, int] = field(default_factory=dict)
    """What these become, for somebody who has less."""


_PROTECTION = Charm(ac=1, saves=1)
_CHARMS = {
    "ring of protection": _PROTECTION,
    "cloak of protection": _PROTECTION,
    "bracers of defense": Charm(unarmored_ac=2),
    "stone of good luck": Charm(saves=1, checks=1),
    "stone of good luck (luckstone)": Charm(saves=1, checks=1),
    "amulet of health": Charm(scores={CON: 19}),
    "gauntlets of ogre power": Charm(scores={STR: 19}),
    "headband of intellect": Charm(scores={INT: 19}),
    "belt of hill giant strength": Charm(scores={STR: 21}),
    "belt of stone giant strength": Charm(scores={STR: 23}),
    "belt of frost giant strength": Charm(scores={STR: 23}),
    "belt of fire giant strength": Charm(scores={STR: 25}),
    "belt of cloud giant strength": Charm(scores={STR: 27}),
    "belt of storm giant strength": Charm(scores={STR: 29}),
}
"""SRD 5.1 and 5.2.1 "Magic Items". All of them want attunement."""


@dataclass(frozen=True, slots=True)
class Gear:
    """All that is carried, and what of it is worn."""

    carried: tuple[Carried, ...]
    armor: Carried | None
    shield: Carried | None
    charms: tuple[Charm, ...]
    coins: int

    @property
    def armour(self) -> Armour | None:
        """The suit of armour that is worn."""
        return self.armor.thing.armour if self.armor and self.armor.thing else None

    @property
    def pounds(self) -> float:
        """Everything, with coins. SRD 5.1 "Lifting and Carrying", "Coinage"."""
        return round(sum(one.pounds for one in self.carried) + self.coins / _COINS_A_POUND, 2)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Things that the library does not have: they weigh what the sheet says, or nothing."""
        return tuple(one.item.name for one in self.carried if one.thing is None)

    def score(self, ability: Ability, own: int) -> int:
        """A score with what is worn."""
        return max([own, *(charm.scores.get(ability, 0) for charm in self.charms)])


def gear(character: Character, library: Library) -> Gear:
    """Look up what a character carries."""
    worn = character.equipment
    carried = tuple(carry(item, library) for item in worn.items)
    by_name = {one.item.name: one for one in carried}
    kinds = dict.fromkeys(_kind(worn.item(name)) for name in worn.attuned)  # the same thing twice does not add up
    charms = tuple(_CHARMS[kind] for kind in kinds if kind in _CHARMS)
    armor = by_name[worn.armor] if worn.armor else None
    shield = by_name[worn.shield] if worn.shield else None
    return Gear(carried, armor, shield, charms, character.coins.number)


def carry(item: Item, library: Library) -> Carried:
    """One item, by its kind or else its name, with or without the bonus that players write there."""
    named = item.kind or item.name
    plus = _PLUS.search(named)
    bonus = item.bonus or (int(plus[1]) if plus else 0)
    for name in dict.fromkeys((named, _PLUS.sub(" ", named).strip())):
        try:
            return Carried(item, library.item(name), bonus)
        except NotFound:
            continue
    return Carried(item, None, bonus)


def scores(character: Character, worn: Gear) -> dict[Ability, int]:
    """All six as they count now."""
    return {ability: worn.score(ability, character.abilities.of(ability)) for ability in Ability}


def modifiers(scored: Mapping[Ability, int]) -> dict[Ability, int]:
    """All six."""
    return {ability: modifier(score) for ability, score in scored.items()}


def _kind(item: Item) -> str:
    return (item.kind or item.name).casefold().strip()


def total(charms: Iterable[Charm], of: str) -> int:
    """The sum of one number of all charms."""
    return sum(int(getattr(charm, of)) for charm in charms)
