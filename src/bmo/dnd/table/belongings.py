"""What somebody has: items, coins, experience, a level, inspiration."""

from bmo.dnd.rules.advancement import HIGHEST_LEVEL, XP_FOR_LEVEL
from bmo.dnd.rules.encounter import xp_of
from bmo.dnd.rules.treasure import Coin, carried, pay, worth
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.scene import No, Scene
from bmo.dnd.table.state import Creature

MOST_KINDS = 500
"""Kinds of items that one creature carries."""


def give_xp(scene: Scene, call: c.GiveXp) -> None:
    """For each, or shared and rounded down."""
    chosen = scene.all_living(call.to) if call.to is not None else party(scene)
    if not chosen:
        raise No("Nobody is there to get experience.", code="nobody")
    each = call.amount // len(chosen) if call.shared else call.amount
    if not each:
        raise No("That is less than 1 for each.", code="too_little")
    for one in chosen:
        gain_xp(scene, one, each)


def gain_xp(scene: Scene, one: Creature, amount: int) -> None:
    """Experience is never taken away."""
    scene.emit(e.Experience(id=one.id, amount=amount, xp=min(10**9, one.xp + amount)))


def party(scene: Scene) -> list[Creature]:
    """Everybody of the party who lives."""
    return [one for one in scene.state.creatures.values() if one.side == "party" and not one.dead]


def give_item(scene: Scene, call: c.GiveItem) -> None:
    """Somebody gets items."""
    _add(scene, scene.find(call.to), call.item, call.count)


def take_item(scene: Scene, call: c.TakeItem) -> None:
    """Used up, or given to somebody else. The dead have no say: the Dungeon Master takes from them."""
    one = scene.find(call.who) if scene.role.dm else scene.acting(call.who)
    receiver = scene.find(call.give_to) if call.give_to is not None else None
    if receiver is one:
        raise No(f"{one.name} has it already.", code="oneself")
    lose(scene, one, call.item, call.count)
    if receiver is not None:
        _add(scene, receiver, call.item, call.count)


def lose(scene: Scene, one: Creature, item: str, count: int) -> None:
    """Raises `No` when there is not so much of it."""
    name = next((kept for kept in one.items if kept.casefold() == item.casefold()), None)
    have = one.items.get(name or "", 0)
    if name is None or have < count:
        raise No(f"{one.name} has {have} of {item}, not {count}.", code="not_enough")
    scene.emit(e.Items(id=one.id, item=name, count=have - count, change=-count))


def _add(scene: Scene, one: Creature, item: str, count: int) -> None:
    name = next((kept for kept in one.items if kept.casefold() == item.casefold()), item)
    have = one.items.get(name, 0)
    if have + count > 1_000_000 or (not have and len(one.items) >= MOST_KINDS):
        raise No(f"{one.name} cannot carry more kinds of things.", code="too_much")
    scene.emit(e.Items(id=one.id, item=name, count=have + count, change=count))


def give_coins(scene: Scene, call: c.GiveCoins) -> None:
    """Coins for somebody."""
    _put(scene, scene.find(call.to), {Coin[name.upper()]: count for name, count in call.coins.items()})


def give_treasure(scene: Scene, call: c.GiveTreasure) -> None:
    """What a monster of that challenge rating has on it."""
    one = scene.find(call.to)
    xp_of(call.challenge)  # refuses what is no challenge rating
    whole, _, part = call.challenge.partition("/")
    _put(scene, one, carried(int(whole) / int(part or 1), scene.luck))


def _put(scene: Scene, one: Creature, coins: dict[Coin, int]) -> None:
    have = purse(one)
    total = {coin: have.get(coin, 0) + coins.get(coin, 0) for coin in Coin}
    if max(total.values()) > 10**9:
        raise No("Nobody carries so many coins.", code="too_much")
    scene.emit(e.Coins.model_validate({"id": one.id, "purse": _named(total)}))


def spend_coins(scene: Scene, call: c.Pay) -> None:
    """A price is paid and change given. SRD 5.1 "Standard Exchange Rates"."""
    one = scene.acting(call.who)
    price = worth({Coin[name.upper()]: count for name, count in call.price.items()})
    scene.emit(e.Coins.model_validate({"id": one.id, "purse": _named(pay(purse(one), price))}))


def purse(one: Creature) -> dict[Coin, int]:
    """What somebody has, as the rules count it."""
    return {Coin[name.upper()]: count for name, count in one.purse.items()}


def _named(coins: dict[Coin, int]) -> dict[str, int]:
    return {coin.name.lower(): count for coin, count in coins.items() if count}


def level_up(scene: Scene, call: c.LevelUp) -> None:
    """One level at a time, when experience has reached it. SRD 5.1 "Beyond 1st Level"."""
    one = scene.living(call.who)
    level = one.sheet.level + 1
    if level > HIGHEST_LEVEL:
        raise No(f"{one.name} is level {HIGHEST_LEVEL}, the highest.", "Beyond 1st Level", code="highest_level")
    if call.sheet.level != level:
        raise No(f"The next level of {one.name} is {level}, not {call.sheet.level}.", "Beyond 1st Level")
    if not call.milestone and one.xp < XP_FOR_LEVEL[level - 1]:
        missing = XP_FOR_LEVEL[level - 1] - one.xp
        raise No(f"{one.name} needs {missing:,} XP more for level {level}.", "Beyond 1st Level", code="not_enough_xp")
    more = max(0, call.sheet.max_hp - one.sheet.max_hp) if one.hp else 0
    scene.emit(
        e.Levelled(id=one.id, level=level),
        e.Changed(id=one.id, sheet=call.sheet, hp=min(call.sheet.max_hp, one.hp + more)),
    )


def inspire(scene: Scene, call: c.Inspire) -> None:
    """The Dungeon Master gives it, its owner uses it; nobody has it twice. SRD 5.1 "Inspiration"."""
    one = scene.acting(call.who)
    if call.has:
        scene.only_dm("who gets inspiration")
    if one.inspiration == call.has:
        state = "has inspiration already" if call.has else "has no inspiration"
        raise No(f"{one.name} {state}.", "Inspiration", code="inspiration")
    scene.emit(e.Inspired(id=one.id, has=call.has))
