"""Known sheets, number by number: each row names the section of the SRD that it comes from."""

import pytest

from adventurers import library, somebody
from bmo.core.errors import NotFound, Refused
from bmo.dnd.characters.build import Effect
from bmo.dnd.characters.derived import Derived, derived
from bmo.dnd.characters.schema import Character, ClassLevels, Coins, Item
from bmo.dnd.dice import SystemLuck
from bmo.dnd.rules.attacks import deal
from bmo.dnd.rules.terms import Edition, Size, Skill

OLD, NEW = Edition.SRD_5_1, Edition.SRD_5_2
STEALTH, PERCEPTION = Skill.STEALTH, Skill.PERCEPTION

_ARMS = "Longsword, 4 Javelin, Longbow"
FIGHTER = {
    1: somebody("Fighter 1", (16, 14, 15, 8, 12, 10), _ARMS, armor="Chain Mail", shield="Shield",
                features=("Defense",)),
    5: somebody("Fighter 5 Champion", (18, 14, 15, 8, 12, 10), _ARMS, armor="Chain Mail", features=("Dueling",)),
    11: somebody("Fighter 11 Champion", (20, 14, 16, 8, 12, 10), _ARMS, armor="Plate Armor", features=("Archery",)),
    20: somebody("Fighter 20 Champion", (20, 14, 18, 8, 12, 10), "Greatsword", features=("Great Weapon Fighting",)),
}  # fmt: skip
WIZARD = {
    1: somebody("Wizard 1", (8, 14, 14, 16, 12, 10), "Quarterstaff"),
    5: somebody("Wizard 5", (8, 14, 14, 18, 12, 10), "Quarterstaff"),
    11: somebody("Wizard 11", (8, 14, 14, 20, 12, 10)),
    20: somebody("Wizard 20", (8, 14, 14, 20, 12, 10)),
}
ROGUE = {
    level: somebody(f"Rogue {level}", (10, dex, 12, 13, 12, 10), "Rapier, 2 Shortsword, Shortbow",
                    armor="Leather Armor", species="Halfling", skills=(STEALTH, PERCEPTION), expertise=(STEALTH,))
    for level, dex in ((1, 16), (5, 18), (11, 20), (20, 20))
}  # fmt: skip
CLERIC = {
    level: somebody(f"Cleric {level} Life Domain", (14, 10, 14, 10, wis, 12), "Mace", armor="Chain Shirt",
                    shield="Shield")
    for level, wis in ((1, 16), (5, 18), (11, 20), (20, 20))
}  # fmt: skip
BARBARIAN = {
    1: somebody("Barbarian 1", (16, 14, 16, 8, 12, 10), "Greataxe, 2 Handaxe"),
    5: somebody("Barbarian 5", (18, 14, 16, 8, 12, 10), "Greataxe"),
    11: somebody("Barbarian 11", (20, 14, 16, 8, 12, 10), "Greataxe", shield="Shield"),
    20: somebody("Barbarian 20", (25, 14, 25, 8, 12, 10), "Greataxe"),
}
MONK = {
    1: somebody("Monk 1", (10, 16, 12, 10, 14, 8), "Quarterstaff, 5 Dart"),
    5: somebody("Monk 5", (10, 18, 12, 10, 16, 8), "Shortsword"),
    11: somebody("Monk 11", (10, 20, 12, 10, 16, 8)),
    20: somebody("Monk 20", (10, 20, 12, 10, 18, 8)),
}
PALOCK = {
    1: somebody("Paladin 1", (16, 10, 14, 8, 10, 16), "Longsword", armor="Chain Mail"),
    5: somebody("Paladin 3 Oath of Devotion/Warlock 2", (16, 10, 14, 8, 10, 16), "Longsword", armor="Chain Mail"),
    11: somebody("Paladin 6 Oath of Devotion/Warlock 5 Fiend Patron", (16, 10, 14, 8, 10, 18), "Longsword"),
    20: somebody("Paladin 12 Oath of Devotion/Warlock 8 Fiend Patron", (18, 10, 14, 8, 10, 20), "Longsword"),
}

Row = tuple[Character, Edition, str, str, object]
ROWS: list[Row] = [
    # who, edition, section, number, what it is
    (FIGHTER[1], NEW, "Armor; Fighting Style: Defense", "armor_class", 19),
    (FIGHTER[1], NEW, "Hit Points and Hit Dice", "hit_points", 12),
    (FIGHTER[1], NEW, "Saving Throws", "saves.str", 5),
    (FIGHTER[1], NEW, "Saving Throws", "saves.dex", 2),
    (FIGHTER[1], NEW, "Attack Rolls; Weapons", "attack.Longsword", (5, "1d8+3[slashing]")),
    (FIGHTER[1], NEW, "Thrown", "attack.Javelin (thrown)", (5, "1d6+3[piercing]")),
    (FIGHTER[1], NEW, "Initiative", "initiative", 2),
    (FIGHTER[1], NEW, "Proficiency Bonus", "proficiency", 2),
    (FIGHTER[1], NEW, "Carrying Capacity", "capacity", 240),
    (FIGHTER[5], NEW, "Fighter: Extra Attack", "attacks_per_action", 2),
    (FIGHTER[5], NEW, "Champion: Improved Critical", "critical_from", 19),
    (FIGHTER[5], NEW, "Hit Points and Hit Dice", "hit_points", 44),
    (FIGHTER[5], OLD, "Fighting Style: Dueling", "attack.Longsword", (7, "1d8+6[slashing]")),
    (FIGHTER[5], OLD, "Versatile", "attack.Longsword (two hands)", (7, "1d10+4[slashing]")),
    (FIGHTER[5], NEW, "Armor Training", "warnings", ("The armour gives disadvantage on Stealth.",)),
    (FIGHTER[11], NEW, "Armor", "armor_class", 18),
    (FIGHTER[11], NEW, "Fighter: Two Extra Attacks", "attacks_per_action", 3),
    (FIGHTER[11], NEW, "Hit Points and Hit Dice", "hit_points", 103),
    (FIGHTER[11], NEW, "Fighting Style: Archery", "attack.Longbow", (8, "1d8+2[piercing]")),
    (FIGHTER[11], OLD, "Champion: Remarkable Athlete", "initiative", 4),
    (FIGHTER[11], OLD, "Champion: Remarkable Athlete", "skills.athletics", 7),
    (FIGHTER[11], NEW, "Skills", "skills.athletics", 5),
    (FIGHTER[20], NEW, "Fighter: Three Extra Attacks", "attacks_per_action", 4),
    (FIGHTER[20], NEW, "Champion: Superior Critical", "critical_from", 18),
    (FIGHTER[20], NEW, "Great Weapon Fighting", "attack.Greatsword", (11, "2d6mi3+5[slashing]")),
    (FIGHTER[20], OLD, "Great Weapon Fighting", "attack.Greatsword", (11, "2d6ro<3+5[slashing]")),
    (FIGHTER[20], NEW, "Hit Points and Hit Dice", "hit_points", 204),
    (WIZARD[1], NEW, "Spell Save DC", "spell.Wizard.dc", 13),
    (WIZARD[1], NEW, "Spell Attack", "spell.Wizard.attack", 5),
    (WIZARD[1], NEW, "Wizard Features", "slots", {1: 2}),
    (WIZARD[1], NEW, "Wizard Features", "spell.Wizard.prepared", 4),
    (WIZARD[1], NEW, "Armor Class", "armor_class", 12),
    (WIZARD[1], NEW, "Hit Points and Hit Dice", "hit_points", 8),
    (WIZARD[5], NEW, "Wizard Features", "slots", {1: 4, 2: 3, 3: 2}),
    (WIZARD[5], NEW, "Cantrip Upgrade", "cantrip_dice", 2),
    (WIZARD[5], NEW, "Wizard Features", "spell.Wizard.prepared", 9),
    (WIZARD[5], NEW, "Hit Points and Hit Dice", "hit_points", 32),
    (WIZARD[11], NEW, "Wizard Features", "slots", {1: 4, 2: 3, 3: 3, 4: 3, 5: 2, 6: 1}),
    (WIZARD[11], NEW, "Wizard Features", "spell.Wizard.cantrips", 5),
    (WIZARD[11], NEW, "Spell Save DC", "spell.Wizard.dc", 17),
    (WIZARD[11], OLD, "Preparing and Casting Spells", "spell.Wizard.prepared", 16),
    (WIZARD[20], NEW, "Spell Attack", "spell.Wizard.attack", 11),
    (WIZARD[20], NEW, "Wizard Features", "spell.Wizard.prepared", 25),
    (WIZARD[20], NEW, "Wizard Features", "spell.Wizard.highest", 9),
    (ROGUE[1], NEW, "Armor", "armor_class", 14),
    (ROGUE[1], NEW, "Finesse", "attack.Rapier", (5, "1d8+3[piercing]")),
    (ROGUE[1], NEW, "Light", "attack.Shortsword (second hand)", (5, "1d6[piercing]")),
    (ROGUE[1], NEW, "Sneak Attack", "sneak_attack", "1d6"),
    (ROGUE[1], NEW, "Expertise", "skills.stealth", 7),
    (ROGUE[1], NEW, "Passive Perception", "passive.perception", 13),
    (ROGUE[1], OLD, "Halfling: Speed", "speed", 25),
    (ROGUE[1], NEW, "Halfling: Speed", "speed", 30),
    (ROGUE[1], NEW, "Halfling: Size", "size", Size.SMALL),
    (ROGUE[5], NEW, "Sneak Attack", "sneak_attack", "3d6"),
    (ROGUE[11], NEW, "Sneak Attack", "sneak_attack", "6d6"),
    (ROGUE[11], NEW, "Expertise", "skills.stealth", 13),
    (ROGUE[20], NEW, "Sneak Attack", "sneak_attack", "10d6"),
    (ROGUE[20], OLD, "Slippery Mind", "saves.wis", 7),
    (ROGUE[20], OLD, "Saving Throws", "saves.cha", 0),
    (ROGUE[20], NEW, "Slippery Mind", "saves.cha", 6),
    (CLERIC[1], NEW, "Armor", "armor_class", 15),
    (CLERIC[1], OLD, "Cleric: Preparing Spells", "spell.Cleric.prepared", 4),
    (CLERIC[1], NEW, "Cleric Features", "spell.Cleric.cantrips", 3),
    (CLERIC[5], NEW, "Spell Save DC", "spell.Cleric.dc", 15),
    (CLERIC[5], NEW, "Hit Points and Hit Dice", "hit_points", 38),
    (CLERIC[11], NEW, "Cleric Features", "spell.Cleric.prepared", 16),
    (CLERIC[20], NEW, "Cleric Features", "spell.Cleric.prepared", 22),
    (CLERIC[20], OLD, "Cleric: Preparing Spells", "spell.Cleric.prepared", 25),
    (BARBARIAN[1], NEW, "Barbarian: Unarmored Defense", "armor_class", 15),
    (BARBARIAN[1], NEW, "Hit Points and Hit Dice", "hit_points", 15),
    (BARBARIAN[1], NEW, "Attack Rolls; Weapons", "attack.Greataxe", (5, "1d12+3[slashing]")),
    (BARBARIAN[1], NEW, "Light", "attack.Handaxe (second hand)", (5, "1d6[slashing]")),
    (BARBARIAN[5], NEW, "Fast Movement", "speed", 40),
    (BARBARIAN[5], NEW, "Extra Attack", "attacks_per_action", 2),
    (BARBARIAN[11], NEW, "Barbarian: Unarmored Defense", "armor_class", 17),
    (BARBARIAN[20], NEW, "Barbarian: Unarmored Defense", "armor_class", 19),
    (BARBARIAN[20], NEW, "Hit Points and Hit Dice", "hit_points", 285),
    (MONK[1], NEW, "Monk: Unarmored Defense", "armor_class", 15),
    (MONK[1], NEW, "Martial Arts", "attack.Unarmed Strike", (5, "1d6+3[bludgeoning]")),
    (MONK[1], OLD, "Martial Arts", "attack.Unarmed Strike", (5, "1d4+3[bludgeoning]")),
    (MONK[1], NEW, "Martial Arts", "attack.Quarterstaff", (5, "1d6+3[bludgeoning]")),
    (MONK[5], NEW, "Martial Arts", "attack.Shortsword", (7, "1d8+4[piercing]")),
    (MONK[5], NEW, "Unarmored Movement", "speed", 40),
    (MONK[11], NEW, "Unarmored Movement", "speed", 50),
    (MONK[11], OLD, "Martial Arts", "attack.Unarmed Strike", (9, "1d8+5[bludgeoning]")),
    (MONK[20], NEW, "Martial Arts", "attack.Unarmed Strike", (11, "1d12+5[bludgeoning]")),
    (MONK[20], NEW, "Disciplined Survivor", "saves.int", 6),
    (MONK[20], NEW, "Unarmored Movement", "speed", 60),
    (PALOCK[1], NEW, "Paladin Features", "slots", {1: 2}),
    (PALOCK[1], OLD, "The Paladin", "slots", {}),
    (PALOCK[5], NEW, "Multiclassing: Spellcasting", "slots", {1: 3}),
    (PALOCK[5], OLD, "Multiclassing: Spellcasting", "slots", {1: 3}),
    (PALOCK[5], NEW, "Pact Magic", "pact_slots", {1: 2}),
    (PALOCK[5], NEW, "Hit Points and Hit Dice", "hit_points", 42),
    (PALOCK[5], NEW, "Multiclassing: Hit Dice", "hit_dice", {10: 3, 8: 2}),
    (PALOCK[5], NEW, "Spell Save DC", "spell.Warlock.dc", 14),
    (PALOCK[5], NEW, "Multiclassing: Proficiencies", "saves.cha", 6),
    (PALOCK[11], NEW, "Aura of Protection", "saves.wis", 8),
    (PALOCK[11], NEW, "Aura of Protection", "saves.str", 7),
    (PALOCK[11], NEW, "Pact Magic", "pact_slots", {3: 2}),
    (PALOCK[11], NEW, "Paladin Features", "slots", {1: 4, 2: 2}),
    (PALOCK[11], NEW, "Extra Attack", "attacks_per_action", 2),
    (PALOCK[20], NEW, "Radiant Strikes", "attack.Longsword", (10, "1d8+4[slashing]+1d8[radiant]")),
    (PALOCK[20], NEW, "Paladin Features", "slots", {1: 4, 2: 3, 3: 3}),
    (PALOCK[20], NEW, "Pact Magic", "pact_slots", {4: 2}),
    (PALOCK[20], NEW, "Cantrip Upgrade", "cantrip_dice", 4),
    (somebody("Wizard 3/Cleric 2"), NEW, "Multiclass Spellcaster", "slots", {1: 4, 2: 3, 3: 2}),
    (somebody("Paladin 3/Sorcerer 2"), OLD, "Multiclass Spellcaster", "slots", {1: 4, 2: 2}),
    (somebody("Paladin 3/Sorcerer 2"), NEW, "Multiclass Spellcaster", "slots", {1: 4, 2: 3}),
    (somebody("Bard 5", (10, 14, 10, 10, 10, 16)), OLD, "Jack of All Trades", "initiative", 3),
    (somebody("Bard 5", (10, 14, 10, 10, 10, 16)), NEW, "Jack of All Trades", "skills.arcana", 1),
    (somebody("Bard 5", (10, 14, 10, 10, 10, 16)), NEW, "Initiative", "initiative", 2),
    (somebody("Rogue 5", (10, 14, 10, 10, 10, 10), features=("Alert",)), NEW, "Feats: Alert", "initiative", 5),
    (somebody("Fighter 1", (14, 10, 10, 10, 10, 10), armor="Plate Armor"), NEW, "Armor: Strength", "speed", 20),
    (somebody("Fighter 1", (14, 10, 10, 10, 10, 10), armor="Plate Armor", species="Dwarf"), OLD, "Dwarf: Speed",
     "speed", 25),
    (somebody("Fighter 1", (10, 18, 10, 10, 10, 10), armor="Half Plate Armor"), NEW, "Armor: Dexterity",
     "armor_class", 17),
    (somebody("Fighter 3", species="Dwarf"), NEW, "Dwarven Toughness", "hit_points", 25),
    (somebody("Sorcerer 3 Draconic Bloodline", (8, 16, 10, 10, 10, 16)), OLD, "Draconic Resilience",
     "armor_class", 16),
    (somebody("Sorcerer 3 Draconic Sorcery", (8, 16, 10, 10, 10, 16)), NEW, "Draconic Resilience",
     "armor_class", 16),
    (somebody("Sorcerer 3 Draconic Sorcery", (8, 16, 10, 10, 10, 16)), NEW, "Draconic Resilience", "hit_points", 17),
    (somebody("Rogue 1", attuned=("Ring of Protection",)), NEW, "Ring of Protection", "armor_class", 11),
    (somebody("Rogue 1", attuned=("Ring of Protection",)), NEW, "Ring of Protection", "saves.con", 1),
    (somebody("Rogue 1", attuned=("Gauntlets of Ogre Power",)), NEW, "Gauntlets of Ogre Power", "scores.str", 19),
    (somebody("Monk 1", attuned=("Bracers of Defense",)), NEW, "Bracers of Defense", "armor_class", 12),
    (somebody("Fighter 1", (16, 10, 10, 10, 10, 10), "Longsword +2"), NEW, "Weapon, +1, +2, or +3",
     "attack.Longsword +2", (7, "1d8+5[slashing]")),
    (somebody("Wizard 1", (16, 10, 10, 10, 10, 10), "Longsword"), NEW, "Weapon Proficiency", "attack.Longsword",
     (3, "1d8+3[slashing]")),
    (somebody("Fighter 1", (16, 10, 10, 10, 10, 10), "2 Shortsword", features=("Two-Weapon Fighting",)), NEW,
     "Two-Weapon Fighting", "attack.Shortsword (second hand)", (5, "1d6+3[piercing]")),
    (somebody("Ranger 6", (10, 10, 10, 10, 10, 10)), NEW, "Roving", "speed", 40),
    (somebody("Cleric 1", features=("Protector",)), NEW, "Divine Order", "armors",
     ("heavy", "light", "medium", "shield")),
    (somebody("Wizard 1/Fighter 1"), NEW, "Multiclassing: Armor Training", "armors", ("light", "medium", "shield")),
]  # fmt: skip


def number(of: Derived, name: str) -> object:
    """`saves.str`, `attack.Longsword`, `spell.Wizard.dc`."""
    first, *rest = name.split(".")
    if first == "attack":
        return next((line.bonus, line.damage) for line in of.attacks if line.name == ".".join(rest))
    if first == "spell":
        return getattr(next(line for line in of.spells if line.by == rest[0]), rest[1])
    found = getattr(of, first)
    return found[rest[0]] if rest else found


@pytest.mark.parametrize(("who", "edition", "section", "name", "expected"), ROWS)
def test_the_number_is_the_one_of_the_book(
    who: Character, edition: Edition, section: str, name: str, expected: object
) -> None:
    numbers = derived(who, library(edition))

    assert number(numbers, name) == expected, section


EFFECTS: list[tuple[Character, set[Effect], str, str, object]] = [
    # who, under what, section, number, what it is
    (WIZARD[1], {Effect.MAGE_ARMOR}, "Mage Armor", "armor_class", 15),
    (FIGHTER[5], {Effect.MAGE_ARMOR}, "Mage Armor", "armor_class", 16),
    (WIZARD[1], {Effect.MAGE_ARMOR, Effect.SHIELD}, "Shield", "armor_class", 20),
    (WIZARD[1], {Effect.SHIELD_OF_FAITH}, "Shield of Faith", "armor_class", 14),
    (WIZARD[1], {Effect.BARKSKIN}, "Barkskin", "armor_class", 17),
    (MONK[5], {Effect.HASTE}, "Haste", "speed", 80),
    (MONK[5], {Effect.SLOW}, "Slow", "speed", 20),
    (WIZARD[1], {Effect.LONGSTRIDER}, "Longstrider", "speed", 40),
    (BARBARIAN[1], {Effect.RAGE}, "Rage", "attack.Greataxe", (5, "1d12+5[slashing]")),
    (BARBARIAN[20], {Effect.RAGE}, "Rage", "attack.Greataxe", (13, "1d12+11[slashing]")),
    (BARBARIAN[1], {Effect.RAGE}, "Rage", "resistances", ("bludgeoning", "piercing", "slashing")),
]


@pytest.mark.parametrize(("who", "under", "section", "name", "expected"), EFFECTS)
def test_what_somebody_is_under_changes_the_number(
    who: Character, under: set[Effect], section: str, name: str, expected: object
) -> None:
    numbers = derived(who, library(), effects=frozenset(under))

    assert number(numbers, name) == expected, section


def test_every_attack_can_be_rolled() -> None:
    for kind in (FIGHTER, WIZARD, ROGUE, CLERIC, BARBARIAN, MONK, PALOCK):
        for who in kind.values():
            for edition in Edition:
                for line in derived(who, library(edition)).attacks:
                    assert deal(line.damage, line.type, SystemLuck()).total >= 0


def test_every_pregenerated_character_has_rows_at_all_four_levels() -> None:
    told = {id(row[0]) for row in ROWS}

    for kind in (FIGHTER, WIZARD, ROGUE, CLERIC, BARBARIAN, MONK, PALOCK):
        assert set(kind) == {1, 5, 11, 20}
        assert all(id(who) in told for who in kind.values())


def test_what_is_carried_is_weighed_with_the_coins() -> None:
    who = somebody("Fighter 1", (3, 10, 10, 10, 10, 10), "Longsword, 20 Arrow")

    numbers = derived(who.model_copy(update={"coins": Coins(gp=500)}), library())

    assert (numbers.carried, numbers.capacity, numbers.encumbrance) == (14, 45, "")
    heavier = derived(who.model_copy(update={"coins": Coins(gp=1_500)}), library())
    assert (heavier.carried, heavier.encumbrance) == (34, "heavily encumbered")


def test_hit_points_are_those_that_were_rolled() -> None:
    who = somebody("Fighter 3").model_copy(
        update={"classes": (ClassLevels(name="Fighter", level=3, rolled=(None, 1, 10)),)}
    )

    assert derived(who, library()).hit_points == 10 + 1 + 10


def test_a_thing_of_ones_own_says_what_it_is() -> None:
    who = somebody("Fighter 1", (16, 10, 10, 10, 10, 10))
    named = Item(name="Dawnbringer", kind="Longsword", bonus=1)
    who = who.model_copy(update={"equipment": who.equipment.model_copy(update={"items": (named,)})})

    assert number(derived(who, library()), "attack.Dawnbringer") == (6, "1d8+4[slashing]")


def test_armour_that_nobody_was_trained_in_is_told() -> None:
    numbers = derived(somebody("Wizard 1", armor="Chain Mail"), library())

    assert any("Not trained in Chain Mail" in one for one in numbers.warnings)


def test_a_thing_that_the_library_lacks_is_told_and_costs_nothing() -> None:
    numbers = derived(somebody("Wizard 1", items="Grandmother's teapot"), library())

    assert numbers.warnings == ("Not in the library: Grandmother's teapot.",)
    assert numbers.carried == 0


def test_somebody_without_a_class_has_no_numbers() -> None:
    with pytest.raises(Refused, match="no class yet"):
        derived(Character(name="Tess"), library())


def test_a_class_that_nobody_knows_is_not_guessed() -> None:
    with pytest.raises(NotFound):
        derived(somebody("Gunslinger 3"), library())
