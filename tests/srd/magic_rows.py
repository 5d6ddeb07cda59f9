"""Rows: slots, casting, concentration, areas, rests, durations."""

import math
from typing import Any

from bmo.dnd.dice import ScriptedLuck
from bmo.dnd.rules import areas, casting, concentration, durations, effects, rest, slots
from bmo.dnd.rules.areas import Cone, Cube, Cylinder, Emanation, Line, Sphere
from bmo.dnd.rules.casting import Cast, Components
from bmo.dnd.rules.casting import Caster as Hands
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.damage import Defences, HitPoints
from bmo.dnd.rules.durations import Moment, SaveEnds, Unit, Until
from bmo.dnd.rules.effects import Target
from bmo.dnd.rules.rest import Disturbance, Disturbed, HitDice
from bmo.dnd.rules.slots import Caster
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition, Size
from srd.row import NEW, OLD, Refusal, Row, case, table

FIRE, DEX, CON = DamageType.FIRE, Ability.DEXTERITY, Ability.CONSTITUTION
FULL, HALF, PACT = Caster.FULL, Caster.HALF, Caster.PACT


def held(faces: list[int], bonus: int, damage: int, edition: Edition = OLD) -> bool | None:
    tested = concentration.held(bonus, damage, ScriptedLuck(faces), edition=edition)
    return None if tested is None else tested.success


def blasted(faces: list[int], dice: str, difficulty: int, *targets: Target, **named: Any) -> dict[str, int]:
    ability = named.pop("ability", DEX)
    done = effects.blast(dice, FIRE, ability, difficulty, targets, ScriptedLuck(faces), **named)
    return {one.name: one.total for one in done.targets}


def inside(area: areas.Area, *points: tuple[float, float, float]) -> list[bool]:
    return [area.holds(point) for point in points]


def spent(face: int, constitution: int, left: int = 2, edition: Edition = OLD) -> tuple[int, int]:
    done = rest.spend_hit_die(HitPoints(5, 20), HitDice(8, left, 4), constitution, ScriptedLuck([face]), edition)
    return done.points.current, done.dice.left


def slept(left: int, total: int, exhaustion: int = 0, **named: Any) -> tuple[HitPoints, int, int]:
    done = rest.long_rest(HitPoints(3, 20, 4), (HitDice(8, left, total),), {1: 4}, exhaustion, **named)
    assert done.slots == {1: 4}
    return done.points, done.dice[0].left, done.exhaustion


def saved(face: int, bonus: int, difficulty: int) -> bool:
    return SaveEnds(CON, difficulty).tried(bonus, ScriptedLuck([face])).success


SLOTS: list[Row] = [
    *table("spell slots", OLD, "Wizard", slots.slots,
           case({1: 2}, FULL, 1), case({1: 4, 2: 2}, FULL, 3), case({1: 4, 2: 3, 3: 2}, FULL, 5),
           case({1: 4, 2: 3, 3: 3, 4: 3, 5: 2, 6: 1}, FULL, 11),
           case({1: 4, 2: 3, 3: 3, 4: 3, 5: 3, 6: 2, 7: 2, 8: 1, 9: 1}, FULL, 20),
           case(Refusal("bad_level"), FULL, 21), case({}, Caster.NONE, 20)),
    *table("spell slots", OLD, "Paladin", slots.slots,
           case({}, HALF, 1), case({1: 2}, HALF, 2), case({1: 4, 2: 2}, HALF, 5),
           case({1: 4, 2: 3, 3: 3, 4: 3, 5: 2}, HALF, 20)),
    *table("spell slots", NEW, "Paladin", slots.slots, case({1: 2}, HALF, 1, NEW), case({1: 2}, HALF, 2, NEW)),
    *table("spell slots", OLD, "Pact Magic", slots.slots,
           case({1: 1}, PACT, 1), case({2: 2}, PACT, 3), case({5: 2}, PACT, 9), case({5: 3}, PACT, 11),
           case({5: 4}, PACT, 17)),
    *table("spell slots", OLD, "Multiclassing: Spellcasting", slots.multiclass_slots,
           case({1: 4, 2: 3}, {FULL: 3, HALF: 3}), case({1: 4, 2: 2}, {FULL: 3, HALF: 1}), case({}, {HALF: 1}),
           case({}, {PACT: 5})),
    *table("spell slots", NEW, "Multiclassing: Spellcasting", slots.multiclass_slots,
           case({1: 4, 2: 3, 3: 2}, {FULL: 3, HALF: 3}, NEW), case({1: 2}, {HALF: 1}, NEW)),
    *table("spell slots", OLD, "Spell Slots", slots.slot_for,
           case(None, 0, {}), case(1, 1, {1: 1, 2: 1}), case(2, 1, {1: 0, 2: 1}),
           case(Refusal("no_slot"), 3, {1: 4, 2: 2})),
    *table("spell slots", OLD, "Casting a Spell at a Higher Level", slots.slot_for,
           case(2, 1, {1: 1, 2: 1}, 2), case(Refusal("slot_too_low"), 2, {1: 1}, 1),
           case(Refusal("no_slot"), 1, {1: 1, 3: 1}, 2)),
    *table("spell slots", OLD, "Fire Bolt", slots.cantrip_dice,
           case(1, 4), case(2, 5), case(2, 10), case(3, 11), case(4, 17), case(4, 20)),
    *table("spell save DC", OLD, "Spell Saving Throws", slots.save_difficulty, case(15, 4, 3), case(7, -3, 2)),
    *table("spell save DC", OLD, "Spell Attack Rolls", slots.spell_attack, case(7, 4, 3)),
    *table("casting", OLD, "Bonus Action", casting.check_turn,
           case(Refusal("bonus_action_spell"), [Cast(1, "bonus")], Cast(1)),
           case(None, [Cast(1, "bonus")], Cast(0)), case(Refusal("bonus_action_spell"), [Cast(3)], Cast(1, "bonus")),
           case(Refusal("bonus_action_spell"), [Cast(0, "bonus")], Cast(1)),
           case(Refusal("bonus_action_spell"), [Cast(1, "bonus")], Cast(1, "reaction")),
           case(None, [Cast(3)], Cast(1))),
    *table("casting", NEW, "Playing the Game: Casting Spells", casting.check_turn,
           case(Refusal("second_slot"), [Cast(3)], Cast(1), NEW), case(None, [Cast(1, "bonus")], Cast(0), NEW),
           case(None, [Cast(1, "bonus")], Cast(3, slot=False), NEW)),
    *table("casting", OLD, "Verbal (V)", casting.check_components,
           case(Refusal("no_voice"), Components(verbal=True), Hands(speaks=False)),
           case(None, Components(somatic=True), Hands(speaks=False))),
    *table("casting", OLD, "Somatic (S)", casting.check_components,
           case(Refusal("no_hand"), Components(somatic=True), Hands(free_hand=False)),
           case(None, Components(verbal=True), Hands(free_hand=False))),
    *table("casting", OLD, "Material (M)", casting.check_components,
           case(Refusal("no_material"), Components(material=True), Hands(focus=False)),
           case(None, Components(material=True), Hands()),
           case(Refusal("no_material"), Components(costly="a diamond"), Hands()),
           case(None, Components(material=True, costly="a diamond"), Hands(focus=False,
                owned=frozenset({"a diamond"}))),
           case(Refusal("no_hand"), Components(material=True), Hands(free_hand=False))),
    *table("casting", OLD, "Casting in Armor", casting.check_components,
           case(Refusal("armor"), Components(), Hands(used_to_armor=False))),
    *table("concentration", OLD, "Concentration", concentration.difficulty,
           case(10, 1), case(10, 21), case(11, 22), case(50, 100)),
    *table("concentration", NEW, "Rules Glossary: Concentration", concentration.difficulty,
           case(30, 60, NEW), case(30, 100, NEW), case(29, 59, NEW)),
    *table("concentration", OLD, "Concentration", held,
           case(True, [8], 2, 5), case(False, [7], 2, 5), case(False, [9], 2, 24), case(None, [], 2, 0)),
    *table("concentration", OLD, "Concentration", concentration.ended_by,
           case(True, {Condition.STUNNED}), case(True, (), dead=True), case(False, {Condition.PRONE})),
    *table("concentration", NEW, "Incapacitated", concentration.ended_by, case(True, {Condition.INCAPACITATED})),
]  # fmt: skip

AREAS: list[Row] = [
    *table("area effects", OLD, "Sphere", inside,
           case([True, True, False], Sphere((0, 0, 0), 20), (0, 0, 0), (12, 16, 0), (15, 15, 0))),
    *table("area effects", OLD, "Cylinder", inside,
           case([True, True, False, False], Cylinder((0, 0, 0), 10, 40), (0, 0, 0), (6, 8, 40), (0, 0, 41), (6, 9, 0))),
    *table("area effects", OLD, "Cube", inside,
           case([True, True, False], Cube((0, 0, 0), 15), (7.5, 7.5, 7.5), (15, 15, 0), (16, 0, 0))),
    *table("area effects", OLD, "Cube", areas.cube_from,
           case(Cube((0, -7.5, 0), 15), (0, 0, 0), (5, 1, 0), 15),
           case(Cube((-15, -7.5, 0), 15), (0, 0, 0), (-5, 1, 0), 15),
           case(Cube((-5, -5, -10), 10), (0, 0, 0), (0, 0, -1), 10)),
    *table("area effects", OLD, "Cone", inside,
           case([True, True, False, False, False], Cone((0, 0, 0), (1, 0, 0), 15), (15, 7.5, 0), (10, 5, 0), (10, 5.5,
                0),
                (0, 0, 0), (16, 0, 0)), case([False], Cone((0, 0, 0), (1, 0, 0), 15), (-5, 0, 0)),
           case([False], Cone((0, 0, 0), (0, 0, 0), 15), (5, 0, 0))),
    *table("area effects", OLD, "Line", inside,
           case([True, True, False, False, False], Line((0, 0, 0), (1, 0, 0), 60), (60, 0, 0), (30, 2.5, 0), (30, 3, 0),
                (0, 0, 0), (61, 0, 0)), case([True], Line((0, 0, 0), (1, 1, 0), 100, 10), (30, 36, 0))),
    *table("area effects", NEW, "Rules Glossary: Emanation", inside,
           case([True, True, False, False], Emanation((0, 0, 0), 5, 10), (12.5, 0, 0), (-10, 2, 0), (13, 0, 0), (1, 1,
                0))),
    *table("area effects", OLD, "Areas of Effect", areas.caught,
           case(["a", "c"], Sphere((0, 0, 0), 5), [("a", (0, 0, 0)), ("b", (9, 0, 0)), ("c", (9, 0, 0)), ("c", (5, 0,
                0))])),
    *table("area effects", OLD, "Size Categories", areas.squares,
           case([(0, 0, 0)], (0, 0, 0), Size.MEDIUM), case([(0, 0, 0)], (0, 0, 0), Size.TINY),
           case([(-2.5, -2.5, 0), (-2.5, 2.5, 0), (2.5, -2.5, 0), (2.5, 2.5, 0)], (0, 0, 0), Size.LARGE)),
    *table("area effects", NEW, "Playing the Game: Playing on a Grid", areas.distance,
           case(10, (0, 0, 0), (10, 10, 0)), case(20, (0, 0, 0), (5, 0, 20))),
    *table("area effects", OLD, "Damage Rolls", blasted,
           case({"a": 10, "b": 5}, [6, 4, 5, 15], "2d6", 15, Target("a"), Target("b"))),
    *table("area effects", OLD, "Fireball", blasted,
           case({"a": 14}, [3, 4, 5, 6, 3, 3, 3, 1, 20], "8d6", 15, Target("a"))),
    *table("area effects", OLD, "Saving Throws", blasted,
           case({"a": 0}, [6, 4, 15], "2d6", 15, Target("a"), half=False),
           case({"a": 10}, [6, 4, 14], "2d6", 15, Target("a"), half=False),
           case({"a": 10}, [6, 4], "2d6", 15, Target("a"), ability=None),
           case({"a": 5}, [6, 4, 12], "2d6", 15, Target("a", 3))),
    *table("area effects", OLD, "Damage Resistance and Vulnerability", blasted,
           case({"a": 2}, [6, 4, 15], "2d6", 15, Target("a", defences=Defences(frozenset({FIRE}))))),
    *table("area effects", OLD, "Cover", blasted,
           case({"a": 5}, [6, 4, 13], "2d6", 15, Target("a", cover=Cover.HALF)),
           case({"a": 10}, [6, 4, 13], "2d6", 15, Target("a", cover=Cover.HALF), ability=CON),
           case({}, [6, 4], "2d6", 15, Target("a", cover=Cover.TOTAL)),
           case({"a": 5}, [6, 4, 15], "2d6", 15, Target("a", cover=Cover.TOTAL), around_corners=True)),
    *table("area effects", OLD, "Evasion", blasted,
           case({"a": 0}, [6, 4, 15], "2d6", 15, Target("a", evasion=True)),
           case({"a": 5}, [6, 4, 14], "2d6", 15, Target("a", evasion=True)),
           case({"a": 10}, [6, 4, 14], "2d6", 15, Target("a", evasion=True), ability=CON)),
    *table("area effects", NEW, "Evasion", blasted,
           case({"a": 10}, [6, 4, 15], "2d6", 15, Target("a", conditions=frozenset({Condition.STUNNED}), evasion=True),
                edition=NEW)),
    *table("area effects", OLD, "Paralyzed", blasted,
           case({"a": 10}, [6, 4, 20], "2d6", 15, Target("a", conditions=frozenset({Condition.PARALYZED})))),
    *table("area effects", OLD, "Magic Resistance", blasted,
           case({"a": 5}, [6, 4, 3, 15], "2d6", 15, Target("a", magic_resistance=True))),
    *table("area effects", NEW, "Exhaustion", blasted,
           case({"a": 10}, [6, 4, 16], "2d6", 15, Target("a", exhaustion=1), edition=NEW)),
]  # fmt: skip

TIME: list[Row] = [
    *table("short and long rest", OLD, "Short Rest", spent,
           case((12, 1), 5, 2), case((5, 1), 1, -3), case((20, 1), 8, 20), case(Refusal("no_hit_die"), 5, 2, 0)),
    *table("short and long rest", NEW, "Rules Glossary: Short Rest", spent, case((6, 1), 1, -3, 2, NEW)),
    *table("short and long rest", OLD, "Long Rest", slept,
           case((HitPoints(20, 20), 4, 0), 0, 8), case((HitPoints(20, 20), 1, 0), 0, 1),
           case((HitPoints(20, 20), 8, 0), 7, 8), case((HitPoints(20, 20), 4, 1), 0, 8, 2),
           case((HitPoints(20, 20), 4, 2), 0, 8, 2, fed=False)),
    *table("short and long rest", NEW, "Rules Glossary: Long Rest", slept,
           case((HitPoints(20, 20), 8, 0), 0, 8, edition=NEW),
           case((HitPoints(20, 20), 8, 1), 0, 8, 2, fed=False, edition=NEW)),
    *table("short and long rest", OLD, "Long Rest", rest.long_rest,
           case(Refusal("no_rest_at_0"), HitPoints(0, 20), (), {}, 0)),
    *table("short and long rest", OLD, "Long Rest", rest.may_rest_again, case(False, 15), case(True, 16)),
    *table("short and long rest", OLD, "Long Rest", rest.disturbed,
           case(Disturbed(False), Disturbance.INITIATIVE, long=True, rested=4, lasting=0.1),
           case(Disturbed(True), Disturbance.EXERTION, long=True, rested=4, lasting=1)),
    *table("short and long rest", OLD, "Short Rest", rest.disturbed,
           case(Disturbed(True), Disturbance.INITIATIVE, long=False, rested=0.5)),
    *table("short and long rest", NEW, "Rules Glossary: Long Rest", rest.disturbed,
           case(Disturbed(True, True, 1), Disturbance.INITIATIVE, long=True, rested=4, edition=NEW),
           case(Disturbed(True, False, 1), Disturbance.SPELL, long=True, rested=0.5, edition=NEW),
           case(Disturbed(False), Disturbance.EXERTION, long=True, rested=4, lasting=0.5, edition=NEW)),
    *table("short and long rest", NEW, "Rules Glossary: Short Rest", rest.disturbed,
           case(Disturbed(True), Disturbance.DAMAGE, long=False, rested=0.5, edition=NEW),
           case(Disturbed(False), Disturbance.EXERTION, long=False, rested=0.5, lasting=1, edition=NEW)),
    *table("conditions with durations", OLD, "Time", durations.rounds,
           case(1, 1), case(10, 1, Unit.MINUTE), case(600, 1, Unit.HOUR), case(14_400, 1, Unit.DAY),
           case(Refusal("bad_duration"), 0)),
    *table("conditions with durations", OLD, "Duration", durations.for_rounds,
           case(Until(13, "a", Moment.START), 10, 3, "a"), case(Until(4, None, Moment.START), 1, 3)),
    *table("conditions with durations", OLD, "Your Turn", durations.next_turn,
           case(Until(4, "a", Moment.END), "a", Moment.END, 3, acting=True, acted=False),
           case(Until(3, "a", Moment.START), "a", Moment.START, 3, acting=False, acted=False),
           case(Until(4, "a", Moment.START), "a", Moment.START, 3, acting=False, acted=True)),
    *table("conditions with durations", OLD, "The Order of Combat", Until.over,
           case(False, Until(4, "a", Moment.START), 3, "a", Moment.START),
           case(True, Until(4, "a", Moment.START), 4, "a", Moment.START),
           case(False, Until(4, "a", Moment.END), 4, "a", Moment.START),
           case(True, Until(4, "a", Moment.END), 4, "a", Moment.END),
           case(False, Until(4, "a"), 4, "b", Moment.END), case(True, Until(4, "a"), 5), case(True, Until(4), 4)),
    *table("conditions with durations", OLD, "Hold Person", saved, case(True, 12, 3, 15), case(False, 11, 3, 15)),
    *table("area effects", OLD, "Cone", lambda: Cone((0, 0, 0), (1, 0, 0), 15).holds((15, 7.5, math.inf)), case(False)),
]  # fmt: skip

ROWS = SLOTS + AREAS + TIME
