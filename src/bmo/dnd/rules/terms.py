"""The words of the rules, each with what it stands for. SRD 5.1 and 5.2.1 share them."""

from enum import StrEnum


class Edition(StrEnum):
    """Which System Reference Document a table plays by."""

    SRD_5_1 = "5.1"
    SRD_5_2 = "5.2.1"


class Ability(StrEnum):
    """SRD 5.1 "Using Ability Scores"."""

    STRENGTH = "str"
    DEXTERITY = "dex"
    CONSTITUTION = "con"
    INTELLIGENCE = "int"
    WISDOM = "wis"
    CHARISMA = "cha"


class Skill(StrEnum):
    """SRD 5.1 "Skills"."""

    ACROBATICS = "acrobatics"
    ANIMAL_HANDLING = "animal handling"
    ARCANA = "arcana"
    ATHLETICS = "athletics"
    DECEPTION = "deception"
    HISTORY = "history"
    INSIGHT = "insight"
    INTIMIDATION = "intimidation"
    INVESTIGATION = "investigation"
    MEDICINE = "medicine"
    NATURE = "nature"
    PERCEPTION = "perception"
    PERFORMANCE = "performance"
    PERSUASION = "persuasion"
    RELIGION = "religion"
    SLEIGHT_OF_HAND = "sleight of hand"
    STEALTH = "stealth"
    SURVIVAL = "survival"

    @property
    def ability(self) -> Ability:
        """The ability that it usually goes with."""
        return _ABILITIES[self]


_ABILITIES = {
    Skill.ATHLETICS: Ability.STRENGTH,
    Skill.ACROBATICS: Ability.DEXTERITY,
    Skill.SLEIGHT_OF_HAND: Ability.DEXTERITY,
    Skill.STEALTH: Ability.DEXTERITY,
    Skill.ARCANA: Ability.INTELLIGENCE,
    Skill.HISTORY: Ability.INTELLIGENCE,
    Skill.INVESTIGATION: Ability.INTELLIGENCE,
    Skill.NATURE: Ability.INTELLIGENCE,
    Skill.RELIGION: Ability.INTELLIGENCE,
    Skill.ANIMAL_HANDLING: Ability.WISDOM,
    Skill.INSIGHT: Ability.WISDOM,
    Skill.MEDICINE: Ability.WISDOM,
    Skill.PERCEPTION: Ability.WISDOM,
    Skill.SURVIVAL: Ability.WISDOM,
    Skill.DECEPTION: Ability.CHARISMA,
    Skill.INTIMIDATION: Ability.CHARISMA,
    Skill.PERFORMANCE: Ability.CHARISMA,
    Skill.PERSUASION: Ability.CHARISMA,
}


class DamageType(StrEnum):
    """SRD 5.1 "Damage Types"."""

    ACID = "acid"
    BLUDGEONING = "bludgeoning"
    COLD = "cold"
    FIRE = "fire"
    FORCE = "force"
    LIGHTNING = "lightning"
    NECROTIC = "necrotic"
    PIERCING = "piercing"
    POISON = "poison"
    PSYCHIC = "psychic"
    RADIANT = "radiant"
    SLASHING = "slashing"
    THUNDER = "thunder"


class Condition(StrEnum):
    """SRD 5.1 "Appendix PH-A: Conditions". Exhaustion has levels and is counted beside them."""

    BLINDED = "blinded"
    CHARMED = "charmed"
    DEAFENED = "deafened"
    FRIGHTENED = "frightened"
    GRAPPLED = "grappled"
    INCAPACITATED = "incapacitated"
    INVISIBLE = "invisible"
    PARALYZED = "paralyzed"
    PETRIFIED = "petrified"
    POISONED = "poisoned"
    PRONE = "prone"
    RESTRAINED = "restrained"
    STUNNED = "stunned"
    UNCONSCIOUS = "unconscious"


class Size(StrEnum):
    """SRD 5.1 "Creature Size"; from the smallest."""

    TINY = "tiny"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"
    GARGANTUAN = "gargantuan"

    @property
    def feet(self) -> float:
        """The side of the square that it controls in a fight."""
        return {"tiny": 2.5, "small": 5, "medium": 5, "large": 10, "huge": 15, "gargantuan": 20}[self.value]

    def larger_by(self, other: "Size") -> int:
        """How many sizes it is above another; below zero when it is smaller."""
        order = list(Size)
        return order.index(self) - order.index(other)
