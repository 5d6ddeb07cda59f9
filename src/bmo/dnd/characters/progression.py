"""What a class lets somebody choose as it rises, as tables: improvements, spells, skills, and features with a choice.

Facts of the class tables of SRD 5.1 and SRD 5.2.1 "Classes"; levels are those of the class.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bmo.dnd.rules.terms import Edition, Skill

_OLD, _NEW = Edition.SRD_5_1, Edition.SRD_5_2
SUBCLASS = 3
_SUBCLASS_2014 = {"cleric": 1, "sorcerer": 1, "warlock": 1, "druid": 2, "wizard": 2}
SUBCLASSES_2014 = {
    "barbarian": "Path of the Berserker",
    "bard": "College of Lore",
    "cleric": "Life Domain",
    "druid": "Circle of the Land",
    "fighter": "Champion",
    "monk": "Way of the Open Hand",
    "paladin": "Oath of Devotion",
    "ranger": "Hunter",
    "rogue": "Thief",
    "sorcerer": "Draconic Bloodline",
    "warlock": "The Fiend",
    "wizard": "School of Evocation",
}
"""The one of each class that SRD 5.1 has."""
_IMPROVEMENTS = {"fighter": (4, 6, 8, 12, 14, 16, 19), "rogue": (4, 8, 10, 12, 16, 19)}
_USUAL_IMPROVEMENTS = (4, 8, 12, 16, 19)
EPIC = 19
"""SRD 5.2.1: at this level an Epic Boon may be taken."""

_CANTRIPS = {"bard": 2, "cleric": 3, "druid": 2, "sorcerer": 4, "warlock": 2, "wizard": 3}
"""At level 1; one more at 4 and at 10."""
_KNOWN_2014 = {
    "bard": (4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 15, 16, 18, 19, 19, 20, 22, 22, 22),
    "ranger": (0, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11),
    "sorcerer": (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 13, 13, 14, 14, 15, 15, 15, 15),
    "warlock": (2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15),
}
_FULL_2024 = (4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 16, 17, 17, 18, 18, 19, 20, 21, 22)
_HALF_2024 = (2, 3, 4, 5, 6, 6, 7, 7, 9, 9, 10, 10, 11, 11, 12, 12, 14, 14, 15, 15)
_PREPARED_2024 = {
    "bard": _FULL_2024,
    "cleric": _FULL_2024,
    "druid": _FULL_2024,
    "sorcerer": (2, 4, *_FULL_2024[2:]),
    "wizard": (4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 16, 17, 18, 19, 21, 22, 23, 24, 25),
    "paladin": _HALF_2024,
    "ranger": _HALF_2024,
    "warlock": _KNOWN_2014["warlock"],
}
SWAPS = {_OLD: frozenset({"bard", "ranger", "sorcerer", "warlock"}), _NEW: frozenset({"bard", "sorcerer", "warlock"})}
"""Classes that may exchange one spell for another when they gain a level, and only then."""
_SPELLBOOK_FIRST, _SPELLBOOK_MORE = 6, 2
ARCANUM = {11: 6, 13: 7, 15: 8, 17: 9}
"""Level of the one spell that a warlock learns at these levels. SRD 5.1 "Mystic Arcanum"."""
SECRETS = {_OLD: frozenset({10, 14, 18}), _NEW: frozenset(range(10, 21))}
"""Levels at which a bard learns from other lists. SRD 5.1 and 5.2.1 "Magical Secrets"."""
SECRET_LISTS = {_OLD: None, _NEW: ("Bard", "Cleric", "Druid", "Wizard")}
"""Whose lists; None for all of them."""

_EXPERTISE = {
    _OLD: {"rogue": {1: 2, 6: 2}, "bard": {3: 2, 10: 2}},
    _NEW: {"rogue": {1: 2, 6: 2}, "bard": {2: 2, 9: 2}, "ranger": {2: 1, 9: 2}, "wizard": {2: 1}},
}
SCHOLAR = (Skill.ARCANA, Skill.HISTORY, Skill.INVESTIGATION, Skill.MEDICINE, Skill.NATURE, Skill.RELIGION)
"""What a wizard's expertise can be in. SRD 5.2.1 "Scholar"."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A feature that comes with a choice; without `options` any name will do (the library has no list of them)."""

    says: str
    count: int
    options: tuple[str, ...] = ()


_ARCHERY, _DEFENSE, _DUELING = "Archery", "Defense", "Dueling"
_GREAT, _PROTECTION, _TWO = "Great Weapon Fighting", "Protection", "Two-Weapon Fighting"
_STYLES_2014 = {
    "fighter": (_ARCHERY, _DEFENSE, _DUELING, _GREAT, _PROTECTION, _TWO),
    "paladin": (_DEFENSE, _DUELING, _GREAT, _PROTECTION),
    "ranger": (_ARCHERY, _DEFENSE, _DUELING, _TWO),
}
_STYLES_2024 = (_ARCHERY, _DEFENSE, _GREAT, _TWO)


def _style(class_name: str, edition: Edition) -> Offer:
    return Offer("a fighting style", 1, _STYLES_2014[class_name] if edition is _OLD else _STYLES_2024)


def _grown(says: str, totals: Mapping[int, int]) -> dict[int, tuple[Offer, ...]]:
    """Offers of what a total per level leaves to choose."""
    before = 0
    offers: dict[int, tuple[Offer, ...]] = {}
    for level, total in totals.items():
        offers[level] = (Offer(says, total - before),)
        before = total
    return offers


_OFFERS: dict[Edition, dict[str, dict[int, tuple[Offer, ...]]]] = {
    _OLD: {
        "fighter": {1: (_style("fighter", _OLD),), 10: (_style("fighter", _OLD),)},
        "paladin": {2: (_style("paladin", _OLD),)},
        "ranger": {
            2: (_style("ranger", _OLD),),
            3: (Offer("a Hunter's Prey", 1, ("Colossus Slayer", "Giant Killer", "Horde Breaker")),),
        },
        "sorcerer": _grown("metamagic", {3: 2, 10: 3, 17: 4}),
        "warlock": _grown("eldritch invocations", {2: 2, 5: 3, 7: 4, 9: 5, 12: 6, 15: 7, 18: 8})
        | {3: (Offer("a pact boon", 1, ("Pact of the Blade", "Pact of the Chain", "Pact of the Tome")),)},
    },
    _NEW: {
        "cleric": {
            1: (Offer("a divine order", 1, ("Protector", "Thaumaturge")),),
            7: (Offer("blessed strikes", 1, ("Divine Strike", "Potent Spellcasting")),),
        },
        "druid": {
            1: (Offer("a primal order", 1, ("Magician", "Warden")),),
            7: (Offer("an elemental fury", 1, ("Potent Spellcasting", "Primal Strike")),),
        },
        "fighter": {1: (_style("fighter", _NEW),), 7: (_style("fighter", _NEW),)},
        "paladin": {2: (_style("paladin", _NEW),)},
        "ranger": {
            2: (_style("ranger", _NEW),),
            3: (Offer("a Hunter's Prey", 1, ("Colossus Slayer", "Horde Breaker")),),
        },
        "sorcerer": _grown("metamagic", {2: 2, 10: 4, 17: 6}),
        "warlock": _grown("eldritch invocations", {1: 1, 2: 3, 5: 5, 7: 6, 9: 7, 12: 8, 15: 9, 18: 10}),
    },
}
ONE_MORE_CANTRIP = frozenset({"Thaumaturge", "Magician"})
"""SRD 5.2.1 "Divine Order", "Primal Order"."""


def subclass_level(class_name: str, edition: Edition) -> int:
    """When a subclass is chosen."""
    return _SUBCLASS_2014.get(class_name, SUBCLASS) if edition is _OLD else SUBCLASS


def improves(class_name: str, level: int) -> bool:
    """Whether this level has an Ability Score Improvement."""
    return level in _IMPROVEMENTS.get(class_name, _USUAL_IMPROVEMENTS)


def cantrips(class_name: str, level: int) -> int:
    """How many are known; 0 below level 1."""
    first = _CANTRIPS.get(class_name, 0)
    return first + (level >= 4) + (level >= 10) if first and level else 0


def learned(class_name: str, level: int, edition: Edition) -> int:
    """How many spells somebody of this level has learned by the class; 0 for one that prepares from its whole list."""
    if level < 1:
        return 0
    if class_name == "wizard":
        return _SPELLBOOK_FIRST + _SPELLBOOK_MORE * (level - 1)
    table = _KNOWN_2014 if edition is _OLD else _PREPARED_2024
    return table[class_name][level - 1] if class_name in table else 0


def prepared(class_name: str, level: int, modifier: int, edition: Edition) -> int:
    """How many spells can be ready at once. SRD 5.1 "Preparing and Casting Spells" of the classes."""
    if edition is _NEW:
        return _PREPARED_2024[class_name][level - 1] if class_name in _PREPARED_2024 else 0
    if class_name in _KNOWN_2014:
        return _KNOWN_2014[class_name][level - 1]
    if class_name == "paladin":
        return max(1, modifier + level // 2) if level >= 2 else 0
    return max(1, modifier + level)


def expertise(class_name: str, level: int, edition: Edition) -> int:
    """How many skills become expert at this level."""
    return _EXPERTISE[edition].get(class_name, {}).get(level, 0)


def offers(class_name: str, level: int, edition: Edition) -> tuple[Offer, ...]:
    """Features that want a choice at this level."""
    return _OFFERS[edition].get(class_name, {}).get(level, ())


def bonus_skills(class_name: str, level: int, edition: Edition) -> tuple[int, bool]:
    """How many skills this level adds, and whether they may be any. SRD 5.1 "Bonus Proficiencies" of the College of
    Lore, SRD 5.2.1 "Primal Knowledge"."""
    if class_name == "bard" and level == 3:
        return 3, True
    if class_name == "barbarian" and level == 3 and edition is _NEW:
        return 1, False
    return 0, False
