"""A seat's view of the table, as the page is sent it: nothing is added to what the table tells that role."""

import re
from dataclasses import dataclass
from typing import Literal

from bmo.app.game.words import line_of
from bmo.dnd.table.roles import Role
from bmo.dnd.table.views import View
from bmo.wire.dnd import (
    GameAttack,
    GameCondition,
    GameCreature,
    GameEncounter,
    GameLine,
    GameSlots,
    GameView,
    Seat,
)

SPENDABLE: tuple[Literal["action", "bonus", "reaction"], ...] = ("action", "bonus", "reaction")
_TYPED = re.compile(r"\[(\w+)\]")
_BRACKETS = str.maketrans("", "", "()")


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, and from where."""

    campaign: int
    name: str
    role: Role
    seats: tuple[Seat, ...]


def shown(view: View, watched: Watched, branch: int, seq: int) -> GameView:
    """All of it. How many events there were would tell of hidden ones: only the Dungeon Master gets the number."""
    return GameView(
        campaign=watched.campaign,
        name=watched.name,
        branch=branch,
        seq=seq if watched.role.dm else 0,
        seat=watched.role.kind,
        seats=watched.seats,
        session=view["session"] or "",
        edition=view["edition"],
        encounter=_encounter(view["encounter"]),
        creatures=tuple(_creature(one, view, watched.role) for one in view["creatures"].values()),
        log=lines_of(view["told"]),
    )


def lines_of(told: list[View] | tuple[View, ...]) -> tuple[GameLine, ...]:
    """Those events that make a line."""
    return tuple(line for said in told if (line := line_of(said)) is not None)


def _encounter(fight: View | None) -> GameEncounter | None:
    if fight is None:
        return None
    order = tuple(turn["id"] for turn in fight["order"])
    return GameEncounter(name=fight["name"], round=fight["round"], current=fight["current"] or "", order=order)


def _creature(one: View, view: View, role: Role) -> GameCreature:
    sheet = one.get("sheet") or {}
    return GameCreature(
        id=one["id"],
        name=one["name"],
        side=one["side"],
        player=one["player"] or "",
        mine=role.dm or (role.kind == "player" and one["player"] == role.name),
        hidden=one.get("hidden", False),
        life=one["life"],
        health=one["looks"],
        hp=one.get("hp"),
        max_hp=one.get("max_hp"),
        ac=one.get("ac"),
        temporary=one.get("temporary", 0),
        speed=one.get("speed", 0),
        conditions=_conditions(one, view),
        exhaustion=one.get("exhaustion", 0),
        concentration=one["concentration"] or "",
        successes=one.get("successes", 0),
        failures=one.get("failures", 0),
        slots=_slots(sheet.get("slots", {}), one.get("slots", {})),
        attacks=tuple(_attack(line) for line in sheet.get("attacks", ())),
        spells=tuple((sheet.get("casting") or {}).get("spells", ())),
        spent=tuple(what for what in SPENDABLE if one.get(what) is False),
        initiative=_initiative(one["id"], view["encounter"]),
        level=one.get("level", 0),
        xp=one.get("xp", 0),
        challenge=sheet.get("challenge") or "",
        inspiration=one.get("inspiration", False),
    )


def _conditions(one: View, view: View) -> tuple[GameCondition, ...]:
    """The Dungeon Master knows when each ends; the others what anybody sees."""
    held = one.get("held") or one["conditions"]
    return tuple(
        GameCondition(name=each["name"], until=_until(each.get("until"), view), spell=each.get("spell") or "")
        for each in held
    )


def _until(until: View | None, view: View) -> str:
    if until is None:
        return ""
    left = until["round"] - view["round"]
    if left <= 0:
        return "until the turn ends" if until["when"] == "end" else "until the next turn"
    if left < 10:
        return f"{left} more round{'s' if left > 1 else ''}"
    return f"{round(left / 10)} min"


def _slots(most: View, left: View) -> tuple[GameSlots, ...]:
    return tuple(
        GameSlots(level=int(level), left=left.get(str(level), 0), most=count)
        for level, count in sorted(most.items(), key=lambda item: int(item[0]))
        if count
    )


def _attack(line: View) -> GameAttack:
    damage = _TYPED.sub(r" \1", line["damage"]).translate(_BRACKETS)
    return GameAttack(name=line["name"], bonus=line["bonus"], damage=damage, ranged=line["ranged"])


def _initiative(id: str, fight: View | None) -> int | None:
    turns = fight["order"] if fight is not None else ()
    return next((turn.get("total") for turn in turns if turn["id"] == id), None)
