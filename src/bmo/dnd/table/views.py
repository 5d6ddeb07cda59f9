"""What each role sees. Everything that leaves the table for somebody goes through here.

Nothing is taken out of what the Dungeon Master sees: a player's view is put together from what players may know, so
that a new field is hidden until somebody decides otherwise.
"""

from typing import Any, TypeAlias

from bmo.dnd.table import events as e
from bmo.dnd.table.roles import Role
from bmo.dnd.table.state import LATELY, Creature, Held, State, Told

View: TypeAlias = dict[str, Any]
"""JSON."""

_ALL = frozenset({"type", "v"})
_OPEN: dict[type, str] = {
    e.SessionBegan: "name date edition",
    e.SessionEnded: "",
    e.Entered: "id side player at",
    e.Changed: "",
    e.Left: "id",
    e.Moved: "id to",
    e.Revealed: "id",
    e.Hidden: "",
    e.EncounterBegan: "name",
    e.EncounterEnded: "",
    e.Initiative: "id",
    e.RoundBegan: "round",
    e.TurnBegan: "id",
    e.Spent: "",
    e.Stood: "id stance helps",
    e.Offered: "",
    e.Attacked: "id target attack hit critical advantage cover",
    e.Tested: "id kind of success advantage",
    e.Damaged: "id by amount critical text",
    e.Healed: "id by",
    e.Protected: "id",
    e.ConditionAdded: "id condition by",
    e.ConditionRemoved: "id condition why",
    e.Exhausted: "",
    e.ConcentrationBegan: "id spell",
    e.ConcentrationEnded: "id spell",
    e.Dropped: "id stable",
    e.DeathSave: "id",
    e.Died: "id",
    e.Stabilised: "id",
    e.Revived: "id",
    e.SpellCast: "id spell targets",
    e.SlotSpent: "",
    e.HitDieSpent: "",
    e.Rested: "",
    e.TimePassed: "rounds",
    e.Items: "",
    e.Coins: "",
    e.Experience: "",
    e.Levelled: "id level",
    e.Inspired: "id has",
    e.Rolled: "by expression text faces total reason",
    e.Noted: "by text",
}
"""What everybody is told of an event about somebody they see."""
_PARTY: dict[type, str] = {
    e.Moved: "cost",
    e.Initiative: "total faces surprised",
    e.Spent: "id what feet attacks_left",
    e.Offered: "id target",
    e.Attacked: "faces total bonus why why_not",
    e.Tested: "faces total bonus why why_not",
    e.Damaged: "parts faces hp temporary",
    e.Healed: "amount faces hp",
    e.Protected: "temporary",
    e.ConditionAdded: "spell until",
    e.Exhausted: "id level",
    e.ConcentrationBegan: "until",
    e.ConcentrationEnded: "why",
    e.DeathSave: "faces successes failures",
    e.Died: "why",
    e.Revived: "hp",
    e.SpellCast: "level slot",
    e.Rested: "id kind hp exhaustion",
    e.HitDieSpent: "id sides faces hp",
    e.Experience: "id amount xp",
}
"""And more, where it is one of the party."""
_OWN: dict[type, str] = {
    e.Changed: "id",
    e.SlotSpent: "id level left",
    e.HitDieSpent: "left",
    e.Rested: "slots hit_dice",
    e.Items: "id item count change",
    e.Coins: "id purse",
    e.SpellCast: "dc",
}
"""And more, to who plays it."""


def _keys(table: dict[type, str]) -> dict[type, frozenset[str]]:
    return {kind: frozenset(words.split()) for kind, words in table.items()}


_OPEN_KEYS, _PARTY_KEYS, _OWN_KEYS = _keys(_OPEN), _keys(_PARTY), _keys(_OWN)


def tell(told: Told, role: Role) -> View | None:
    """An event as a role is told of it; None for what it does not learn of."""
    event = told.event
    if role.dm:
        return {"type": event.type, **event.model_dump(mode="json"), "names": told.names}
    about = getattr(event, "id", None)
    if (
        getattr(event, "secret", False)
        or about in told.secrets.unseen
        or getattr(event, "target", None) in told.secrets.unseen
    ):
        return None
    kind = type(event)
    keys = _OPEN_KEYS[kind]
    if about is None or about not in told.secrets.guarded:
        keys |= _PARTY_KEYS.get(kind, frozenset())
    if about is not None and role.kind == "player" and told.secrets.players.get(about) == role.name:
        keys |= _OWN_KEYS.get(kind, frozenset())
    if not keys and "id" in kind.model_fields:
        return None
    return _without(event.model_dump(mode="json", include=set(keys | _ALL)), told)


def _without(said: View, told: Told) -> View:
    """Nobody unseen by name, and no DC or Armor Class of who is guarded."""
    for key in ("by", "helps"):
        if said.get(key) in told.secrets.unseen:
            said[key] = None
    if "targets" in said:
        said["targets"] = [id for id in said["targets"] if id not in told.secrets.unseen]
    said["names"] = {id: name for id, name in told.names.items() if id not in told.secrets.unseen}
    return said


def view(state: State, role: Role) -> View:
    """Everything that a role sees of the game, and what it was told lately."""
    told = [said for one in state.lately[-LATELY:] if (said := tell(one, role)) is not None]
    return scene(state, role) | {"told": told}


def scene(state: State, role: Role) -> View:
    """How things stand for a role, without what was told."""
    seen = {id: one for id, one in state.creatures.items() if role.dm or not one.hidden}
    return {
        "role": {"kind": role.kind, "name": role.name},
        "edition": state.edition.value,
        "session": state.session,
        "date": state.date,
        "round": state.round,
        "encounter": _encounter(state, role, seen),
        "creatures": {id: _creature(state, one, role) for id, one in seen.items()},
    }


def _encounter(state: State, role: Role, seen: dict[str, Creature]) -> View | None:
    fight = state.encounter
    if fight is None:
        return None
    order = []
    for turn in fight.order:
        if turn.id not in seen:
            continue
        line: View = {"id": turn.id, "name": seen[turn.id].name}
        if role.dm or seen[turn.id].side == "party":
            line |= {"total": turn.total, "surprised": turn.surprised}
        order.append(line)
    offers = [
        {"id": one, "target": other}
        for one, other in fight.offers
        if one in seen and other in seen and (role.dm or seen[one].side == "party")
    ]
    current = fight.current if fight.current in seen else None
    return {
        "name": fight.name, "round": state.round - fight.began, "current": current, "order": order, "offers": offers
    }  # fmt: skip


def _creature(state: State, one: Creature, role: Role) -> View:
    shown = _outside(state, one, role)
    if role.dm or one.side == "party":
        shown |= _numbers(state, one)
    if role.dm or (role.kind == "player" and one.player == role.name):
        shown |= _sheet(one)
    if role.dm:
        shown |= {"hidden": one.hidden, "held": [_held(held) for held in one.held]}
    return shown


def _outside(state: State, one: Creature, role: Role) -> View:
    """What anybody sees who looks."""
    unseen = {id for id, other in state.creatures.items() if other.hidden and not role.dm}
    lasting = [{"name": held.name, "by": None if held.by in unseen else held.by} for held in one.held]
    return {
        "id": one.id, "name": one.name, "side": one.side, "player": one.player, "size": one.sheet.size.value,
        "at": list(one.at) if one.at is not None else None, "looks": looks(state, one), "life": _life(one, role),
        "conditions": lasting, "concentration": one.concentration.spell if one.concentration else None,
        "stances": list(one.stances),
    }  # fmt: skip


def _life(one: Creature, role: Role) -> str:
    return one.life if role.dm or one.side == "party" or one.life in ("up", "dead") else "down"


def looks(state: State, one: Creature) -> str:
    """Hit points as a word: unhurt, hurt, bloodied (half or less), down, dead."""
    if one.life != "up":
        return "dead" if one.dead else "down"
    most = one.max_hp(state.edition)
    return "unhurt" if one.hp >= most else "hurt" if 2 * one.hp > most else "bloodied"


def _numbers(state: State, one: Creature) -> View:
    """What the party knows of its own."""
    holding = one.concentration
    return {
        "hp": one.hp, "max_hp": one.max_hp(state.edition), "temporary": one.temporary, "ac": one.sheet.ac,
        "successes": one.successes, "failures": one.failures, "exhaustion": one.exhaustion,
        "speed": one.speed(state.edition), "feet": one.spent.feet, "dashed": one.spent.dashed,
        "action": not one.spent.action, "bonus": not one.spent.bonus, "reaction": not one.spent.reaction,
        "attacks_left": one.spent.attacks_left, "inspiration": one.inspiration, "level": one.sheet.level, "xp": one.xp,
        "until": holding.until.model_dump(mode="json") if holding and holding.until else None,
    }  # fmt: skip


def _sheet(one: Creature) -> View:
    """What its player knows."""
    return {
        "sheet": one.sheet.model_dump(mode="json"),
        "slots": {str(level): left for level, left in one.slots.items()},
        "hit_dice": {str(sides): left for sides, left in one.hit_dice.items()},
        "items": dict(one.items),
        "purse": dict(one.purse),
    }


def _held(held: Held) -> View:
    return {
        "name": held.name, "by": held.by, "spell": held.spell,
        "until": held.until.model_dump(mode="json") if held.until else None,
        "save": held.save.model_dump(mode="json") if held.save else None,
    }  # fmt: skip


def patch(before: View, after: View) -> View:
    """What changed between two scenes of one role: `set` at the top, `creatures` by id (None for who is gone)."""
    changed: View = {}
    top = {key: after[key] for key in after if key != "creatures" and after[key] != before[key]}
    was, now = before["creatures"], after["creatures"]
    creatures = {id: one for id, one in now.items() if was.get(id) != one} | {id: None for id in was if id not in now}
    if top:
        changed["set"] = top
    if creatures:
        changed["creatures"] = creatures
    return changed
