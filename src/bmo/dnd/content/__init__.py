"""What the rules are played with: creatures, spells, items, classes, conditions and rules, as typed records.

Everything is of SRD 5.1 or 5.2.1 or written by us, and says so in `source`.
"""

from bmo.dnd.content.creature import Action, Attack, Creature, Economy, Speeds
from bmo.dnd.content.entries import CharacterClass, ClassFeature, ConditionEntry, RuleEntry
from bmo.dnd.content.item import Armour, ArmourKind, Item, Magic, Rarity, Weapon
from bmo.dnd.content.library import Library
from bmo.dnd.content.record import Area, DamageRoll, Feature, Kind, Record, Save, Shape
from bmo.dnd.content.source import Source
from bmo.dnd.content.spell import Casting, Components, Healing, School, Spell

__all__ = [
    "Action", "Area", "Armour", "ArmourKind", "Attack", "Casting", "CharacterClass", "ClassFeature", "Components",
    "ConditionEntry", "Creature", "DamageRoll", "Economy", "Feature", "Healing", "Item", "Kind", "Library", "Magic",
    "Rarity", "Record", "RuleEntry", "Save", "School", "Shape", "Source", "Speeds", "Spell", "Weapon",
]  # fmt: skip
