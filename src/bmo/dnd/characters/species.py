"""What a species gives that changes a number. SRD 5.1 "Races", SRD 5.2.1 "Character Species"."""

from dataclasses import dataclass

from bmo.dnd.rules.terms import DamageType, Edition, Size, Skill


@dataclass(frozen=True, slots=True)
class Species:
    """Of one species; feet."""

    size: Size = Size.MEDIUM
    speed: int = 30
    darkvision: int = 0
    hit_points: int = 0
    """More per level."""
    skills: tuple[Skill, ...] = ()
    """Proficiencies that it gives."""
    chosen_skills: int = 0
    """... and how many more are chosen at level 1."""
    choose_from: tuple[Skill, ...] = tuple(Skill)
    resistances: tuple[DamageType, ...] = ()
    armor_never_slows: bool = False
    """SRD 5.1 "Dwarf": heavy armour does not reduce the speed."""


_POISON, _FIRE = (DamageType.POISON,), (DamageType.FIRE,)
_KEEN = (Skill.INSIGHT, Skill.PERCEPTION, Skill.SURVIVAL)
_PERCEPTION = (Skill.PERCEPTION,)
_DWARF_2014 = Species(speed=25, darkvision=60, resistances=_POISON, armor_never_slows=True)
_ELF_2014 = Species(darkvision=60, skills=_PERCEPTION)
_SMALL_2014 = Species(Size.SMALL, 25)
_2014 = {
    "dragonborn": Species(),
    "dwarf": _DWARF_2014,
    "hill dwarf": Species(speed=25, darkvision=60, hit_points=1, resistances=_POISON, armor_never_slows=True),
    "elf": _ELF_2014,
    "high elf": _ELF_2014,
    "gnome": Species(Size.SMALL, 25, 60),
    "rock gnome": Species(Size.SMALL, 25, 60),
    "half-elf": Species(darkvision=60, chosen_skills=2),
    "half-orc": Species(darkvision=60, skills=(Skill.INTIMIDATION,)),
    "halfling": _SMALL_2014,
    "lightfoot halfling": _SMALL_2014,
    "human": Species(),
    "tiefling": Species(darkvision=60, resistances=_FIRE),
}
_2024 = {
    "dragonborn": Species(darkvision=60),
    "dwarf": Species(darkvision=120, hit_points=1, resistances=_POISON),
    "elf": Species(darkvision=60, chosen_skills=1, choose_from=_KEEN),
    "gnome": Species(Size.SMALL, darkvision=60),
    "goliath": Species(speed=35),
    "halfling": Species(Size.SMALL),
    "human": Species(chosen_skills=1),
    "orc": Species(darkvision=120),
    "tiefling": Species(darkvision=60),
}
BACKGROUNDS = {
    "acolyte": ((Skill.INSIGHT, Skill.RELIGION), "Magic Initiate (Cleric)"),
    "criminal": ((Skill.SLEIGHT_OF_HAND, Skill.STEALTH), "Alert"),
    "sage": ((Skill.ARCANA, Skill.HISTORY), "Magic Initiate (Wizard)"),
    "soldier": ((Skill.ATHLETICS, Skill.INTIMIDATION), "Savage Attacker"),
}
"""Skills and, in SRD 5.2.1, the origin feat. SRD 5.1 has the acolyte only."""


def species(name: str, edition: Edition) -> Species:
    """Of this name; one that the SRD does not have is of medium size and walks 30 feet."""
    first, second = (_2014, _2024) if edition is Edition.SRD_5_1 else (_2024, _2014)
    name = name.casefold().strip()
    for table in (first, second):
        if name in table:
            return table[name]
    return Species()
