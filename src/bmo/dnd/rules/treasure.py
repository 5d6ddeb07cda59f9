"""Coins, and what monsters carry. SRD 5.1 "Standard Exchange Rates"; treasure by challenge rating is our own table,
in the same order of size, because the SRD has none."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from bmo.core.errors import Refused
from bmo.dnd.dice import Luck, roll


class Coin(IntEnum):
    """The number is its worth in copper pieces."""

    CP = 1
    SP = 10
    EP = 50
    GP = 100
    PP = 1_000


def worth(coins: Mapping[Coin, int]) -> int:
    """In copper pieces."""
    return sum(coin * count for coin, count in coins.items())


def changed(copper: int) -> dict[Coin, int]:
    """The fewest coins of gold, silver and copper that are worth so much. Raises `Refused` below 0."""
    if copper < 0:
        raise Refused("There is no purse with less than nothing in it.", code="too_expensive")
    coins = {}
    for coin in (Coin.GP, Coin.SP, Coin.CP):
        coins[coin], copper = divmod(copper, coin)
    return {coin: count for coin, count in coins.items() if count}


def pay(purse: Mapping[Coin, int], price: int) -> dict[Coin, int]:
    """What is left after paying so many copper pieces, with change given. Raises `Refused` when it is not enough."""
    have = worth(purse)
    if have < price:
        missing = ", ".join(f"{count} {coin.name.lower()}" for coin, count in changed(price - have).items())
        raise Refused(f"That is {missing} too much.", code="too_expensive")
    left = {coin: count for coin, count in purse.items() if count}
    paid = 0
    for coin in sorted(left):
        used = min(left[coin], -(-(price - paid) // coin))
        paid += used * coin
        left[coin] -= used
        if paid >= price:
            break
    for coin, count in changed(paid - price).items():
        left[coin] = left.get(coin, 0) + count
    return {coin: count for coin, count in left.items() if count}


@dataclass(frozen=True, slots=True)
class _Carried:
    highest_rating: float
    dice: str
    coin: Coin


_CARRIED = (
    _Carried(0.5, "3d6", Coin.SP),
    _Carried(4, "4d6", Coin.GP),
    _Carried(10, "4d6*10", Coin.GP),
    _Carried(16, "4d6*100", Coin.GP),
    _Carried(30, "2d6*100", Coin.PP),
)


def carried(rating: float, luck: Luck) -> dict[Coin, int]:
    """Coins that a monster of this challenge rating has on it. Raises `Refused` for what is no rating."""
    row = next((row for row in _CARRIED if 0 <= rating <= row.highest_rating), None)
    if row is None:
        raise Refused(f"There is no challenge rating {rating:g}.", code="bad_rating")
    return {row.coin: roll(row.dice, luck).total}
