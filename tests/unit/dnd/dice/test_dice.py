"""Dice: every form of the grammar, exact faces with scripted luck, fair ones with real luck, hostile expressions."""

import math
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from bmo.dnd.dice import Advantage, Critical, DiceError, ScriptedLuck, SystemLuck, roll
from bmo.dnd.dice.grammar import parse
from bmo.dnd.dice.nodes import (
    Annotated,
    Arithmetic,
    Compared,
    Dice,
    Group,
    Node,
    Number,
    Operation,
    Selector,
    Signed,
)

CASES = [
    # expression, faces in the order in which they are thrown, total
    ("3", [], 3),
    ("d6", [4], 4),
    ("d%", [57], 57),
    ("2d6+3", [2, 6], 11),
    ("1d20-2", [9], 7),
    ("4d6k>3", [3, 4, 6, 1], 10),
    ("4d6k<3", [3, 2, 6, 1], 3),
    ("4d6kh3", [3, 4, 6, 1], 13),
    ("4d6kl1", [3, 4, 6, 1], 1),
    ("4d6k1k2", [2, 1, 6, 2], 5),
    ("4d6pl1", [3, 4, 6, 1], 13),
    ("4d6ph1pl1", [3, 4, 6, 1], 7),
    ("4d6p1", [1, 1, 6, 2], 8),
    ("2d6ro1", [1, 4, 1], 5),
    ("2d6ro<3", [1, 5, 2], 7),
    ("2d6rr1", [1, 4, 1, 1, 3], 7),
    ("2d6ra6", [6, 6, 3], 15),
    ("1d6e6", [6, 6, 2], 14),
    ("3d6e>4", [5, 1, 6, 5, 2, 1], 20),
    ("2d6eh1", [2, 5, 6], 13),
    ("3d6mi3", [1, 2, 5], 11),
    ("3d6ma4", [1, 6, 5], 9),
    ("4d6ro1kh3", [1, 4, 2, 6, 5], 15),
    ("(1d20, 1d20+5)kh1", [18, 14], 19),
    ("(1d4, 1d6, 1d8)pl1", [1, 6, 3], 9),
    ("(1d6, 1d6)", [2, 3], 5),
    ("(1d6,)k>3", [3], 0),
    ("()", [], 0),
    ("(1d6+2)*3", [4], 18),
    ("2+3*4", [], 14),
    ("7/2", [], 3),
    ("-7/2", [], -4),
    ("7//2", [], 3),
    ("7%4", [], 3),
    ("2.5*4", [], 10),
    ("-1d6", [4], -4),
    ("+--1d6", [4], 4),
    ("1d20 >= 10", [10], 1),
    ("1d20 > 10", [10], 0),
    ("1d6 == 4", [4], 1),
    ("1d6 != 4", [4], 0),
    ("1d6 <= 3", [4], 0),
    ("1d6 < 5", [4], 1),
    ("1D20KH1", [11], 11),
    ("2d6[fire] + 1d8 [cold]", [2, 3, 8], 13),
]


@pytest.mark.parametrize(("expression", "faces", "total"), CASES)
def test_an_expression_is_worth_what_its_faces_say(expression: str, faces: list[int], total: int) -> None:
    luck = ScriptedLuck(faces)

    assert roll(expression, luck).total == total
    assert luck.left == 0


def test_every_die_is_told_with_what_became_of_it() -> None:
    rolled = roll("4d6ro1kh2e6", ScriptedLuck([1, 6, 2, 3, 5, 4]))

    assert rolled.text == "4d6ro1kh2e6 (~~1~~ -> 5, **6**!, ~~2~~, ~~3~~, 4) = `15`"
    assert [(die.faces, die.kept, die.exploded) for die in rolled.dice] == [
        ([1, 5], True, False),
        ([6], True, True),
        ([2], False, False),
        ([3], False, False),
        ([4], True, False),
    ]


@pytest.mark.parametrize(
    ("expression", "advantage", "faces", "total", "written"),
    [
        ("1d20+5", Advantage.ADVANTAGE, [3, 17], 22, "2d20kh1 + 5"),
        ("d20+5", Advantage.DISADVANTAGE, [3, 17], 8, "2d20kl1 + 5"),
        ("1d20[stealth] - 1 + 1d4", Advantage.ADVANTAGE, [3, 17, 2], 18, "2d20kh1[stealth] - 1 + 1d4"),
        ("(1d20) >= 12", Advantage.ADVANTAGE, [3, 17], 1, "(2d20kh1) >= 12"),
    ],
)
def test_advantage_throws_two_d20_and_one_counts(
    expression: str, advantage: Advantage, faces: list[int], total: int, written: str
) -> None:
    rolled = roll(expression, ScriptedLuck(faces), advantage=advantage)

    assert (rolled.total, rolled.expression) == (total, written)


@pytest.mark.parametrize("expression", ["2d6", "5", "2d20kh1", "3+1d20"])
def test_advantage_without_a_plain_d20_is_refused_and_nothing_is_thrown(expression: str) -> None:
    luck = ScriptedLuck([1, 2, 3, 4])

    with pytest.raises(DiceError, match="without a d20"):
        roll(expression, luck, advantage=Advantage.ADVANTAGE)
    assert luck.left == 4


@pytest.mark.parametrize(
    ("expression", "faces", "critical"),
    [
        ("1d20+5", [20], Critical.HIT),
        ("1d20+5", [1], Critical.MISS),
        ("1d20+5", [19], Critical.NONE),
        ("2d20kh1", [20, 1], Critical.HIT),
        ("2d20kl1", [20, 1], Critical.MISS),
        ("1d20ro1", [1, 20], Critical.HIT),
        ("1d20mi10", [1], Critical.MISS),
        ("2d20", [20, 20], Critical.NONE),
        ("1d6+1d20", [6, 20], Critical.NONE),
        ("20", [], Critical.NONE),
    ],
)
def test_a_natural_20_and_a_natural_1_of_the_leading_d20_are_told(
    expression: str, faces: list[int], critical: Critical
) -> None:
    assert roll(expression, ScriptedLuck(faces)).critical is critical


def test_a_critical_hit_doubles_the_dice_and_nothing_else() -> None:
    rolled = roll("1d8[slashing]+3+2d6kh1[fire]", ScriptedLuck([1, 2, 3, 4, 5, 6]), critical_hit=True)

    assert rolled.expression == "2d8[slashing] + 3 + 4d6kh1[fire]"
    assert rolled.by_type == {"slashing": 3, "fire": 9}


@pytest.mark.parametrize(
    ("expression", "types"),
    [
        ("5", {"": 5}),
        ("5[Fire]", {"fire": 5}),
        ("1+2[slashing]+3[fire]+4", {"slashing": 3, "fire": 7}),
        ("(1+2)[fire]-1[cold]", {"fire": 3, "cold": -1}),
        ("(1[fire]+2[cold])", {"fire": 1, "cold": 2}),
        ("6[fire]/4", {"": 1}),
    ],
)
def test_damage_is_told_by_type(expression: str, types: dict[str, int]) -> None:
    assert roll(expression, ScriptedLuck([])).by_type == types


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("", "Say which dice"),
        ("2d", "missing at the end of '2d'"),
        ("2d6+", "missing at the end"),
        ("(1d6", "missing at the end"),
        ("hello", "cannot read 'hello'"),
        ("2d6)", "cannot read"),
        ("1d6]", "cannot read"),
        ("1d6 1d6", "cannot read"),
        ("1d0", "at least one side"),
        ("(1d6, 1d8)e6", "kept (k) or dropped (p)"),
        ("1/0", "divided by zero"),
        ("1//(1-1)", "divided by zero"),
        ("1%0", "divided by zero"),
        ("2d6mi>3", "plain number"),
        ("999999*999999*999999", "than any game needs"),
        ("(" * 3_000, "500 characters"),
        ("(" * 200 + "1" + ")" * 200, "20 brackets"),
        ("9" * 6_000, "500 characters"),
        ("1d" + "9" * 7, "6 digits"),
        ("-" * 300 + "1", "100 signs"),
        ("1d1e1", "1,000 throws"),
        ("1d1rr1", "1,000 throws"),
        ("999d1e1", "1,000 throws"),
        ("999999d999999", "1,000 throws"),
        ("+".join(["400d6"] * 3), "1,000 throws"),
        ("__import__('os')", "cannot read"),
    ],
)
def test_what_cannot_be_rolled_is_refused_with_a_sentence(expression: str, sentence: str) -> None:
    with pytest.raises(DiceError) as refused:
        roll(expression, SystemLuck())

    assert sentence in refused.value.sentence
    assert len(refused.value.sentence) < 120


numbers = st.integers(0, 99).map(lambda n: Number(str(n))) | st.sampled_from([Number("2.5"), Number("0.25")])
selectors = st.builds(Selector, st.sampled_from(["", "h", "l", ">", "<"]), st.integers(0, 9))
plain_selectors = st.builds(Selector, st.just(""), st.integers(0, 9))
kept = st.builds(Operation, st.sampled_from(["k", "p"]), selectors)
operations = (
    kept
    | st.builds(Operation, st.sampled_from(["ro", "ra", "rr", "e"]), selectors)
    | st.builds(Operation, st.sampled_from(["mi", "ma"]), plain_selectors)
)
dice = st.builds(Dice, st.integers(0, 9), st.integers(1, 100), st.lists(operations, max_size=3).map(tuple))
notes = st.lists(st.text("abcdefg xyz", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=1, max_size=2)


def bigger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """One level more, as the grammar nests: a side that binds less tightly stands in brackets."""
    group = st.builds(
        lambda items, ops, comma: Group(tuple(items), tuple(ops), comma or len(items) != 1),
        st.lists(inner, max_size=3),
        st.lists(kept, max_size=2),
        st.booleans(),
    )
    value = numbers | dice | group
    annotated = value | st.builds(Annotated, value, notes.map(tuple))
    signed = annotated | st.builds(Signed, st.sampled_from(["+", "-"]), annotated)
    product = signed | st.builds(Arithmetic, signed, st.sampled_from(["*", "/", "//", "%"]), signed)
    total = product | st.builds(Arithmetic, product, st.sampled_from(["+", "-"]), product)
    compared = st.builds(Compared, total, st.sampled_from(["==", "!=", ">=", "<=", ">", "<"]), total)
    return total | compared


trees = st.recursive(numbers | dice, bigger, max_leaves=8)


@given(trees)
def test_what_a_tree_is_written_as_is_read_as_that_tree(tree: Node) -> None:
    assert parse(str(tree)) == tree


@given(trees)
def test_any_expression_is_rolled_or_refused_and_the_faces_are_those_of_the_dice(tree: Node) -> None:
    try:
        rolled = roll(str(tree), SystemLuck())
    except DiceError:
        return

    for die in rolled.dice:
        assert all(1 <= face <= die.sides for face in die.faces)
    assert rolled.text.endswith(f"= `{rolled.total}`")


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(DiceError):
        assert parse(str(parse(text)))


@settings(max_examples=60)
@given(st.integers(1, 30), st.integers(1, 30), st.sampled_from("hl"))
def test_keeping_the_best_is_what_sorting_says(count: int, number: int, end: str) -> None:
    rolled = roll(f"{count}d20k{end}{number}", SystemLuck())

    faces = sorted((die.faces[0] for die in rolled.dice), reverse=end == "h")
    assert rolled.total == sum(faces[:number])


def fair(sides: int, throws: int) -> None:
    """Chi-squared over the faces; a fair die fails this once in a million times."""
    luck = SystemLuck()
    seen = Counter(luck.roll(sides) for _ in range(throws))

    assert set(seen) == set(range(1, sides + 1))
    assert chisquare([seen[face] for face in range(1, sides + 1)]).pvalue > 1e-6


DICE = (2, 3, 4, 6, 8, 10, 12, 20, 100)


@pytest.mark.real  # takes a second and a half: not in `make check`
@pytest.mark.parametrize("sides", DICE)
def test_every_die_is_fair(sides: int) -> None:
    fair(sides, 100_000)


@pytest.mark.soak
@pytest.mark.parametrize("sides", DICE)
def test_every_die_is_fair_over_a_million_throws(sides: int) -> None:
    fair(sides, 1_000_000)


def test_a_script_that_runs_out_or_does_not_fit_is_told() -> None:
    with pytest.raises(DiceError, match="no face is left"):
        roll("3d6", ScriptedLuck([1, 2]))
    with pytest.raises(DiceError, match="has no face 7"):
        roll("1d6", ScriptedLuck([7]))
    assert math.prod(die.sides for die in roll("1d6+1d8", SystemLuck()).dice) == 48
