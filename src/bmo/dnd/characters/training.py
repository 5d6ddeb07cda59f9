"""What each class trains: armour, weapons, and what it asks of somebody who takes it as a second class.

Facts of SRD 5.1 "Classes" and "Multiclassing", and SRD 5.2.1 "Classes" and "Character Creation: Multiclassing".
"""

from dataclasses import dataclass, field

from bmo.dnd.rules.terms import Ability, Edition

STR, DEX, CON, INT, WIS, CHA = Ability
LIGHT, MEDIUM, HEAVY, SHIELDS = "light", "medium", "heavy", "shield"
SIMPLE, MARTIAL = "simple", "martial"
MARTIAL_LIGHT, MARTIAL_FINESSE = "martial light", "martial finesse"
"""SRD 5.2.1: martial weapons with this property only."""


@dataclass(frozen=True, slots=True)
class Training:
    """Of one class."""

    armor: tuple[str, ...] = ()
    weapons: tuple[str, ...] = (SIMPLE,)
    """Groups, or names of weapons."""
    tools: tuple[str, ...] = ()
    second_armor: tuple[str, ...] = ()
    """As a class that was not the first."""
    second_weapons: tuple[str, ...] = ()
    second_tools: tuple[str, ...] = ()
    second_skills: int = 0
    needs: tuple[tuple[Ability, ...], ...] = field(default=())
    """Of each group one ability must be 13 to have this class beside another."""


_SOME = (LIGHT, MEDIUM, SHIELDS)
_ALL = (LIGHT, MEDIUM, HEAVY, SHIELDS)
_ARMS = (SIMPLE, MARTIAL)
_SWORDS = (SIMPLE, "Hand Crossbow", "Longsword", "Rapier", "Shortsword")
_WIZARDLY = ("Dagger", "Dart", "Sling", "Quarterstaff", "Light Crossbow")
_DRUIDIC = ("Club", "Dagger", "Dart", "Javelin", "Mace", "Quarterstaff", "Scimitar", "Sickle", "Sling", "Spear")
_THIEVES = ("Thieves' Tools",)
_HERBS = ("Herbalism Kit",)

_2014 = {
    "barbarian": Training(_SOME, _ARMS, (), (SHIELDS,), _ARMS, needs=((STR,),)),
    "bard": Training((LIGHT,), _SWORDS, (), (LIGHT,), second_skills=1, needs=((CHA,),)),
    "cleric": Training(_SOME, (SIMPLE,), (), _SOME, needs=((WIS,),)),
    "druid": Training(_SOME, _DRUIDIC, _HERBS, _SOME, needs=((WIS,),)),
    "fighter": Training(_ALL, _ARMS, (), _SOME, _ARMS, needs=((STR, DEX),)),
    "monk": Training((), (SIMPLE, "Shortsword"), (), (), (SIMPLE, "Shortsword"), needs=((DEX,), (WIS,))),
    "paladin": Training(_ALL, _ARMS, (), _SOME, _ARMS, needs=((STR,), (CHA,))),
    "ranger": Training(_SOME, _ARMS, (), _SOME, _ARMS, second_skills=1, needs=((DEX,), (WIS,))),
    "rogue": Training((LIGHT,), _SWORDS, _THIEVES, (LIGHT,), (), _THIEVES, 1, ((DEX,),)),
    "sorcerer": Training((), _WIZARDLY, needs=((CHA,),)),
    "warlock": Training((LIGHT,), (SIMPLE,), (), (LIGHT,), (SIMPLE,), needs=((CHA,),)),
    "wizard": Training((), _WIZARDLY, needs=((INT,),)),
}
_MARTIAL = (MARTIAL,)
_2024 = {
    "barbarian": Training(_SOME, _ARMS, (), (SHIELDS,), _MARTIAL, needs=((STR,),)),
    "bard": Training((LIGHT,), (SIMPLE,), (), (LIGHT,), second_skills=1, needs=((CHA,),)),
    "cleric": Training(_SOME, (SIMPLE,), (), _SOME, needs=((WIS,),)),
    "druid": Training((LIGHT, SHIELDS), (SIMPLE,), _HERBS, (LIGHT, SHIELDS), needs=((WIS,),)),
    "fighter": Training(_ALL, _ARMS, (), _SOME, _MARTIAL, needs=((STR, DEX),)),
    "monk": Training((), (SIMPLE, MARTIAL_LIGHT), needs=((DEX,), (WIS,))),
    "paladin": Training(_ALL, _ARMS, (), _SOME, _MARTIAL, needs=((STR,), (CHA,))),
    "ranger": Training(_SOME, _ARMS, (), _SOME, _MARTIAL, second_skills=1, needs=((DEX,), (WIS,))),
    "rogue": Training((LIGHT,), (SIMPLE, MARTIAL_LIGHT, MARTIAL_FINESSE), _THIEVES, (LIGHT,), (), _THIEVES, 1,
                      ((DEX,),)),
    "sorcerer": Training(needs=((CHA,),)),
    "warlock": Training((LIGHT,), (SIMPLE,), (), (LIGHT,), needs=((CHA,),)),
    "wizard": Training(needs=((INT,),)),
}  # fmt: skip
_UNKNOWN = Training()


def training(class_name: str, edition: Edition) -> Training:
    """Of this class; simple weapons and nothing else for one that the SRD does not have."""
    return (_2014 if edition is Edition.SRD_5_1 else _2024).get(class_name.casefold(), _UNKNOWN)
