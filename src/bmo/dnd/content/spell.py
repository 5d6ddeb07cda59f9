"""A spell. SRD 5.1 "Spellcasting", SRD 5.2.1 "Spells"."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from bmo.dnd.content.record import Area, DamageRoll, Dice, Feet, Frozen, Kind, Name, Record, Text
from bmo.dnd.rules.terms import Ability

Level = Annotated[int, Field(ge=0, le=9)]
Step = Annotated[int, Field(ge=1, le=20)]


class School(StrEnum):
    """SRD 5.1 "The Schools of Magic"."""

    ABJURATION = "abjuration"
    CONJURATION = "conjuration"
    DIVINATION = "divination"
    ENCHANTMENT = "enchantment"
    EVOCATION = "evocation"
    ILLUSION = "illusion"
    NECROMANCY = "necromancy"
    TRANSMUTATION = "transmutation"


class Casting(StrEnum):
    """What casting costs in a fight."""

    ACTION = "action"
    BONUS_ACTION = "bonus action"
    REACTION = "reaction"
    LONGER = "longer"


class Components(Frozen):
    """What casting needs."""

    verbal: bool = False
    somatic: bool = False
    material: str = ""
    """What is needed, with its price where it has one; empty where nothing is."""


class Healing(Frozen):
    """Hit points given back."""

    dice: Dice
    adds_modifier: bool = False
    """Whether the caster's spellcasting modifier is added."""


class Spell(Record):
    """A spell, its numbers read out of its words where they could be."""

    kind: ClassVar[Kind] = Kind.SPELL
    level: Level
    """0 for a cantrip."""
    school: School
    classes: tuple[Name, ...]
    casting: Casting
    casting_time: str
    """As it is written, with a reaction's trigger."""
    ritual: bool
    range: str
    """As it is written."""
    range_feet: Feet | None
    """0 for the caster, 5 for touch; none for what has no number: sight, unlimited."""
    components: Components
    duration: str
    concentration: bool
    text: Text
    higher: Text = ""
    """What a higher slot, or a higher level of the caster for a cantrip, does."""
    attack: bool = False
    """Whether a spell attack is rolled."""
    save: Ability | None = None
    save_halves: bool = False
    damage: Mapping[Step, tuple[DamageRoll, ...]] = {}
    """By slot level, from the spell's own; for a cantrip by the caster's level: 1, 5, 11, 17. Ask `damage_at`."""
    healing: Mapping[Step, Healing] = {}
    """In the same way. Ask `healing_at`."""
    shots: Mapping[Step, Annotated[int, Field(ge=1, le=20)]] = {}
    """In the same way: how many darts, rays or beams, each of which deals the damage. Ask `shots_at`."""
    area: Area | None = None
    stat_block: Text = ""
    """Of the creature that it brings, whose numbers depend on the slot."""

    def damage_at(self, step: int) -> tuple[DamageRoll, ...]:
        """The damage with a slot of this level, or of a cantrip at this level of the caster; empty where none."""
        return self.damage.get(max((one for one in self.damage if one <= step), default=0), ())

    def healing_at(self, step: int) -> Healing | None:
        """The healing with a slot of this level; none where the spell does not heal."""
        return self.healing.get(max((one for one in self.healing if one <= step), default=0))

    def shots_at(self, step: int) -> int:
        """How many darts, rays or beams with a slot of this level; 1 for a spell that has none."""
        return self.shots.get(max((one for one in self.shots if one <= step), default=0), 1)
