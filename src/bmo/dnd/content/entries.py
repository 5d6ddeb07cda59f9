"""Classes, conditions and rules."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bmo.dnd.content.record import Frozen, Kind, Name, Record, Text
from bmo.dnd.rules.slots import Caster
from bmo.dnd.rules.terms import Ability, Condition, Skill


class ClassFeature(Frozen):
    """What a class gives at a level."""

    level: Annotated[int, Field(ge=1, le=20)]
    name: Name
    text: Text
    subclass: str = ""
    """The subclass that gives it; empty for the class itself."""


class CharacterClass(Record):
    """A class. SRD 5.1 "Classes"."""

    kind: ClassVar[Kind] = Kind.CLASS
    hit_die: Literal[6, 8, 10, 12]
    primary: str = ""
    """As it is written: "Strength or Dexterity"."""
    saves: tuple[Ability, ...]
    skill_choices: int
    """How many skills are chosen at level 1."""
    skills: tuple[Skill, ...]
    """To choose from."""
    weapons: str = ""
    """As it is written: "Simple and Martial weapons"."""
    armour: str = ""
    tools: str = ""
    equipment: str = ""
    caster: Caster = Caster.NONE
    ability: Ability | None = None
    """With which it casts."""
    subclass_level: int = 3
    features: tuple[ClassFeature, ...]
    """By level, with those of its subclass."""

    @property
    def subclasses(self) -> tuple[str, ...]:
        """Those that its features name."""
        return tuple(dict.fromkeys(one.subclass for one in self.features if one.subclass))

    def at(self, level: int) -> tuple[ClassFeature, ...]:
        """What comes at this level."""
        return tuple(one for one in self.features if one.level == level)


class ConditionEntry(Record):
    """A condition, in words. What it does to rolls is in `bmo.dnd.rules.conditions`."""

    kind: ClassVar[Kind] = Kind.CONDITION
    condition: Condition | None
    """None for exhaustion, which has levels."""
    text: Text
    also: tuple[str, ...] = ()
    """How players ask for it: "knocked over"."""


class RuleEntry(Record):
    """One rule in few words."""

    kind: ClassVar[Kind] = Kind.RULE
    section: str
    """Of the SRD where it is told: "Combat > Making an Attack"."""
    text: Text
    also: tuple[str, ...] = ()
    """How players ask for it: "knocked over"."""
