"""Every number of a sheet, computed from what is kept: `derived`. Nothing of it is ever stored."""

from dataclasses import dataclass

from bmo.dnd.characters import attacks, casting, defence
from bmo.dnd.characters.attacks import AttackLine
from bmo.dnd.characters.build import Build, Effect, build
from bmo.dnd.characters.casting import SpellLine
from bmo.dnd.characters.gear import total
from bmo.dnd.characters.schema import Character
from bmo.dnd.content import Library
from bmo.dnd.rules.checks import passive
from bmo.dnd.rules.movement import carries
from bmo.dnd.rules.slots import cantrip_dice
from bmo.dnd.rules.terms import Ability, DamageType, Edition, Size, Skill

PASSIVE = (Skill.PERCEPTION, Skill.INSIGHT, Skill.INVESTIGATION)
_STRONG = (Ability.STRENGTH, Ability.DEXTERITY, Ability.CONSTITUTION)


@dataclass(frozen=True, slots=True)
class Derived:
    """A sheet's numbers; feet, pounds."""

    level: int
    scores: dict[Ability, int]
    """With what is worn."""
    modifiers: dict[Ability, int]
    proficiency: int
    saves: dict[Ability, int]
    skills: dict[Skill, int]
    passive: dict[Skill, int]
    initiative: int
    armor_class: int
    hit_points: int
    hit_dice: dict[int, int]
    """Sides to number."""
    size: Size
    speed: int
    darkvision: int
    resistances: tuple[DamageType, ...]
    attacks: tuple[AttackLine, ...]
    attacks_per_action: int
    critical_from: int
    sneak_attack: str
    """Dice; empty for who has none."""
    spells: tuple[SpellLine, ...]
    slots: dict[int, int]
    pact_slots: dict[int, int]
    cantrip_dice: int
    carried: float
    capacity: float
    lift: float
    """What can be pushed, dragged or lifted."""
    encumbrance: str
    """Empty, "encumbered", "heavily encumbered" or "too much". SRD 5.1 "Variant: Encumbrance"."""
    armors: tuple[str, ...]
    weapons: tuple[str, ...]
    tools: tuple[str, ...]
    features: tuple[str, ...]
    warnings: tuple[str, ...]
    """What the rules say about this sheet that a number does not show."""


def derived(
    character: Character,
    library: Library,
    edition: Edition | None = None,
    effects: frozenset[Effect] = frozenset(),
) -> Derived:
    """All numbers of a character, by the rules of `edition` (that of the library when None), under these effects.

    Raises `NotFound` for a class that the library does not have, `Refused` for somebody without a class.
    """
    built = build(character, library, edition, effects)
    skilled = skills(built)
    limit = carries(built.scores[Ability.STRENGTH], built.species.size)
    return Derived(
        level=character.level,
        scores=built.scores,
        modifiers=built.modifiers,
        proficiency=built.proficiency,
        saves=saves(built),
        skills=skilled,
        passive={skill: passive(skilled[skill]) for skill in PASSIVE},
        initiative=initiative(built),
        armor_class=defence.armor_class(built),
        hit_points=defence.hit_points(built),
        hit_dice=defence.hit_dice(built),
        size=built.species.size,
        speed=defence.speed(built),
        darkvision=built.species.darkvision,
        resistances=_resistances(built),
        attacks=attacks.attacks(built),
        attacks_per_action=attacks.attacks_per_action(built),
        critical_from=attacks.critical_from(built),
        sneak_attack=attacks.sneak_attack(built),
        spells=casting.spell_lines(built),
        slots=casting.spell_slots(built),
        pact_slots=casting.pact_slots(built),
        cantrip_dice=cantrip_dice(character.level),
        carried=built.gear.pounds,
        capacity=limit,
        lift=2 * limit,
        encumbrance=_encumbrance(built.gear.pounds, limit),
        armors=tuple(sorted(built.armors())),
        weapons=tuple(sorted(built.weapons())),
        tools=built.tools(),
        features=_features(built),
        warnings=tuple(_warnings(built)),
    )


def saves(built: Build) -> dict[Ability, int]:
    """Of each ability: proficiency by the first class. SRD 5.1 "Saving Throws", "Aura of Protection"."""
    proficient = {*built.classes[0][1].saves, *built.character.proficiencies.saves, *_later_saves(built)}
    more = total(built.gear.charms, "saves")
    if built.level("paladin") >= 6:
        more += max(1, built.modifiers[Ability.CHARISMA])
    return {
        ability: built.modifiers[ability] + more + (built.proficiency if ability in proficient else 0)
        for ability in Ability
    }


def _later_saves(built: Build) -> set[Ability]:
    """SRD 5.1 "Diamond Soul", "Slippery Mind"; in SRD 5.2.1 the latter adds Charisma."""
    found = set(Ability) if built.level("monk") >= 14 else set()
    if built.level("rogue") >= 15:
        found.add(Ability.WISDOM)
        if built.edition is Edition.SRD_5_2:
            found.add(Ability.CHARISMA)
    return found


def skills(built: Build) -> dict[Skill, int]:
    """Of each skill. SRD 5.1 "Skills", "Expertise"."""
    known = built.character.proficiencies
    luck = total(built.gear.charms, "checks")
    found = {}
    for skill in Skill:
        if skill in known.skills:
            added = built.proficiency * (2 if skill in known.expertise else 1)
        else:
            added = _unskilled(built, skill.ability)
        found[skill] = built.modifiers[skill.ability] + added + _order(built, skill) + luck
    return found


def _unskilled(built: Build, ability: Ability) -> int:
    """Half the proficiency bonus: SRD 5.1 "Jack of All Trades" (rounded down), "Remarkable Athlete" (rounded up)."""
    half = built.proficiency // 2 if built.level("bard") >= 2 else 0
    if built.edition is Edition.SRD_5_1 and ability in _STRONG and built.in_subclass("Champion", 7):
        half = max(half, -(-built.proficiency // 2))
    return half


def _order(built: Build, skill: Skill) -> int:
    """SRD 5.2.1 "Divine Order: Thaumaturge", "Primal Order: Magician": Wisdom, at least 1, on two kinds of checks."""
    fits = {"Thaumaturge": (Skill.ARCANA, Skill.RELIGION), "Magician": (Skill.ARCANA, Skill.NATURE)}
    known = [name for name, helped in fits.items() if skill in helped and built.character.has(name)]
    return max(1, built.modifiers[Ability.WISDOM]) if known else 0


def initiative(built: Build) -> int:
    """A Dexterity check: SRD 5.1 "Initiative"; with half proficiency where that is added to every check (SRD 5.1 only),
    and with the feat Alert of SRD 5.2.1."""
    bonus = built.modifiers[Ability.DEXTERITY] + total(built.gear.charms, "checks")
    if built.edition is Edition.SRD_5_1:
        bonus += _unskilled(built, Ability.DEXTERITY)
    elif built.character.has("Alert"):
        bonus += built.proficiency
    return bonus


def _resistances(built: Build) -> tuple[DamageType, ...]:
    raging = (DamageType.BLUDGEONING, DamageType.PIERCING, DamageType.SLASHING)
    more = raging if Effect.RAGE in built.effects and not built.heavily_armored else ()
    return tuple(dict.fromkeys((*built.species.resistances, *more)))


def _encumbrance(pounds: float, limit: float) -> str:
    """A third of what somebody carries, two thirds, all of it. SRD 5.1 "Variant: Encumbrance"."""
    for share, word in ((1.0, "too much"), (2 / 3, "heavily encumbered"), (1 / 3, "encumbered")):
        if pounds > limit * share:
            return word
    return ""


def _features(built: Build) -> tuple[str, ...]:
    """What the classes gave so far, where the library tells of this edition, and what was chosen."""
    found = []
    for one, record in built.classes:
        if record.edition is built.edition:
            mine = (one.subclass or "").casefold()
            found += [
                feature.name
                for feature in record.features
                if feature.level <= one.level and (not feature.subclass or feature.subclass.casefold() == mine)
            ]
    return tuple(dict.fromkeys((*found, *built.character.features)))


def _warnings(built: Build) -> list[str]:
    found = []
    armour, worn = built.gear.armour, built.gear.armor
    if worn and armour is None:
        found.append(f"{worn.item.name} is worn, but the library has no such armour: it counts as none.")
    for piece in (built.gear.armor, built.gear.shield):
        kind = piece.thing.armour.type.value if piece and piece.thing and piece.thing.armour else None
        if piece and kind and kind not in built.armors():
            found.append(f"Not trained in {piece.item.name}: disadvantage with Strength and Dexterity, and no spells.")
    if armour and armour.stealth_disadvantage:
        found.append("The armour gives disadvantage on Stealth.")
    if armour and armour.strength > built.scores[Ability.STRENGTH] and not built.species.armor_never_slows:
        found.append(f"The armour wants Strength {armour.strength}: 10 feet slower.")
    if built.gear.unknown:
        found.append(f"Not in the library: {', '.join(built.gear.unknown[:10])}.")
    return found
