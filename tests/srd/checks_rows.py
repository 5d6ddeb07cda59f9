"""Rows: checks, saves, initiative, hiding, helping, experience, encounters, treasure."""

from fractions import Fraction
from typing import Any

from bmo.dnd.dice import Advantage, ScriptedLuck
from bmo.dnd.rules import actions, advancement, checks, encounter, initiative, senses, treasure
from bmo.dnd.rules.conditions import fails_saves, on_saves
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.senses import Obscured, Senses, Sight
from bmo.dnd.rules.terms import Ability, Condition, Skill
from bmo.dnd.rules.treasure import Coin
from srd.row import NEW, OLD, Refusal, Row, case, table

NONE, BETTER, WORSE = Advantage.NONE, Advantage.ADVANTAGE, Advantage.DISADVANTAGE
STR, DEX, CON, WIS = Ability.STRENGTH, Ability.DEXTERITY, Ability.CONSTITUTION, Ability.WISDOM


def check(faces: list[int], bonus: int, difficulty: int, advantage: Advantage = NONE) -> tuple[int, bool]:
    tested = checks.check(bonus, difficulty, ScriptedLuck(faces), advantage)
    return tested.roll.total, tested.success


def margin(faces: list[int], bonus: int, difficulty: int) -> int:
    return checks.check(bonus, difficulty, ScriptedLuck(faces)).margin


def save(faces: list[int], bonus: int, difficulty: int, advantage: Advantage = NONE, *, fails: bool = False) -> bool:
    return checks.save(bonus, difficulty, ScriptedLuck(faces), advantage, fails=fails).success


def contest(faces: list[int], attempt: int, resistance: int) -> bool:
    return checks.contest(attempt, resistance, ScriptedLuck(faces)).success


def rerolled(faces: list[int], bonus: int, advantage: Advantage, again: int) -> int:
    return checks.rerolled(checks.d20(bonus, ScriptedLuck(faces), advantage), ScriptedLuck([again])).total


def save_reasons(conditions: set[Condition], ability: Ability, **named: Any) -> tuple[int, int]:
    found = on_saves(conditions, ability, **named)
    return len(found.advantage), len(found.disadvantage)


def rolled(faces: list[int], modifier: int, **named: Any) -> int:
    return initiative.initiative(modifier, ScriptedLuck(faces), **named).total


def ordered(*entrants: tuple[str, int, int]) -> tuple[str, ...]:
    return initiative.order(initiative.Entrant(*one) for one in entrants)


def hide(faces: list[int], bonus: int, **named: Any) -> tuple[int, bool]:
    tested = senses.hide(bonus, ScriptedLuck(faces), **named)
    return tested.roll.total, tested.success


def seen(sight: Sight, **eyes: Any) -> Obscured:
    return senses.seen(Senses(**eyes), sight)


def grown(face: int | None, hit_die: int, constitution: int) -> int:
    return advancement.more_hit_points(hit_die, constitution, ScriptedLuck([face]) if face else None)


def carried(faces: list[int], rating: float) -> dict[Coin, int]:
    return treasure.carried(rating, ScriptedLuck(faces))


CHECKS: list[Row] = [
    *table("ability and skill checks", OLD, "Ability Scores and Modifiers", checks.modifier,
           case(-5, 1), case(-4, 2), case(-4, 3), case(-1, 8), case(-1, 9), case(0, 10), case(0, 11), case(1, 12),
           case(4, 19), case(5, 20), case(9, 29), case(10, 30),
           case(Refusal("bad_score"), 0), case(Refusal("bad_score"), 31)),
    *table("ability and skill checks", OLD, "Proficiency Bonus", checks.proficiency_bonus,
           case(2, 0), case(2, 0.125), case(2, 1), case(2, 4), case(3, 5), case(3, 8), case(4, 9), case(5, 13),
           case(6, 17), case(6, 20), case(9, 30), case(Refusal("bad_level"), 31)),
    *table("ability and skill checks", OLD, "Proficiency Bonus", checks.bonus,
           case(3, 3, 2), case(5, 3, 2, proficient=True), case(7, 3, 2, proficient=True, expert=True),
           case(3, 3, 2, expert=True), case(4, 3, 3, half=True), case(6, 3, 3, proficient=True, half=True)),
    *table("ability and skill checks", OLD, "Typical Difficulty Classes", lambda name: int(checks.Difficulty[name]),
           case(5, "VERY_EASY"), case(10, "EASY"), case(15, "MEDIUM"), case(20, "HARD"), case(25, "VERY_HARD"),
           case(30, "NEARLY_IMPOSSIBLE")),
    *table("ability and skill checks", OLD, "Ability Checks", check,
           case((15, True), [10], 5, 15), case((14, False), [9], 5, 15), case((20, False), [20], 0, 25),
           case((6, True), [1], 5, 5)),
    *table("ability and skill checks", OLD, "Ability Checks", margin, case(3, [13], 5, 15), case(-4, [6], 5, 15)),
    *table("ability and skill checks", OLD, "Advantage and Disadvantage", check,
           case((17, True), [17, 5], 0, 10, BETTER), case((5, False), [17, 5], 0, 10, WORSE)),
    *table("ability and skill checks", OLD, "Advantage and Disadvantage", checks.advantage_of,
           case(NONE, (), ()), case(BETTER, ("one",), ()), case(BETTER, ("one", "two"), ()), case(WORSE, (), ("one",)),
           case(NONE, ("one", "two", "three"), ("one",)), case(NONE, ("one",), ("one", "two"))),
    *table("ability and skill checks", OLD, "Advantage and Disadvantage", rerolled,
           case(13, [1, 13], 0, BETTER, 5), case(18, [1, 13], 0, BETTER, 18), case(13, [1, 13], 0, WORSE, 15)),
    *table("ability and skill checks", NEW, "Luck", rerolled, case(14, [1], 2, NONE, 12)),
    *table("ability and skill checks", NEW, "Rules Glossary: Heroic Inspiration", rerolled,
           case(4, [9], 2, NONE, 2), case(22, [9], 2, NONE, 20)),
    *table("ability and skill checks", OLD, "Contests", contest,
           case(True, [11, 10], 0, 0), case(False, [10, 10], 0, 0), case(False, [10, 11], 0, 0)),
    *table("ability and skill checks", OLD, "Passive Checks", checks.passive,
           case(14, 4), case(19, 4, BETTER), case(9, 4, WORSE)),
    *table("ability and skill checks", OLD, "Skills", lambda skill: skill.ability,
           case(STR, Skill.ATHLETICS), case(DEX, Skill.STEALTH), case(Ability.INTELLIGENCE, Skill.NATURE),
           case(WIS, Skill.SURVIVAL), case(Ability.CHARISMA, Skill.INTIMIDATION)),
    *table("saves", OLD, "Saving Throws", save,
           case(True, [12], 3, 15), case(False, [11], 3, 15), case(False, [20], -4, 17), case(True, [1], 9, 10),
           case(True, [3, 12], 3, 15, BETTER), case(False, [3, 12], 3, 15, WORSE)),
    *table("saves", OLD, "Paralyzed", save, case(False, [20], 9, 10, fails=True)),
    *table("saves", OLD, "Unconscious", fails_saves,
           case(True, {Condition.UNCONSCIOUS}, STR), case(True, {Condition.UNCONSCIOUS}, DEX),
           case(False, {Condition.UNCONSCIOUS}, CON)),
    *table("saves", OLD, "Incapacitated", fails_saves, case(False, {Condition.INCAPACITATED}, DEX)),
    *table("saves", OLD, "Petrified", fails_saves, case(True, {Condition.PETRIFIED}, STR)),
    *table("saves", NEW, "Stunned", fails_saves, case(True, {Condition.STUNNED}, DEX)),
    *table("saves", OLD, "Restrained", save_reasons,
           case((0, 1), {Condition.RESTRAINED}, DEX), case((0, 0), {Condition.RESTRAINED}, WIS)),
    *table("saves", OLD, "Dodge", save_reasons,
           case((1, 0), set(), DEX, dodging=True), case((0, 0), set(), WIS, dodging=True),
           case((0, 0), {Condition.GRAPPLED}, DEX, dodging=True),
           case((0, 0), {Condition.INCAPACITATED}, DEX, dodging=True),
           case((0, 1), {Condition.RESTRAINED}, DEX, dodging=True)),
]  # fmt: skip

BEGINNING: list[Row] = [
    *table("initiative", OLD, "Initiative", rolled,
           case(14, [11], 3), case(21, [11, 18], 3, advantage=True), case(14, [11], 3, surprised=True)),
    *table("initiative", OLD, "Poisoned", rolled, case(8, [11, 5], 3, conditions={Condition.POISONED})),
    *table("initiative", OLD, "Invisible", rolled, case(14, [11], 3, conditions={Condition.INVISIBLE})),
    *table("initiative", NEW, "Invisible", rolled,
           case(18, [11, 15], 3, conditions={Condition.INVISIBLE}, edition=NEW),
           case(14, [11], 3, conditions={Condition.INVISIBLE}, surprised=True, edition=NEW)),
    *table("initiative", NEW, "Incapacitated", rolled,
           case(8, [11, 5], 3, conditions={Condition.STUNNED}, edition=NEW)),
    *table("initiative", NEW, "Playing the Game: Surprise", rolled,
           case(8, [11, 5], 3, surprised=True, edition=NEW),
           case(14, [11], 3, surprised=True, advantage=True, edition=NEW)),
    *table("initiative", NEW, "Exhaustion", rolled, case(10, [11], 3, exhaustion=2, edition=NEW)),
    *table("initiative", OLD, "Surprise", initiative.surprised,
           case(True, [15, 16], 14), case(False, [15, 14], 14), case(False, [], 14)),
    *table("initiative", OLD, "Initiative", ordered,
           case(("b", "a"), ("a", 12, 10), ("b", 18, 10)), case(("b", "a"), ("a", 12, 10), ("b", 12, 14)),
           case(("a", "b"), ("b", 12, 10), ("a", 12, 10))),
    *table("initiative", OLD, "The Order of Combat", initiative.following,
           case(("b", False), ("a", "b", "c"), "a"), case(("a", True), ("a", "b", "c"), "c"),
           case(("c", False), ("a", "b", "c"), "a", ["b"]), case(("b", True), ("a", "b", "c"), "c", ["a"])),
    *table("helping and waiting", OLD, "Help", actions.check_help_attack,
           case(None, 5), case(Refusal("too_far_to_help"), 10)),
    *table("helping and waiting", OLD, "Working Together", actions.check_help_task,
           case(None, could_alone=True, proficient=False),
           case(Refusal("no_help"), could_alone=False, proficient=False)),
    *table("helping and waiting", NEW, "Rules Glossary: Help", actions.check_help_task,
           case(Refusal("no_help"), could_alone=True, proficient=False, edition=NEW),
           case(None, could_alone=True, proficient=True, edition=NEW)),
    *table("helping and waiting", OLD, "Ready", actions.check_ready_spell,
           case(None, "action"), case(Refusal("not_ready"), "bonus"), case(Refusal("not_ready"), "longer")),
    *table("hiding and light", OLD, "Hiding", hide,
           case((14, True), [9], 5), case(Refusal("seen"), [9], 5, clearly_seen=True)),
    *table("hiding and light", NEW, "Rules Glossary: Hide", hide,
           case((14, False), [9], 5, obscured=Obscured.HEAVILY, edition=NEW),
           case((15, True), [10], 5, cover=Cover.THREE_QUARTERS, edition=NEW),
           case(Refusal("no_hiding_place"), [10], 5, cover=Cover.HALF, obscured=Obscured.LIGHTLY, edition=NEW)),
    *table("hiding and light", OLD, "Passive Perception", senses.found,
           case(True, 14, 15), case(False, 14, 13), case(False, 14, 14)),
    *table("hiding and light", NEW, "Rules Glossary: Hide", senses.found, case(True, 14, 14, NEW)),
    *table("hiding and light", OLD, "Vision and Light", seen,
           case(Obscured.NOT, Sight(30)), case(Obscured.LIGHTLY, Sight(30, Obscured.LIGHTLY)),
           case(Obscured.HEAVILY, Sight(30, Obscured.HEAVILY)),
           case(Obscured.HEAVILY, Sight(30, veiled=Obscured.HEAVILY), darkvision=60),
           case(Obscured.HEAVILY, Sight(30), blinded=True), case(Obscured.HEAVILY, Sight(30, cover=Cover.TOTAL))),
    *table("hiding and light", OLD, "Darkvision", seen,
           case(Obscured.LIGHTLY, Sight(60, Obscured.HEAVILY), darkvision=60),
           case(Obscured.NOT, Sight(60, Obscured.LIGHTLY), darkvision=60),
           case(Obscured.HEAVILY, Sight(65, Obscured.HEAVILY), darkvision=60),
           case(Obscured.HEAVILY, Sight(30, Obscured.HEAVILY, magical=True), darkvision=60)),
    *table("hiding and light", OLD, "Truesight", seen,
           case(Obscured.NOT, Sight(30, Obscured.HEAVILY, magical=True), truesight=60),
           case(Obscured.NOT, Sight(30, invisible=True), truesight=60),
           case(Obscured.HEAVILY, Sight(90, invisible=True), truesight=60)),
    *table("hiding and light", OLD, "Blindsight", seen,
           case(Obscured.NOT, Sight(10, Obscured.HEAVILY, invisible=True), blindsight=10, blinded=True),
           case(Obscured.HEAVILY, Sight(15, Obscured.HEAVILY), blindsight=10)),
]  # fmt: skip

GROWING: list[Row] = [
    *table("XP and level-up", OLD, "Character Advancement", advancement.level_of,
           case(1, 0), case(2, 300), case(3, 900), case(4, 2_700), case(5, 6_500), case(11, 85_000),
           case(17, 225_000), case(20, 355_000), case(1, 299), case(4, 6_499), case(19, 354_999),
           case(20, 10**6), case(Refusal("bad_xp"), -1)),
    *table("XP and level-up", OLD, "Hit Points", advancement.first_hit_points, case(12, 10, 2), case(1, 6, -5)),
    *table("XP and level-up", OLD, "Hit Points", grown,
           case(8, None, 10, 2), case(6, None, 6, 2), case(9, 7, 10, 2), case(1, 1, 6, -3)),
    *table("XP and level-up", OLD, "Ability Score Improvement", advancement.ability_points,
           case(20, 18, 2), case(16, 15, 1), case(Refusal("bad_increase"), 19, 2),
           case(Refusal("bad_increase"), 10, 3)),
    *table("XP and level-up", NEW, "Boon of Fate", advancement.ability_points,
           case(21, 20, 1, 30), case(Refusal("bad_increase"), 30, 1, 30)),
    *table("XP and level-up", OLD, "Fighter", advancement.check_multiclass,
           case(None, {STR: 13}, [{STR, DEX}]), case(None, {DEX: 13, STR: 8}, [{STR, DEX}]),
           case(Refusal("multiclass"), {STR: 12, DEX: 12}, [{STR, DEX}])),
    *table("XP and level-up", OLD, "Paladin", advancement.check_multiclass,
           case(Refusal("multiclass"), {STR: 13, Ability.CHARISMA: 12}, [{STR}, {Ability.CHARISMA}])),
    *table("encounter difficulty", OLD, "Monsters: Experience Points", encounter.xp_of,
           case(10, 0), case(25, "1/8"), case(50, Fraction(1, 4)), case(100, 0.5), case(200, 1), case(1_800, 5),
           case(5_900, 10), case(25_000, 20), case(155_000, 30), case(Refusal("bad_rating"), "1/3"),
           case(Refusal("bad_rating"), 31)),
    *table("encounter difficulty", NEW, "Gameplay Toolbox: Combat Encounters", encounter.budget,
           case((200, 300, 400), [1, 1, 1, 1]), case((100, 150, 200), [2]), case((150, 225, 400), [3]),
           case((250, 375, 500), [4]), case((500, 750, 1_100), [5]), case((600, 1_000, 1_400), [6]),
           case((750, 1_300, 1_700), [7]), case((1_000, 1_700, 2_100), [8]), case((1_300, 2_000, 2_600), [9]),
           case((1_600, 2_300, 3_100), [10]), case((1_900, 2_900, 4_100), [11]), case((2_200, 3_700, 4_700), [12]),
           case((2_600, 4_200, 5_400), [13]), case((2_900, 4_900, 6_200), [14]), case((3_300, 5_400, 7_800), [15]),
           case((3_800, 6_100, 9_800), [16]), case((4_500, 7_200, 11_700), [17]), case((5_000, 8_700, 14_200), [18]),
           case((5_500, 10_700, 17_200), [19]), case((6_400, 13_200, 22_000), [20]),
           case(Refusal("bad_level"), [0]), case((0, 0, 0), [])),
    *table("encounter difficulty", NEW, "Gameplay Toolbox: Combat Encounters", encounter.difficulty,
           case("low", [1, 1, 1, 1], [1]), case("moderate", [1, 1, 1, 1], [1, "1/4"]),
           case("high", [1, 1, 1, 1], [1, "1/2", "1/4"]), case("beyond high", [1, 1, 1, 1], [2]),
           case("trivial", [5, 5, 5, 5], ["1/4"])),
    *table("XP and level-up", OLD, "Monsters: Experience Points", encounter.shared_xp,
           case(75, ["1/4", "1/4", 1], 4), case(66, [1], 3), case(Refusal("no_characters"), [1], 0)),
    *table("treasure", OLD, "Standard Exchange Rates", treasure.worth,
           case(1_000, {Coin.PP: 1}), case(100, {Coin.GP: 1}), case(50, {Coin.EP: 1}), case(10, {Coin.SP: 1}),
           case(1, {Coin.CP: 1}), case(0, {}), case(1_161, dict.fromkeys(Coin, 1))),
    *table("treasure", OLD, "Standard Exchange Rates", treasure.changed,
           case({Coin.GP: 2, Coin.SP: 3, Coin.CP: 4}, 234), case({}, 0), case(Refusal("too_expensive"), -1)),
    *table("treasure", OLD, "Standard Exchange Rates", treasure.pay,
           case({Coin.GP: 1}, {Coin.GP: 2}, 100), case({Coin.SP: 9, Coin.CP: 5}, {Coin.GP: 1}, 5),
           case({}, {Coin.CP: 10}, 10), case(Refusal("too_expensive"), {Coin.CP: 10}, 11)),
    *table("treasure", OLD, "Standard Exchange Rates", carried,
           case({Coin.SP: 9}, [2, 3, 4], 0.25), case({Coin.GP: 10}, [1, 2, 3, 4], 3),
           case({Coin.GP: 100}, [1, 2, 3, 4], 8), case({Coin.GP: 1_000}, [1, 2, 3, 4], 15),
           case({Coin.PP: 500}, [2, 3], 24), case(Refusal("bad_rating"), [1], 31)),
]  # fmt: skip

ROWS = CHECKS + BEGINNING + GROWING
