"""What every record of game content has, and the pieces that several kinds share."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.core.errors import Refused
from bmo.dnd.dice.grammar import parse
from bmo.dnd.rules.terms import Ability, DamageType, Edition

LONGEST_NAME = 120
LONGEST_TEXT = 20_000
"""Characters of one text; the longest of the SRD has 5,000."""


class Kind(StrEnum):
    """What a record is about."""

    CREATURE = "creature"
    SPELL = "spell"
    ITEM = "item"
    CLASS = "class"
    CONDITION = "condition"
    RULE = "rule"


def _plain(name: str) -> str:
    """A name that can be shown anywhere. Raises `ValueError` for markup and control characters."""
    if not name.isprintable() or set(name) & set("<>{}\\`*#|"):
        raise ValueError("a name is plain text, without markup")
    return name


def _dice(dice: str) -> str:
    """Dice that `bmo.dnd.dice` reads. Raises `ValueError` for others."""
    try:
        parse(dice)
    except Refused as fault:
        raise ValueError(fault.sentence) from fault
    return dice


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_plain)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Dice = Annotated[str, Field(max_length=40), AfterValidator(_dice)]
Feet = Annotated[int, Field(ge=0, le=10_000_000)]


class Frozen(BaseModel):
    """A value: never changed after it was made, and nothing in it that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(Frozen):
    """One thing of the game, and where it is told."""

    kind: ClassVar[Kind]
    name: Name
    source: Name
    """Such as "SRD 5.2.1"; shown beside whatever is read out of it."""
    edition: Edition


class DamageRoll(Frozen):
    """Dice and the type of damage they deal; the type is none where the target or caster decides it."""

    dice: Dice
    """As `bmo.dnd.dice.roll` reads them: "2d6 + 3", or "1" for damage without dice."""
    type: DamageType | None = None


class Save(Frozen):
    """The saving throw that something calls for."""

    ability: Ability
    dc: Annotated[int, Field(ge=1, le=40)]
    halves: bool = False
    """Whether success still means half the damage."""


class Shape(StrEnum):
    """SRD 5.1 "Areas of Effect"; an emanation (SRD 5.2.1) is measured from a creature's own space."""

    CONE = "cone"
    CUBE = "cube"
    CYLINDER = "cylinder"
    EMANATION = "emanation"
    LINE = "line"
    SPHERE = "sphere"


class Area(Frozen):
    """The area that an effect reaches."""

    shape: Shape
    size: Feet
    """Feet: the length of a cone or line, the side of a cube, the radius of the others."""
    other: Feet | None = None
    """Feet: the width of a line, the height of a cylinder."""


class Feature(Frozen):
    """A named piece of text: a trait of a creature."""

    name: Name
    text: Text
    uses: str = ""
    """Such as "3/Day"; empty where it is always there."""
