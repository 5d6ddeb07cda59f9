"""How hard a fight is. SRD 5.1 and 5.2.1 carry challenge ratings and their XP; 5.2.1 a budget per character too."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from bmo.core.errors import Refused

XP_BY_RATING: dict[Fraction, int] = {
    Fraction(0): 10, Fraction(1, 8): 25, Fraction(1, 4): 50, Fraction(1, 2): 100,
    **{Fraction(rating): xp for rating, xp in enumerate(
        (200, 450, 700, 1_100, 1_800, 2_300, 2_900, 3_900, 5_000, 5_900, 7_200, 8_400, 10_000, 11_500, 13_000, 15_000,
         18_000, 20_000, 22_000, 25_000, 33_000, 41_000, 50_000, 62_000, 75_000, 90_000, 105_000, 120_000, 135_000,
         155_000), 1)},
}  # fmt: skip
"""SRD 5.1 "Experience Points by Challenge Rating"."""
_BUDGET = {
    1: (50, 75, 100), 2: (100, 150, 200), 3: (150, 225, 400), 4: (250, 375, 500), 5: (500, 750, 1_100),
    6: (600, 1_000, 1_400), 7: (750, 1_300, 1_700), 8: (1_000, 1_700, 2_100), 9: (1_300, 2_000, 2_600),
    10: (1_600, 2_300, 3_100), 11: (1_900, 2_900, 4_100), 12: (2_200, 3_700, 4_700), 13: (2_600, 4_200, 5_400),
    14: (2_900, 4_900, 6_200), 15: (3_300, 5_400, 7_800), 16: (3_800, 6_100, 9_800), 17: (4_500, 7_200, 11_700),
    18: (5_000, 8_700, 14_200), 19: (5_500, 10_700, 17_200), 20: (6_400, 13_200, 22_000),
}  # fmt: skip
"""XP per character for a low, a moderate and a high fight. SRD 5.2.1 "XP Budget per Character"."""


class Difficulty(StrEnum):
    """How hard a fight is for a party."""

    TRIVIAL = "trivial"
    """Below a low one."""
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    BEYOND = "beyond high"


def xp_of(rating: Fraction | float | str) -> int:
    """What a monster is worth: "1/4", 0.25 or Fraction(1, 4). Raises `Refused` for what is no challenge rating."""
    try:
        return XP_BY_RATING[Fraction(rating).limit_denominator(8)]
    except (KeyError, ValueError, ZeroDivisionError) as fault:
        raise Refused(f"There is no challenge rating {rating}.", code="bad_rating") from fault


def budget(levels: Sequence[int]) -> tuple[int, int, int]:
    """XP of a low, a moderate and a high fight for characters of these levels. Raises `Refused` for a bad level."""
    try:
        rows = [_BUDGET[level] for level in levels]
    except KeyError as fault:
        raise Refused(f"A level is 1 to 20, not {fault}.", code="bad_level") from fault
    low, moderate, high = (sum(row[column] for row in rows) for column in range(3))
    return low, moderate, high


def difficulty(levels: Sequence[int], ratings: Sequence[Fraction | float | str]) -> Difficulty:
    """Of a fight against monsters of these challenge ratings: the smallest budget that holds it."""
    worth = sum(map(xp_of, ratings))
    low, moderate, high = budget(levels)
    if worth > high:
        return Difficulty.BEYOND
    if worth > moderate:
        return Difficulty.HIGH
    if worth > low:
        return Difficulty.MODERATE
    return Difficulty.LOW if 2 * worth > low else Difficulty.TRIVIAL


def shared_xp(ratings: Sequence[Fraction | float | str], characters: int) -> int:
    """What each character gets, rounded down. Raises `Refused` when nobody is there."""
    if characters < 1:
        raise Refused("Nobody is there to share the experience.", code="no_characters")
    return sum(map(xp_of, ratings)) // characters
