"""A creature's stat block. SRD 5.1 "Monsters", SRD 5.2.1 "Monsters"."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from bmo.dnd.content.record import Area, DamageRoll, Dice, Feature, Feet, Frozen, Kind, Name, Record, Save, Text
from bmo.dnd.rules.checks import modifier
from bmo.dnd.rules.damage import Defences
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Size, Skill

Bonus = Annotated[int, Field(ge=-20, le=50)]


class Speeds(Frozen):
    """Feet a turn, by way of moving; 0 for a way it cannot go."""

    walk: Feet = 0
    burrow: Feet = 0
    climb: Feet = 0
    fly: Feet = 0
    swim: Feet = 0
    hover: bool = False


class Economy(StrEnum):
    """What a deed costs in a fight."""

    ACTION = "action"
    BONUS_ACTION = "bonus action"
    REACTION = "reaction"
    LEGENDARY = "legendary action"


class Attack(Frozen):
    """The attack roll of an action."""

    bonus: Bonus
    """On the d20."""
    melee: bool
    ranged: bool
    reach: Feet = 0
    """In melee."""
    range: Feet = 0
    """Without disadvantage."""
    long_range: Feet = 0
    """With disadvantage; the same as `range` where there is none."""


class Action(Frozen):
    """Something that a creature can do in a fight."""

    name: Name
    text: Text
    economy: Economy = Economy.ACTION
    attack: Attack | None = None
    save: Save | None = None
    damage: tuple[DamageRoll, ...] = ()
    """Of a hit; without an attack, of a failed save."""
    save_damage: tuple[DamageRoll, ...] = ()
    """Of a failed save after a hit."""
    area: Area | None = None
    uses: str = ""
    """Such as "1/Day"."""
    recharge: Annotated[int, Field(ge=2, le=6)] | None = None
    """The lowest face of a d6 with which it comes back at the start of a turn."""


class Creature(Record):
    """A stat block. What another number follows from is computed, so that the two never disagree."""

    kind: ClassVar[Kind] = Kind.CREATURE
    size: Size
    type: Name
    """Such as "dragon", in lower case."""
    subtype: str = ""
    alignment: str = ""
    ac: Annotated[int, Field(ge=1, le=40)]
    hp: Annotated[int, Field(ge=1, le=10_000)]
    """The average of `hit_dice`."""
    hit_dice: Dice
    initiative: Bonus
    speeds: Speeds
    abilities: Mapping[Ability, Annotated[int, Field(ge=1, le=30)]]
    """All six scores."""
    saves: Mapping[Ability, Bonus] = {}
    """Those that it is better at than its ability says; ask `save`."""
    skills: Mapping[Skill, Bonus] = {}
    """Those that it is better at than its ability says; ask `skill`."""
    senses: Mapping[str, Feet] = {}
    """Feet, by name: "darkvision", "blindsight", "tremorsense", "truesight"."""
    passive_perception: Annotated[int, Field(ge=0, le=60)]
    languages: tuple[str, ...] = ()
    resistances: tuple[DamageType, ...] = ()
    immunities: tuple[DamageType, ...] = ()
    vulnerabilities: tuple[DamageType, ...] = ()
    defence_notes: tuple[str, ...] = ()
    """Defences under a condition: "resistance: bludgeoning from nonmagical attacks". Not among the types above."""
    condition_immunities: tuple[Condition, ...] = ()
    immune_to_exhaustion: bool = False
    cr: Annotated[float, Field(ge=0, le=30)]
    xp: Annotated[int, Field(ge=0)]
    proficiency_bonus: Annotated[int, Field(ge=2, le=9)]
    gear: tuple[str, ...] = ()
    traits: tuple[Feature, ...] = ()
    actions: tuple[Action, ...] = ()
    """Those of every `Economy`."""

    @property
    def rating(self) -> str:
        """The challenge rating as it is written: "1/4", "10"."""
        return {0.125: "1/8", 0.25: "1/4", 0.5: "1/2"}.get(self.cr, f"{self.cr:g}")

    @property
    def defences(self) -> Defences:
        """What it makes of damage without any condition."""
        return Defences(frozenset(self.resistances), frozenset(self.vulnerabilities), frozenset(self.immunities))

    def save(self, ability: Ability) -> int:
        """The bonus on a saving throw."""
        return self.saves.get(ability, modifier(self.abilities[ability]))

    def skill(self, skill: Skill) -> int:
        """The bonus on a check."""
        return self.skills.get(skill, modifier(self.abilities[skill.ability]))
