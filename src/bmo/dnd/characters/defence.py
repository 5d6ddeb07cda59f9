"""Armour class, speed and hit points of a character."""

from bmo.dnd.characters.build import Build, Effect
from bmo.dnd.characters.gear import total
from bmo.dnd.rules.advancement import first_hit_points, more_hit_points
from bmo.dnd.rules.terms import Ability, Edition

DEX, CON, WIS, CHA = Ability.DEXTERITY, Ability.CONSTITUTION, Ability.WISDOM, Ability.CHARISMA
_MONK_FASTER = ((18, 30), (14, 25), (10, 20), (6, 15), (2, 10))
"""SRD 5.1 "Unarmored Movement": feet from this level of monk."""
_BARKSKIN = {Edition.SRD_5_1: 16, Edition.SRD_5_2: 17}
_SLOWED = 10
"""Feet that armour too heavy for somebody costs. SRD 5.1 "Armor"."""


def armor_class(built: Build) -> int:
    """The best that somebody has a right to: ways of computing it never add up. SRD 5.1 "Armor Class"."""
    base = _armored(built) if not built.unarmored else max(_unarmored(built))
    bonus = _shield(built) + total(built.gear.charms, "ac") + _style(built)
    if built.unarmored and built.gear.shield is None:
        bonus += total(built.gear.charms, "unarmored_ac")
    return _under_effects(base + bonus, built)


def _armored(built: Build) -> int:
    armour, worn = built.gear.armour, built.gear.armor
    bonus = worn.bonus if worn else 0
    if armour is None:  # worn, but the library has no such armour
        return 10 + built.modifiers[DEX] + bonus
    return armour.ac(built.modifiers[DEX]) + bonus


def _unarmored(built: Build) -> list[int]:
    """Every way without armour: 10 and Dexterity, Unarmored Defense, Draconic Resilience, Mage Armor."""
    have = built.modifiers
    ways = [10 + have[DEX]]
    if built.level("barbarian"):
        ways.append(10 + have[DEX] + have[CON])
    if built.level("monk") and built.gear.shield is None:
        ways.append(10 + have[DEX] + have[WIS])
    if built.edition is Edition.SRD_5_1 and built.in_subclass("Draconic", 1):
        ways.append(13 + have[DEX])
    if built.edition is Edition.SRD_5_2 and built.in_subclass("Draconic", 3):
        ways.append(10 + have[DEX] + have[CHA])
    if Effect.MAGE_ARMOR in built.effects:
        ways.append(13 + have[DEX])
    return ways


def _shield(built: Build) -> int:
    carried = built.gear.shield
    if carried is None:
        return 0
    armour = carried.thing.armour if carried.thing else None
    return (armour.base if armour else 2) + carried.bonus


def _style(built: Build) -> int:
    """SRD 5.1 "Fighting Style: Defense"."""
    return 1 if built.character.has("Defense") and not built.unarmored else 0


def _under_effects(armor: int, built: Build) -> int:
    if Effect.BARKSKIN in built.effects:
        armor = max(armor, _BARKSKIN[built.edition])
    changes = {Effect.SHIELD: 5, Effect.SHIELD_OF_FAITH: 2, Effect.HASTE: 2, Effect.SLOW: -2}
    return armor + sum(change for effect, change in changes.items() if effect in built.effects)


def speed(built: Build) -> int:
    """Feet a turn."""
    feet = built.species.speed + _faster(built)
    armour = built.gear.armour
    if armour and armour.strength > built.scores[Ability.STRENGTH] and not built.species.armor_never_slows:
        feet -= _SLOWED
    if Effect.LONGSTRIDER in built.effects:
        feet += 10
    if Effect.HASTE in built.effects:
        feet *= 2
    return max(0, feet // 2 if Effect.SLOW in built.effects else feet)


def _faster(built: Build) -> int:
    """SRD 5.1 "Fast Movement", "Unarmored Movement"; SRD 5.2.1 "Roving"."""
    feet = 10 if built.level("barbarian") >= 5 and not built.heavily_armored else 0
    if built.edition is Edition.SRD_5_2 and built.level("ranger") >= 6 and not built.heavily_armored:
        feet += 10
    if built.unarmored and built.gear.shield is None:
        feet += next((more for level, more in _MONK_FASTER if built.level("monk") >= level), 0)
    return feet


def hit_points(built: Build) -> int:
    """The maximum: level 1 of the first class in full, then what was rolled or the average. SRD 5.1 "Hit Points and Hit
    Dice"; what species and subclass add is in it."""
    con = built.modifiers[CON]
    points = 0
    for place, (one, record) in enumerate(built.classes):
        for level in range(one.level):
            if place == 0 and level == 0:
                points += first_hit_points(record.hit_die, con)
                continue
            rolled = one.rolled[level] if level < len(one.rolled) else None
            points += more_hit_points(record.hit_die, con) if rolled is None else max(1, rolled + con)
    return points + _tougher(built)


def _tougher(built: Build) -> int:
    """SRD 5.1 "Dwarven Toughness" and "Draconic Resilience": one more a level."""
    since = 1 if built.edition is Edition.SRD_5_1 else 3
    draconic = built.level("sorcerer") if built.in_subclass("Draconic", since) else 0
    return built.species.hit_points * built.character.level + draconic


def hit_dice(built: Build) -> dict[int, int]:
    """How many of each kind, by sides. SRD 5.1 "Hit Dice"."""
    dice: dict[int, int] = {}
    for one, record in built.classes:
        dice[record.hit_die] = dice.get(record.hit_die, 0) + one.level
    return dice
