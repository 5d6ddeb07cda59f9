"""The attacks of a character: to hit, dice with their types of damage, and ways of holding a weapon."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bmo.dnd.characters.build import Build, Effect
from bmo.dnd.characters.gear import Carried
from bmo.dnd.content import Weapon
from bmo.dnd.rules.terms import Ability, DamageType, Edition
from bmo.dnd.rules.weapons import too_heavy, two_weapon_bonus

STR, DEX = Ability.STRENGTH, Ability.DEXTERITY
_UNARMED = "Unarmed Strike"
_MARTIAL_ARTS = {
    Edition.SRD_5_1: ((17, 10), (11, 8), (5, 6), (1, 4)),
    Edition.SRD_5_2: ((17, 12), (11, 10), (5, 8), (1, 6)),
}
"""Sides of a monk's die from these levels. SRD 5.1 and 5.2.1 "Martial Arts"."""


@dataclass(frozen=True, slots=True)
class AttackLine:
    """One way to attack."""

    name: str
    ability: Ability
    bonus: int
    """To hit."""
    damage: str
    """Dice as `bmo.dnd.dice` reads them, such as 1d8+3[slashing]+1d8[radiant]."""
    type: DamageType
    """Of the weapon itself."""
    ranged: bool = False
    reach: int = 5
    """Feet, of a melee attack."""
    range: int | None = None
    """Feet without disadvantage; None for a melee attack."""
    long_range: int | None = None
    critical_from: int = 20
    proficient: bool = True
    heavy: bool = False
    bonus_action: bool = False
    """Whether it is the second weapon of two."""
    notes: tuple[str, ...] = ()


def attacks(built: Build) -> tuple[AttackLine, ...]:
    """Every weapon that is carried in each way it can be used, and bare hands."""
    lines = [line for one in built.gear.carried if one.thing and one.thing.weapon for line in _ways(built, one)]
    lines += _second_weapons(built)
    lines.append(unarmed(built))
    return tuple(dict.fromkeys(lines))


def attacks_per_action(built: Build) -> int:
    """SRD 5.1 "Extra Attack": of several classes it does not add up, and only the fighter gets more than two."""
    fighter = built.level("fighter")
    others = any(built.level(name) >= 5 for name in ("barbarian", "monk", "paladin", "ranger"))
    return max(1 + (fighter >= 5) + (fighter >= 11) + (fighter >= 20), 1 + others)


def critical_from(built: Build) -> int:
    """SRD 5.1 "Improved Critical", "Superior Critical"."""
    return 18 if built.in_subclass("Champion", 15) else 19 if built.in_subclass("Champion", 3) else 20


def sneak_attack(built: Build) -> str:
    """Dice, or nothing. SRD 5.1 "Sneak Attack"."""
    level = built.level("rogue")
    return f"{(level + 1) // 2}d6" if level else ""


def rage_damage(built: Build) -> int:
    """SRD 5.1 "Rage": what is added to melee damage with Strength while it lasts."""
    level = built.level("barbarian")
    return 0 if not level else 2 + (level >= 9) + (level >= 16)


def unarmed(built: Build) -> AttackLine:
    """SRD 5.1 "Melee Attacks": 1 and the Strength modifier; a monk's die. Everybody is proficient."""
    die = _monk_die(built)
    ability = DEX if die and built.modifiers[DEX] > built.modifiers[STR] else STR
    flat = built.modifiers[ability] + _raging(built, ability, ranged=False)
    kind = DamageType.BLUDGEONING
    # Without a die it is a number, and one that is never below 0.
    damage = f"1d{die}{_signed(flat)}[{kind}]" if die else f"{max(0, 1 + flat)}[{kind}]"
    bonus = built.modifiers[ability] + built.proficiency
    return AttackLine(_UNARMED, ability, bonus, damage + _radiant(built), kind, critical_from=critical_from(built))


def _ways(built: Build, carried: Carried) -> Iterator[AttackLine]:
    """In one hand, in two, thrown."""
    weapon = _weapon(carried)
    if weapon.damage is None:
        return
    two_handed_only = "two-handed" in weapon.properties
    dice = weapon.damage.dice
    yield _line(built, carried, dice, two_handed=two_handed_only, thrown=False)
    if weapon.two_handed and built.gear.shield is None:
        yield _line(built, carried, weapon.two_handed, two_handed=True, thrown=False)
    if "thrown" in weapon.properties and not weapon.ranged:
        yield _line(built, carried, dice, two_handed=False, thrown=True)


def _line(built: Build, carried: Carried, dice: str, *, two_handed: bool, thrown: bool) -> AttackLine:
    weapon = _weapon(carried)
    ability = _ability(built, weapon, carried)
    ranged = weapon.ranged or thrown
    hits = proficient(built, carried)
    kind = weapon.damage.type if weapon.damage and weapon.damage.type else DamageType.BLUDGEONING
    flat = built.modifiers[ability] + carried.bonus + _raging(built, ability, ranged=ranged)
    flat += 2 if _duels(built, two_handed=two_handed, ranged=weapon.ranged) else 0
    rolled = _great(built, _martial_arts(built, weapon, carried, dice), two_handed=two_handed and not ranged)
    archery = 2 if weapon.ranged and built.character.has("Archery") else 0
    return AttackLine(
        name=carried.item.name + _manner(weapon, two_handed=two_handed, thrown=thrown),
        ability=ability,
        bonus=built.modifiers[ability] + carried.bonus + archery + (built.proficiency if hits else 0),
        damage=f"{rolled}{_signed(flat)}[{kind}]" + ("" if ranged else _radiant(built)),
        type=kind,
        ranged=ranged,
        reach=weapon.reach or 5,
        range=weapon.range if ranged else None,
        long_range=weapon.long_range if ranged else None,
        critical_from=critical_from(built),
        proficient=hits,
        heavy="heavy" in weapon.properties,
        notes=tuple(_notes(built, weapon, hits)),
    )


def proficient(built: Build, carried: Carried) -> bool:
    """With this weapon. SRD 5.1 "Weapon Proficiency"."""
    weapon, known = _weapon(carried), built.weapons()
    group = "martial" if weapon.martial else "simple"
    names = {carried.item.name.casefold(), carried.thing.name.casefold() if carried.thing else ""}
    if group in known or any(name in known or f"{name}s" in known for name in names if name):
        return True
    return weapon.martial and any(f"martial {one}" in known for one in weapon.properties)


def _second_weapons(built: Build) -> list[AttackLine]:
    """With two light melee weapons in hand, one as a bonus action. SRD 5.1 "Two-Weapon Fighting"."""
    light = [one for one in built.gear.carried if _is_light(one)]
    if sum(one.item.quantity for one in light) < 2 or built.gear.shield:
        return []
    return [_second(built, one) for one in light]


def _second(built: Build, carried: Carried) -> AttackLine:
    first = _line(built, carried, _dice(carried), two_handed=False, thrown=False)
    modifier = built.modifiers[first.ability]
    added = two_weapon_bonus(modifier, fighting_style=built.character.has("Two-Weapon Fighting"))
    flat = added + carried.bonus + _raging(built, first.ability, ranged=False)
    rolled = _martial_arts(built, _weapon(carried), carried, _dice(carried))
    damage = f"{rolled}{_signed(flat)}[{first.type}]{_radiant(built)}"
    return replace(first, name=f"{carried.item.name} (second hand)", damage=damage, bonus_action=True)


def _is_light(carried: Carried) -> bool:
    weapon = carried.thing.weapon if carried.thing else None
    return weapon is not None and weapon.damage is not None and not weapon.ranged and "light" in weapon.properties


def _weapon(carried: Carried) -> Weapon:
    """Of something that callers know to be one."""
    if carried.thing is None or carried.thing.weapon is None:
        raise ValueError(f"{carried.item.name} is no weapon")
    return carried.thing.weapon


def _dice(carried: Carried) -> str:
    damage = _weapon(carried).damage
    return damage.dice if damage else "0"


def _ability(built: Build, weapon: Weapon, carried: Carried) -> Ability:
    """SRD 5.1 "Finesse", "Martial Arts": the better one where there is a choice."""
    either = "finesse" in weapon.properties or (_monk_die(built) > 0 and _monk_weapon(built, weapon, carried))
    if either:
        return DEX if built.modifiers[DEX] >= built.modifiers[STR] else STR
    return DEX if weapon.ranged else STR


def _monk_die(built: Build) -> int:
    """Sides; 0 for who is no monk or wears armour or a shield."""
    if not built.level("monk") or not built.unarmored or built.gear.shield:
        return 0
    return next(sides for level, sides in _MARTIAL_ARTS[built.edition] if built.level("monk") >= level)


def _monk_weapon(built: Build, weapon: Weapon, carried: Carried) -> bool:
    """SRD 5.1: shortswords and simple melee weapons neither heavy nor two-handed; SRD 5.2.1: simple melee weapons, and
    martial ones that are light."""
    if weapon.ranged:
        return False
    if built.edition is Edition.SRD_5_2:
        return not weapon.martial or "light" in weapon.properties
    name = carried.thing.name.casefold() if carried.thing else ""
    return name == "shortsword" or not (weapon.martial or {"heavy", "two-handed"} & set(weapon.properties))


def _martial_arts(built: Build, weapon: Weapon, carried: Carried, dice: str) -> str:
    """A monk's die instead of the weapon's where it is the larger."""
    sides = _monk_die(built)
    if not sides or not _monk_weapon(built, weapon, carried) or not dice.startswith("1d"):
        return dice
    return f"1d{max(sides, int(dice.removeprefix('1d')))}"


def _great(built: Build, dice: str, *, two_handed: bool) -> str:
    """SRD 5.1 "Great Weapon Fighting": 1 and 2 are rolled again once; SRD 5.2.1: they count as 3."""
    if not two_handed or not built.character.has("Great Weapon Fighting") or "d" not in dice:
        return dice
    return dice + ("ro<3" if built.edition is Edition.SRD_5_1 else "mi3")


def _duels(built: Build, *, two_handed: bool, ranged: bool) -> bool:
    """SRD 5.1 "Dueling"; that no other weapon is held is for the player to see to."""
    return built.character.has("Dueling") and not two_handed and not ranged


def _raging(built: Build, ability: Ability, *, ranged: bool) -> int:
    return rage_damage(built) if Effect.RAGE in built.effects and ability is STR and not ranged else 0


def _radiant(built: Build) -> str:
    """SRD 5.1 "Improved Divine Smite", SRD 5.2.1 "Radiant Strikes"."""
    return "+1d8[radiant]" if built.level("paladin") >= 11 else ""


def _manner(weapon: Weapon, *, two_handed: bool, thrown: bool) -> str:
    if thrown:
        return " (thrown)"
    return " (two hands)" if two_handed and weapon.two_handed else ""


def _notes(built: Build, weapon: Weapon, hits: bool) -> Iterator[str]:
    if not hits:
        yield "not proficient"
    strong, quick = built.scores[STR], built.scores[DEX]
    if "heavy" in weapon.properties and too_heavy(
        built.species.size, strong, quick, ranged=weapon.ranged, edition=built.edition
    ):
        yield "disadvantage: too heavy for its wielder"


def _signed(number: int) -> str:
    return f"{number:+d}" if number else ""
