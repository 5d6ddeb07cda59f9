"""What the table knows of somebody who may fight: numbers only, however they were come by.

Creatures come from content, characters from their sheets; both become a `Combatant` before they enter, and so does what
a rule line or a Dungeon Master writes down by hand.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bmo.dnd.rules.checks import modifier
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Size, Skill

Name = Annotated[str, Field(min_length=1, max_length=80)]
"""Of creatures, items, spells, attacks."""
Id = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\s<>&\"']+( [^\s<>&\"']+)*$")]
"""Of a creature: as the table gave it. Calls may say the name instead, where only one creature has it."""
Text = Annotated[str, Field(max_length=2_000)]
DiceText = Annotated[str, Field(min_length=1, max_length=200)]
"""Such as 2d6+3 or 1d8[fire]."""
Points = Annotated[int, Field(ge=0, le=100_000)]
"""Hit points, damage."""
Bonus = Annotated[int, Field(ge=-100, le=100)]
Score = Annotated[int, Field(ge=1, le=30)]
SlotLevel = Annotated[int, Field(ge=1, le=9)]
Place = tuple[
    Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)],
    Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)],
    Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)],
]
"""Feet: x, y and height."""
Side = Literal["party", "enemy", "neutral"]
ActionKind = Literal["action", "bonus", "reaction", "free"]


class Frozen(BaseModel):
    """Never changed after it was made; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class AttackLine(Frozen):
    """One attack of a stat block or sheet."""

    name: Name
    bonus: Bonus
    damage: DiceText = "1"
    """With annotations by type, such as 1d6+2[slashing]+1d4[fire]."""
    type: DamageType = DamageType.BLUDGEONING
    """Of what carries no annotation."""
    ranged: bool = False
    reach: Annotated[int, Field(ge=0, le=10_000)] = 5
    """Feet, of a melee attack."""
    range: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Feet without disadvantage, of a ranged attack."""
    long_range: Annotated[int, Field(ge=0, le=10_000)] | None = None
    critical_from: Annotated[int, Field(ge=2, le=20)] = 20
    heavy: bool = False


class AreaOf(Frozen):
    """The shape of an effect, in feet."""

    shape: Literal["sphere", "cone", "cube", "line", "cylinder", "emanation"]
    size: Annotated[float, Field(gt=0, le=5_000)]
    """Radius, length or side."""
    width: Annotated[float, Field(gt=0, le=5_000)] = 5
    """Of a line."""
    height: Annotated[float, Field(gt=0, le=5_000)] = 20
    """Of a cylinder."""


class SpellRule(Frozen):
    """What a spell does, as far as the engine does it."""

    name: Name
    level: Annotated[int, Field(ge=0, le=9)] = 0
    casting: Literal["action", "bonus", "reaction", "longer"] = "action"
    range: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    """Feet; None where it does not matter."""
    concentration: bool = False
    rounds: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """How long it lasts; 0 for at once."""
    verbal: bool = True
    somatic: bool = True
    material: Name | None = None
    """Only a component that costs something: a pouch or focus stands for all others."""
    focus: bool = False
    """Whether it has other material components."""
    consumed: bool = False
    attack: Literal["melee", "ranged"] | None = None
    save: Ability | None = None
    half: bool = False
    """Half damage on a successful save."""
    damage: DiceText | None = None
    type: DamageType = DamageType.FORCE
    higher: DiceText | None = None
    """More damage or healing for each slot level above its own."""
    scales: bool = False
    """A cantrip whose damage dice grow with level."""
    healing: DiceText | None = None
    adds_modifier: bool = True
    """The caster's spellcasting modifier, to healing."""
    temporary: DiceText | None = None
    condition: Condition | None = None
    """For as long as it lasts, for those who fail, are hit, or are just meant."""
    save_again: bool = False
    """The save is repeated at the end of each turn of those whom the condition holds."""
    steps: dict[Annotated[int, Field(ge=1, le=20)], DiceText] = {}
    """Instead of `higher` and `scales`: damage or healing by slot level, or by the caster's level for a cantrip."""
    targets: Annotated[int, Field(ge=1, le=100)] = 1
    shots: dict[Annotated[int, Field(ge=1, le=20)], Annotated[int, Field(ge=1, le=20)]] = {}
    """Darts, rays or beams by slot level or caster's level, each for a target of its own or several for one."""
    area: AreaOf | None = None


class Casting(Frozen):
    """What somebody casts with."""

    dc: Annotated[int, Field(ge=1, le=50)]
    attack: Bonus = 0
    modifier: Bonus = 0
    spells: tuple[Name, ...] = ()
    """Known or prepared; nothing else is cast, unless the Dungeon Master says so."""


class Combatant(Frozen):
    """Somebody who may fight."""

    name: Name
    max_hp: Annotated[int, Field(ge=1, le=100_000)]
    ac: Annotated[int, Field(ge=0, le=60)] = 10
    size: Size = Size.MEDIUM
    speed: Annotated[int, Field(ge=0, le=10_000)] = 30
    """Feet."""
    scores: dict[Ability, Score] = {}
    """10 where nothing is said."""
    proficiency: Annotated[int, Field(ge=0, le=20)] = 2
    saves: dict[Ability, Bonus] = {}
    """Whole bonuses where they differ from the ability's modifier; so are the skills."""
    skills: dict[Skill, Bonus] = {}
    initiative: Bonus | None = None
    attacks: tuple[AttackLine, ...] = ()
    attacks_per_action: Annotated[int, Field(ge=1, le=10)] = 1
    casting: Casting | None = None
    slots: dict[SlotLevel, Annotated[int, Field(ge=0, le=20)]] = {}
    """All that somebody has after a long rest."""
    pact: bool = False
    """Slots come back on a short rest."""
    hit_dice: dict[Annotated[int, Field(ge=4, le=20)], Annotated[int, Field(ge=0, le=40)]] = {}
    """Sides to number, all of them."""
    resistances: tuple[DamageType, ...] = ()
    vulnerabilities: tuple[DamageType, ...] = ()
    immunities: tuple[DamageType, ...] = ()
    condition_immunities: tuple[Condition, ...] = ()
    death_saves: bool = False
    """Whether 0 hit points mean dying and not death. SRD 5.1 "Monsters and Death"."""
    level: Annotated[int, Field(ge=0, le=20)] = 0
    """Of a character; 0 for others."""
    challenge: Annotated[str, Field(max_length=4)] | None = None
    """Challenge rating, such as 1/4."""
    source: Annotated[str, Field(max_length=200)] = ""

    @field_validator("attacks", "resistances", "vulnerabilities", "immunities", "condition_immunities")
    @classmethod
    def _bounded(cls, value: tuple[object, ...]) -> tuple[object, ...]:
        if len(value) > 100:
            raise ValueError("a stat block has at most 100 of these")
        return value

    def modifier(self, ability: Ability) -> int:
        """What an ability adds."""
        return modifier(self.scores.get(ability, 10))

    def save_bonus(self, ability: Ability) -> int:
        """Of a saving throw."""
        return self.saves.get(ability, self.modifier(ability))

    def skill_bonus(self, skill: Skill) -> int:
        """Of a check with a skill."""
        return self.skills.get(skill, self.modifier(skill.ability))

    @property
    def initiative_bonus(self) -> int:
        """Usually the Dexterity modifier."""
        return self.modifier(Ability.DEXTERITY) if self.initiative is None else self.initiative
