"""Rows: conditions, exhaustion, movement, grapples, air."""

from typing import Any

from bmo.dnd.dice import Advantage, ScriptedLuck
from bmo.dnd.rules import attacks, conditions, hazards, movement
from bmo.dnd.rules.attacks import Circumstances
from bmo.dnd.rules.terms import Condition, DamageType, Edition, Size
from srd.row import NEW, OLD, Row, case, table

NONE, BETTER, WORSE = Advantage.NONE, Advantage.ADVANTAGE, Advantage.DISADVANTAGE
FIRE, COLD, SLASHING = DamageType.FIRE, DamageType.COLD, DamageType.SLASHING


def around(**named: Any) -> Circumstances:
    for side in ("attacker", "target"):
        named[side] = frozenset({Condition(word) for word in named.get(side, "").split()})
    return Circumstances(**named)


def advantage(**named: Any) -> Advantage:
    return attacks.advantage(around(**named))


def attack(
    faces: list[int], bonus: int, armor_class: int, critical_from: int = 20, reach: int = 5, **named: Any
) -> tuple[bool, bool]:
    """Whether it hits, and critically."""
    luck = ScriptedLuck(faces)
    done = attacks.attack(bonus, armor_class, around(**named), luck, critical_from=critical_from, reach=reach)
    assert luck.left == 0
    return done.hit, done.critical


def standing(*names: Condition, exhaustion: int = 0, edition: Edition = OLD) -> int:
    return conditions.speed(30, names, exhaustion, edition)


def check_reasons(*names: Condition, **named: Any) -> tuple[str, ...]:
    return conditions.on_checks(names, **named).disadvantage


def maximum_factor(level: int, edition: Edition = OLD) -> float:
    return conditions.exhausted(level, edition).maximum_factor


def killed(level: int, edition: Edition = OLD) -> bool:
    return conditions.exhausted(level, edition).dead


def penalty(level: int, edition: Edition = OLD) -> int:
    return conditions.exhausted(level, edition).d20_penalty


def drops(rounds: int, constitution: int) -> bool:
    return hazards.choked(rounds, constitution).drops


def tires(rounds: int, constitution: int, edition: Edition) -> int:
    return hazards.choked(rounds, constitution, edition).exhaustion


def grapple(faces: list[int], athletics: int, resistance: int) -> bool:
    return movement.grapple_5_1(athletics, resistance, ScriptedLuck(faces)).success


def resisted(faces: list[int], bonus: int, difficulty: int, *, fails: bool = False) -> bool:
    return movement.grapple_5_2(bonus, difficulty, ScriptedLuck(faces), fails=fails).success


def fallen(faces: list[int], feet: float) -> tuple[int, bool]:
    done = movement.fall(feet, ScriptedLuck(faces))
    return done.damage, done.prone


CONDITIONS: list[Row] = [
    *table("conditions with durations", OLD, "Unconscious", conditions.implied,
           case({Condition.UNCONSCIOUS, Condition.INCAPACITATED, Condition.PRONE}, [Condition.UNCONSCIOUS])),
    *table("conditions with durations", OLD, "Paralyzed", conditions.incapacitated,
           case(True, {Condition.PARALYZED}), case(False, {Condition.PRONE})),
    *table("conditions with durations", OLD, "Deafened", conditions.fails_checks,
           case(True, {Condition.DEAFENED}, hearing=True), case(False, {Condition.DEAFENED}, sight=True)),
    *table("conditions with durations", OLD, "Blinded", conditions.fails_checks,
           case(True, {Condition.BLINDED}, sight=True), case(False, {Condition.BLINDED})),
    *table("conditions with durations", OLD, "Stunned", conditions.silent,
           case(True, {Condition.STUNNED}), case(False, {Condition.INCAPACITATED})),
    *table("conditions with durations", NEW, "Incapacitated", conditions.silent,
           case(True, {Condition.INCAPACITATED}, NEW), case(False, {Condition.POISONED}, NEW)),
    *table("conditions with durations", OLD, "Frightened", check_reasons,
           case(("frightened",), Condition.FRIGHTENED), case((), Condition.FRIGHTENED, sees_fear=False)),
    *table("conditions with durations", OLD, "Poisoned", check_reasons, case(("poisoned",), Condition.POISONED)),
    *table("conditions with durations", OLD, "Grappled", standing, case(0, Condition.GRAPPLED), case(30)),
    *table("conditions with durations", OLD, "Restrained", standing, case(0, Condition.RESTRAINED)),
    *table("conditions with durations", OLD, "Stunned", standing, case(0, Condition.STUNNED)),
    *table("conditions with durations", NEW, "Stunned", standing, case(30, Condition.STUNNED, edition=NEW)),
    *table("conditions with durations", NEW, "Paralyzed", standing, case(0, Condition.PARALYZED, edition=NEW)),
    *table("conditions with durations", OLD, "Incapacitated", standing, case(30, Condition.INCAPACITATED)),
    *table("exhaustion", OLD, "Exhaustion", standing,
           case(30, exhaustion=1), case(15, exhaustion=2), case(15, exhaustion=4), case(0, exhaustion=5)),
    *table("exhaustion", NEW, "Exhaustion", standing,
           case(25, exhaustion=1, edition=NEW), case(5, exhaustion=5, edition=NEW), case(0, exhaustion=6, edition=NEW)),
    *table("exhaustion", OLD, "Exhaustion", check_reasons, case((), exhaustion=0), case(("exhaustion",), exhaustion=1)),
    *table("exhaustion", NEW, "Exhaustion", check_reasons, case((), exhaustion=3, edition=NEW)),
    *table("exhaustion", OLD, "Exhaustion", advantage, case(NONE, exhaustion=2), case(WORSE, exhaustion=3)),
    *table("exhaustion", NEW, "Exhaustion", advantage, case(NONE, exhaustion=3, edition=NEW)),
    *table("exhaustion", NEW, "Exhaustion", attack,
           case((False, False), [11], 5, 15, exhaustion=1, edition=NEW),
           case((True, False), [12], 5, 15, exhaustion=1, edition=NEW),
           case((False, False), [13], 5, 15, exhaustion=2, edition=NEW)),
    *table("exhaustion", OLD, "Exhaustion", maximum_factor,
           case(1.0, 3), case(0.5, 4)),
    *table("exhaustion", OLD, "Exhaustion", killed, case(False, 5), case(True, 6)),
    *table("exhaustion", NEW, "Exhaustion", killed, case(False, 5, NEW), case(True, 6, NEW)),
    *table("exhaustion", NEW, "Exhaustion", penalty, case(2, 1, NEW), case(10, 5, NEW), case(0, 5)),
]  # fmt: skip

MOVING: list[Row] = [
    *table("opportunity attacks", OLD, "Opportunity Attacks", movement.provokes,
           case(True, leaves_reach=True), case(False, leaves_reach=False),
           case(False, leaves_reach=True, disengaged=True), case(False, leaves_reach=True, teleported=True),
           case(False, leaves_reach=True, moved_by_others=True), case(False, leaves_reach=True, enemy_sees=False),
           case(False, leaves_reach=True, enemy_has_reaction=False)),
    *table("grapple and prone", OLD, "Grappling", movement.may_grapple,
           case(True, Size.MEDIUM, Size.LARGE), case(False, Size.MEDIUM, Size.HUGE),
           case(False, Size.MEDIUM, Size.SMALL, free_hand=False)),
    *table("grapple and prone", OLD, "Grappling", grapple,
           case(True, [12, 10], 4, 5), case(False, [11, 10], 4, 5), case(False, [10, 12], 4, 5)),
    *table("grapple and prone", OLD, "Shoving a Creature", grapple, case(True, [15, 5], 0, 0)),
    *table("grapple and prone", NEW, "Rules Glossary: Unarmed Strike", movement.grapple_difficulty_5_2, case(14, 3, 3)),
    *table("grapple and prone", NEW, "Rules Glossary: Unarmed Strike", resisted,
           case(True, [12], 2, 14), case(False, [11], 2, 14), case(False, [19], 2, 14, fails=True)),
    *table("grapple and prone", OLD, "Grappling", movement.drags_freely,
           case(True, Size.LARGE, Size.SMALL), case(False, Size.MEDIUM, Size.SMALL),
           case(False, Size.SMALL, Size.TINY)),
    *table("grapple and prone", NEW, "Grappled", movement.drags_freely, case(True, Size.SMALL, Size.TINY, NEW)),
    *table("grapple and prone", OLD, "Grappling", movement.cost,
           case(20, 10, dragging=True), case(40, 10, dragging=True, difficult=True)),
    *table("grapple and prone", NEW, "Grappled", movement.cost,
           case(20, 10, dragging=True, edition=NEW), case(30, 10, dragging=True, difficult=True, edition=NEW)),
    *table("grapple and prone", OLD, "Being Prone", movement.standing_up, case(15, 30), case(12, 25)),
    *table("grapple and prone", OLD, "Being Prone", movement.can_stand_up,
           case(True, 30, 15), case(False, 30, 14), case(False, 0, 0)),
    *table("grapple and prone", OLD, "Being Prone", movement.cost,
           case(20, 10, crawling=True), case(3, 1, crawling=True, difficult=True)),
    *table("grapple and prone", OLD, "Prone", advantage,
           case(WORSE, attacker="prone"), case(BETTER, target="prone"), case(WORSE, target="prone", distance=10),
           case(NONE, attacker="prone", target="prone")),
    *table("moving", OLD, "Difficult Terrain", movement.cost, case(10, 10), case(20, 10, difficult=True)),
    *table("moving", OLD, "Climbing, Swimming, and Crawling", movement.cost,
           case(20, 10, climbing_or_swimming=True), case(30, 10, climbing_or_swimming=True, difficult=True)),
    *table("moving", OLD, "Jumping", movement.long_jump, case(16, 16), case(8, 16, running=False)),
    *table("moving", OLD, "Jumping", movement.high_jump,
           case(6, 3), case(3, 3, running=False), case(0, -5), case(1.5, 0, running=False)),
    *table("moving", OLD, "Falling", fallen,
           case((0, False), [], 9), case((4, True), [4], 10), case((7, True), [3, 4], 25),
           case((20, True), [1] * 20, 500)),
    *table("moving", OLD, "Lifting and Carrying", movement.carries,
           case(150, 10), case(300, 10, Size.LARGE), case(600, 10, Size.HUGE), case(75, 10, Size.TINY),
           case(150, 10, Size.SMALL)),
    *table("air", OLD, "Suffocating", hazards.breath, case(180, 2), case(30, -3), case(60, 0)),
    *table("air", OLD, "Suffocating", drops,
           case(False, 1, 2), case(True, 2, 2), case(True, 1, -1), case(False, 0, 0)),
    *table("air", NEW, "Rules Glossary: Suffocation", tires, case(1, 1, 2, NEW)),
]  # fmt: skip

ROWS = CONDITIONS + MOVING
