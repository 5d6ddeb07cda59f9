"""What holds whatever the numbers are."""

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bmo.core.errors import Refused
from bmo.dnd.dice import Advantage, ScriptedLuck
from bmo.dnd.rules.areas import Cone, Cube, Cylinder, Line, Point, Sphere, cube_from, squares
from bmo.dnd.rules.attacks import Circumstances, advantage, attack
from bmo.dnd.rules.checks import advantage_of, check, modifier, proficiency_bonus
from bmo.dnd.rules.conditions import exhausted, implied, speed
from bmo.dnd.rules.damage import Defences, HitPoints, all_taken, heal, hurt, protect, taken
from bmo.dnd.rules.durations import Moment, Until
from bmo.dnd.rules.dying import Fate, Saves, death_save, hurt_while_down
from bmo.dnd.rules.encounter import budget
from bmo.dnd.rules.initiative import Entrant, following, order
from bmo.dnd.rules.rest import HitDice, long_rest
from bmo.dnd.rules.slots import Caster, multiclass_slots, slots
from bmo.dnd.rules.terms import Condition, DamageType, Edition, Size
from bmo.dnd.rules.treasure import Coin, changed, pay, worth

amounts = st.integers(-50, 500)
points = st.builds(
    lambda maximum, current, temporary: HitPoints(min(current, maximum), maximum, temporary),
    st.integers(1, 300), st.integers(0, 300), st.integers(0, 60),
)  # fmt: skip
editions = st.sampled_from(Edition)
conditions = st.frozensets(st.sampled_from(Condition))
feet = st.integers(-40, 40).map(lambda step: step * 2.5)
places = st.tuples(feet, feet, feet)
kinds = st.sampled_from(DamageType)
defences = st.builds(
    Defences, st.frozensets(kinds), st.frozensets(kinds), st.frozensets(kinds), everything=st.booleans()
)


DEEDS = {"hurt": lambda before, amount: hurt(before, amount).after, "heal": heal, "protect": protect}


@given(points, st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), amounts), max_size=20))
def test_hit_points_stay_between_0_and_their_maximum(start: HitPoints, deeds: list[tuple[str, int]]) -> None:
    now = start
    for what, amount in deeds:
        now = DEEDS[what](now, amount)

        assert 0 <= now.current <= now.maximum == start.maximum
        assert now.temporary >= 0


@given(points, amounts)
def test_damage_is_never_lost_nor_made(before: HitPoints, amount: int) -> None:
    blow = hurt(before, amount)

    gone = before.current + before.temporary - blow.after.current - blow.after.temporary
    assert gone == blow.absorbed + blow.lost == min(max(0, amount), before.current + before.temporary)
    assert not blow.killed or max(0, amount) >= before.maximum


@given(kinds, amounts, defences)
def test_what_is_taken_lies_between_nothing_and_twice_as_much(kind: DamageType, amount: int, own: Defences) -> None:
    left = taken(kind, amount, own).taken

    assert 0 <= left <= 2 * max(0, amount)
    assert kind not in own.immunities or left == 0


@given(st.dictionaries(kinds, st.integers(0, 200)))
def test_half_of_the_damage_is_half_of_the_total(amounts: dict[DamageType, int]) -> None:
    parts = all_taken(amounts, halved=True)

    assert sum(part.taken for part in parts) == sum(amounts.values()) // 2
    assert all(part.taken <= amounts[part.type] for part in parts)


@given(st.lists(st.none()), st.lists(st.none()))
def test_advantage_and_disadvantage_cancel_however_many_there_are(better: list[None], worse: list[None]) -> None:
    found = advantage_of(better, worse)

    assert (found is Advantage.NONE) == (bool(better) == bool(worse))
    assert advantage_of(worse, better) == {
        Advantage.ADVANTAGE: Advantage.DISADVANTAGE, Advantage.DISADVANTAGE: Advantage.ADVANTAGE,
    }.get(found, Advantage.NONE)  # fmt: skip


@given(conditions, conditions, st.integers(0, 120), st.booleans(), editions)
def test_more_light_on_a_fight_never_breaks_it(
    attacker: frozenset[Condition], target: frozenset[Condition], distance: int, ranged: bool, edition: Edition
) -> None:
    around = Circumstances(attacker, target, distance, ranged, edition=edition)

    assert advantage(around) in Advantage
    assert implied(implied(attacker)) == implied(attacker) >= attacker


@given(st.integers(1, 20), st.integers(-5, 20), st.integers(0, 40))
def test_only_a_natural_20_hits_everything_and_a_natural_1_nothing(face: int, bonus: int, armor_class: int) -> None:
    done = attack(bonus, armor_class, Circumstances(), ScriptedLuck([face]))

    assert done.hit == (face == 20 or (face != 1 and face + bonus >= armor_class))
    assert done.critical == (face == 20)


@given(st.integers(1, 20), st.integers(1, 20), st.integers(-5, 20), st.integers(0, 40))
def test_advantage_is_never_worse_and_disadvantage_never_better(one: int, other: int, bonus: int, needed: int) -> None:
    plain = check(bonus, needed, ScriptedLuck([one])).roll.total
    better = check(bonus, needed, ScriptedLuck([one, other]), Advantage.ADVANTAGE).roll.total
    worse = check(bonus, needed, ScriptedLuck([one, other]), Advantage.DISADVANTAGE).roll.total

    assert worse <= plain <= better


@given(st.lists(st.integers(1, 20), min_size=1, max_size=8))
def test_death_saves_end_with_three_of_a_kind_or_a_natural_20(faces: list[int]) -> None:
    saves, fate = Saves(), Fate.DYING
    for face in faces:
        saved = death_save(saves, ScriptedLuck([face]))
        saves, fate = saved.saves, saved.fate
        if fate is not Fate.DYING:
            break
        assert saves.successes < 3
        assert saves.failures < 3

    assert fate is not Fate.DYING or len(faces) < 5
    assert (fate is Fate.DEAD) == (saves.failures == 3)


@given(st.integers(0, 2), st.integers(0, 2), st.integers(0, 100), st.integers(1, 100), st.booleans())
def test_damage_while_down_never_helps(
    successes: int, failures: int, damage: int, maximum: int, critical: bool
) -> None:
    after, fate = hurt_while_down(Saves(successes, failures), damage, maximum, critical=critical)

    assert failures <= after.failures <= 3
    assert after.successes == successes
    assert damage < maximum or fate is Fate.DEAD


@given(conditions, conditions, st.integers(0, 120), st.integers(0, 5), editions)
def test_another_condition_never_makes_faster(
    some: frozenset[Condition], more: frozenset[Condition], feet: int, exhaustion: int, edition: Edition
) -> None:
    before = speed(feet, some, exhaustion, edition)

    assert 0 <= speed(feet, some | more, exhaustion, edition) <= before <= feet
    assert speed(feet, some, exhaustion + 1, edition) <= before
    assert exhausted(6, edition).dead
    assert not exhausted(exhaustion, edition).dead


def mirrored(point: Point) -> Point:
    return (point[0], -point[1], point[2])


def turned(point: Point) -> Point:
    return (-point[1], point[0], point[2])


@given(places, places, places, st.integers(1, 60))
def test_areas_know_no_left_and_right_and_no_north(origin: Point, towards: Point, at: Point, size: int) -> None:
    for change in (mirrored, turned):
        o, t, p = map(change, (origin, towards, at))

        assert Sphere(origin, size).holds(at) == Sphere(o, size).holds(p)
        assert Cylinder(origin, size, 20).holds(at) == Cylinder(o, size, 20).holds(p)
        assert Cone(origin, towards, size).holds(at) == Cone(o, t, size).holds(p)
        assert Line(origin, towards, size).holds(at) == Line(o, t, size).holds(p)


@given(places, places, places, st.integers(1, 60))
def test_a_larger_area_holds_what_the_smaller_did(origin: Point, towards: Point, at: Point, size: int) -> None:
    small = (
        Sphere(origin, size),
        Cylinder(origin, size, size),
        Cone(origin, towards, size),
        Line(origin, towards, size),
    )
    more = 2 * size
    large = (
        Sphere(origin, more),
        Cylinder(origin, more, more),
        Cone(origin, towards, more),
        Line(origin, towards, more),
    )

    for one, other in zip(small, large, strict=True):
        assert not one.holds(at) or other.holds(at)
    if math.dist(origin, at) > size + 1:
        assert not Sphere(origin, size).holds(at)
        assert not Cone(origin, towards, size * 0.89).holds(at)


@given(places, places, st.integers(1, 60))
def test_a_cube_begins_at_its_origin(origin: Point, towards: Point, size: int) -> None:
    cube = cube_from(origin, towards, size)

    assert isinstance(cube, Cube)
    assert cube.holds(origin)
    assert cube.size == size


@given(places, st.sampled_from(Size))
def test_a_creature_stands_on_as_many_squares_as_its_size_has(middle: Point, size: Size) -> None:
    found = squares(middle, size)

    assert len(found) == max(1, int(size.feet // 5)) ** 2
    assert math.isclose(sum(point[0] for point in found) / len(found), middle[0], abs_tol=1e-9)


@given(st.dictionaries(st.sampled_from(Coin), st.integers(0, 500)), st.integers(0, 200_000))
def test_paying_keeps_worth_and_never_asks_for_coins_that_are_not_there(purse: dict[Coin, int], price: int) -> None:
    try:
        left = pay(purse, price)
    except Refused:
        assert worth(purse) < price
        return

    assert worth(left) == worth(purse) - price
    assert all(count > 0 for count in left.values())


@given(st.integers(0, 10**7))
def test_change_is_worth_what_it_is_made_of(copper: int) -> None:
    coins = changed(copper)

    assert worth(coins) == copper
    assert coins.get(Coin.CP, 0) < 10
    assert coins.get(Coin.SP, 0) < 10


def magic(left: dict[int, int]) -> tuple[int, ...]:
    """Slots of each level and above, which is what a higher level of a caster never makes fewer."""
    return tuple(sum(count for at, count in left.items() if at >= level) for level in range(1, 10))


def test_no_level_has_fewer_slots_than_the_one_before() -> None:
    for kind in Caster:
        for edition in Edition:
            table = [magic(slots(kind, level, edition)) for level in range(1, 21)]

            for before, after in pairwise(table):
                assert all(one <= other for one, other in zip(before, after, strict=True))


@given(st.integers(0, 10), st.integers(0, 10), editions)
def test_another_level_of_a_caster_never_costs_slots(full: int, half: int, edition: Edition) -> None:
    now = magic(multiclass_slots({Caster.FULL: full, Caster.HALF: half}, edition))

    for more in ({Caster.FULL: full + 1, Caster.HALF: half}, {Caster.FULL: full, Caster.HALF: half + 1}):
        assert all(one <= other for one, other in zip(now, magic(multiclass_slots(more, edition)), strict=True))


def test_modifiers_bonuses_and_budgets_grow_with_what_they_are_made_of() -> None:
    rows = [budget([level]) for level in range(1, 21)]

    assert [modifier(score) for score in range(1, 31)] == sorted(modifier(score) for score in range(1, 31))
    assert [proficiency_bonus(level) for level in range(31)] == sorted(proficiency_bonus(level) for level in range(31))
    assert all(low < moderate < high for low, moderate, high in rows)
    assert rows == sorted(rows)


@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 30)), min_size=1, max_size=8), st.data())
def test_everybody_who_is_left_acts_once_a_round_whoever_goes(
    rolls: list[tuple[int, int]], data: st.DataObject
) -> None:
    names = order(Entrant(f"c{number}", *roll) for number, roll in enumerate(rolls))
    gone = data.draw(st.sets(st.sampled_from(names), max_size=len(names) - 1))
    left = [name for name in names if name not in gone]
    current = data.draw(st.sampled_from(left))

    acted, rounds = [], 0
    for _ in left:
        current, new = following(names, current, gone)
        acted.append(current)
        rounds += new
    assert sorted(acted) == sorted(left)
    assert rounds == 1


@given(
    st.dictionaries(st.sampled_from([6, 8, 10, 12]), st.tuples(st.integers(0, 10), st.integers(1, 10)), min_size=1),
    editions,
)
def test_a_long_rest_gives_back_what_it_may_and_no_more(pools: dict[int, tuple[int, int]], edition: Edition) -> None:
    dice = tuple(HitDice(sides, min(left, total), total) for sides, (left, total) in pools.items())
    total = sum(one.total for one in dice)

    after = long_rest(HitPoints(1, 9, 5), dice, {}, 0, edition=edition)
    back = sum(one.left for one in after.dice) - sum(one.left for one in dice)
    spent = total - sum(one.left for one in dice)
    assert back == min(spent, total if edition is Edition.SRD_5_2 else max(1, total // 2))
    assert all(one.left <= one.total for one in after.dice)
    assert after.points == HitPoints(9, 9)


@given(
    st.integers(0, 9), st.sampled_from(Moment), st.integers(0, 9), st.sampled_from(["a", "b"]), st.sampled_from(Moment)
)
def test_what_is_over_stays_over(end: int, when: Moment, now: int, whose: str, at: Moment) -> None:
    until = Until(end, "a", when)

    over = until.over(now, whose, at)
    assert not over or until.over(now + 1, whose, at)
    assert now >= end or not over
    assert now <= end or over
