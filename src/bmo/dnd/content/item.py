"""A thing that can be carried, bought or found. SRD 5.1 "Equipment" and "Magic Items"."""

import re
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from bmo.dnd.content.record import DamageRoll, Dice, Feet, Frozen, Kind, Record, Text


class ArmourKind(StrEnum):
    """SRD 5.1 "Armor"."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    SHIELD = "shield"


class Weapon(Frozen):
    """What it does as a weapon. SRD 5.1 "Weapons"."""

    martial: bool
    """Otherwise it is simple."""
    ranged: bool
    damage: DamageRoll | None
    """None for a net."""
    two_handed: Dice | None = None
    """The dice of a versatile weapon held in two hands."""
    properties: tuple[str, ...] = ()
    """In lower case, without numbers: "finesse", "thrown", "two-handed"."""
    reach: Feet = 5
    range: Feet = 0
    """Thrown or shot; 0 for a weapon that is neither."""
    long_range: Feet = 0
    ammunition: str = ""
    mastery: str = ""
    """SRD 5.2.1 "Mastery Properties", in lower case."""


class Armour(Frozen):
    """What it does as armour or shield. SRD 5.1 "Armor"."""

    type: ArmourKind
    base: Annotated[int, Field(ge=0, le=25)]
    """The armour class; for a shield, what it adds."""
    dexterity: bool
    """Whether the Dexterity modifier is added."""
    most_dexterity: int | None = None
    """The most of it that counts."""
    strength: int = 0
    """The score below which it slows its wearer by 10 feet."""
    stealth_disadvantage: bool = False

    def ac(self, dexterity: int) -> int:
        """The armour class of somebody with this Dexterity modifier; for a shield, what it adds."""
        if not self.dexterity:
            return self.base
        return self.base + (dexterity if self.most_dexterity is None else min(dexterity, self.most_dexterity))


class Rarity(StrEnum):
    """SRD 5.1 "Magic Items"."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    VERY_RARE = "very rare"
    LEGENDARY = "legendary"
    ARTIFACT = "artifact"
    VARIES = "varies"

    @classmethod
    def of(cls, written: str) -> "Rarity":
        """From "Very Rare" or "uncommon (+1)"; what names several, or none, varies."""
        words = re.sub(r"\([^)]*\)", "", written).casefold()
        named = [one for one in cls if re.search(rf"(?<!very )\b{one.value}\b", words)]
        return named[0] if len(named) == 1 else cls.VARIES


class Magic(Frozen):
    """What makes an item magic."""

    rarity: Rarity
    attunement: bool
    by: str = ""
    """Who may attune, where not everybody may: "a wizard"."""


class Item(Record):
    """A thing. What it is to a fight lies in `weapon` and `armour`."""

    kind: ClassVar[Kind] = Kind.ITEM
    category: str
    """In lower case: "weapon", "armour", "adventuring gear", "tool", "mount", "wondrous item", "potion"."""
    copper: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    """The price in copper pieces; none where it is not for sale."""
    pounds: Annotated[float, Field(ge=0, le=100_000)] | None = None
    quantity: Annotated[int, Field(ge=1, le=1_000)] = 1
    """How many the price and weight are for: arrows are sold by twenty."""
    text: Text = ""
    weapon: Weapon | None = None
    armour: Armour | None = None
    magic: Magic | None = None

    @property
    def price(self) -> str:
        """The price as it is said: "15 gp", "5 sp"; "not for sale" where there is none."""
        if self.copper is None:
            return "not for sale"
        for worth, coin in ((100, "gp"), (10, "sp")):
            if self.copper and self.copper % worth == 0:
                return f"{self.copper // worth:,} {coin}"
        return f"{self.copper} cp"
