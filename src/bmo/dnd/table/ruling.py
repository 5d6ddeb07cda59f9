"""A line of `bmo dnd rule`: a short state of a table, calls on it, and what the engine says to them.

{"id": "1", "state": {"party": [...], "creatures": [...], "initiative": {...}}, "calls": [...], "faces": [15, 4]}
"""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from bmo.core.errors import BmoError, Refused
from bmo.dnd.dice import Luck, ScriptedLuck, SystemLuck
from bmo.dnd.rules.terms import Condition, Edition
from bmo.dnd.table import events as e
from bmo.dnd.table.calls import Call
from bmo.dnd.table.combatant import Combatant, Frozen, Id, Name, Place, Points, SlotLevel
from bmo.dnd.table.deciding import settle
from bmo.dnd.table.events import first_fault
from bmo.dnd.table.folding import fold
from bmo.dnd.table.roles import DM, SPECTATOR, Refusal, Role, player
from bmo.dnd.table.scene import Library
from bmo.dnd.table.state import State
from bmo.dnd.table.views import scene

LONGEST_LINE = 1_000_000
"""Characters."""


class Lasting(Frozen):
    """A condition with where it comes from."""

    condition: Condition | Name
    by: Id | None = None
    spell: Name | None = None
    rounds: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    ends: Literal["start", "end"] = "end"
    save: e.SaveAgain | None = None


class Member(Frozen):
    """Somebody at the table: numbers by `sheet`, or by name from the library, and how it is."""

    id: Id | None = None
    creature: Name | None = None
    sheet: Combatant | None = None
    player: Name | None = None
    hp: Points | None = None
    temporary: Points = 0
    at: Place | None = None
    hidden: bool = False
    conditions: Annotated[tuple[Condition | Name | Lasting, ...], Field(max_length=50)] = ()
    concentration: Name | None = None
    exhaustion: Annotated[int, Field(ge=0, le=6)] = 0
    life: Literal["up", "dying", "stable", "dead"] | None = None
    death_saves: tuple[Annotated[int, Field(ge=0, le=2)], Annotated[int, Field(ge=0, le=2)]] = (0, 0)
    """Successes and failures so far."""
    slots: dict[SlotLevel, Annotated[int, Field(ge=0, le=20)]] = Field(default_factory=dict)
    """Left, where it is not all."""
    hit_dice: dict[int, int] = Field(default_factory=dict)
    """Left, by sides, where it is not all."""
    items: dict[Name, Annotated[int, Field(ge=1, le=100_000)]] = Field(default_factory=dict)
    purse: dict[Literal["pp", "gp", "ep", "sp", "cp"], Annotated[int, Field(ge=0, le=10**9)]] = Field(
        default_factory=dict
    )
    xp: Annotated[int, Field(ge=0, le=10**9)] = 0
    inspiration: bool = False
    spent: Annotated[tuple[Literal["action", "bonus", "reaction"], ...], Field(max_length=3)] = ()
    moved: Annotated[float, Field(ge=0, le=10_000)] = 0
    stances: Annotated[tuple[e.Stance, ...], Field(max_length=6)] = ()


class InTurn(Frozen):
    """A fight that goes on: totals by id, and whose turn it is (the highest when nothing is said)."""

    totals: Annotated[dict[Id, Annotated[int, Field(ge=-100, le=100)]], Field(min_length=1, max_length=200)]
    current: Id | None = None
    round: Annotated[int, Field(ge=1, le=100_000)] = 1
    surprised: Annotated[tuple[Id, ...], Field(max_length=200)] = ()


class ShortState(Frozen):
    """A table in a few words."""

    edition: Edition = Edition.SRD_5_1
    party: Annotated[tuple[Member, ...], Field(max_length=50)] = ()
    creatures: Annotated[tuple[Member, ...], Field(max_length=150)] = ()
    initiative: InTurn | None = None


class RuleLine(Frozen):
    """One line of the file."""

    id: str | int
    state: ShortState = ShortState()
    calls: Annotated[tuple[Call, ...], Field(max_length=200)]
    faces: Annotated[tuple[int, ...], Field(max_length=10_000)] | None = None
    """What the dice will show, in order; without it they are thrown."""
    role: Annotated[str, Field(pattern=r"^(dm|spectator|player:.{1,80})$")] = "dm"
    """Who asks: dm, spectator or player:NAME."""


def rule(text: str, library: Callable[[Edition], Library]) -> dict[str, Any]:
    """What the engine says to a line; a line that makes no sense is refused with the reason and nothing is done."""
    if len(text) > LONGEST_LINE:
        return {"id": None, "refused": _refused(Refusal(f"A line has at most {LONGEST_LINE:,} characters."))}
    try:
        line = RuleLine.model_validate_json(text)
    except ValidationError as fault:
        return {"id": _id_of(text), "refused": _refused(Refusal(first_fault(fault), code="bad_line"))}
    try:
        shelf = library(line.state.edition)
        state = laid_out(line.state, shelf)
    except BmoError as fault:
        return {"id": line.id, "refused": _refused(Refusal(fault.sentence, code=fault.code))}
    luck: Luck = ScriptedLuck(line.faces) if line.faces is not None else SystemLuck()
    role = _role(line.role)
    results: list[dict[str, Any]] = []
    for call in line.calls:
        settled = settle(state, call, role, luck, shelf)
        if isinstance(settled, Refusal):
            results.append({"call": call.call, "refused": _refused(settled)})
            continue
        state = settled.after
        numbers = [said for event in settled.events if (said := _numbers(event))]
        happened = [
            {"type": event.type, **event.model_dump(mode="json", exclude_defaults=True)} for event in settled.events
        ]
        results.append({"call": call.call, "events": happened, "numbers": numbers})
    return {"id": line.id, "results": results, "after": _after(state)}


def _id_of(text: str) -> str | int | None:
    """Of a line that cannot be read as a whole, where it says one at all."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    named = found.get("id") if isinstance(found, dict) else None
    return named if isinstance(named, str | int) else None


def _role(word: str) -> Role:
    kind, _, name = word.partition(":")
    return player(name) if name else SPECTATOR if kind == "spectator" else DM


def _refused(no: Refusal) -> dict[str, str]:
    return {"reason": no.reason, "section": no.section, "code": no.code}


def laid_out(short: ShortState, library: Library) -> State:
    """The state that these words mean, folded from events as every other. Raises `Refused`."""
    state = State(edition=short.edition)
    sides = [("party", one) for one in short.party] + [("enemy", one) for one in short.creatures]
    placed = [(_enter(state, one, side, library), one) for side, one in sides]
    if short.initiative is not None:
        _order(state, short.initiative)
    for id, one in placed:
        _lay(state, id, one)
    return state


def _enter(state: State, one: Member, side: str, library: Library) -> str:
    if (one.sheet is None) == (one.creature is None):
        raise Refused("Each creature needs either sheet or creature.", code="bad_line")
    sheet = one.sheet or library.combatant(one.creature or "")
    if side == "party" and one.sheet is not None and "death_saves" not in one.sheet.model_fields_set:
        sheet = sheet.model_copy(update={"death_saves": True})
    id = one.id or sheet.name.lower().replace(" ", "-")
    if id in state.creatures:
        raise Refused(f"Two creatures have the id {id}. Give each an id of its own.", code="bad_line")
    entered = {"id": id, "sheet": sheet, "side": side, "player": one.player, "hidden": one.hidden, "at": one.at}
    fold(
        state,
        [e.Entered.model_validate(entered | {"hp": min(sheet.max_hp, sheet.max_hp if one.hp is None else one.hp)})],
    )
    return id


def _order(state: State, turns: InTurn) -> None:
    for id in [*turns.totals, *turns.surprised, *([turns.current] if turns.current else [])]:
        if id not in state.creatures:
            raise Refused(f"initiative names {id}, who is not in party or creatures.", code="bad_line")
    fold(state, [e.EncounterBegan()])
    fold(
        state, [e.Initiative(id=id, total=total, surprised=id in turns.surprised) for id, total in turns.totals.items()]
    )
    current = turns.current or (state.encounter.order[0].id if state.encounter else "")
    fold(state, [e.RoundBegan(round=turns.round), e.TurnBegan(id=current)])


def _lay(state: State, id: str, one: Member) -> None:
    """Everything about somebody that is not as on the first day."""
    creature = state.creatures[id]
    happened: list[e.Event] = []
    if one.life == "dead":
        happened.append(e.Died(id=id))
    elif one.life in ("dying", "stable") or (one.life is None and one.hp == 0):
        dying = creature.sheet.death_saves or one.life is not None
        happened.append(e.Dropped(id=id, stable=one.life == "stable") if dying else e.Died(id=id))
        if any(one.death_saves):
            happened.append(e.DeathSave(id=id, successes=one.death_saves[0], failures=one.death_saves[1]))
    if one.exhaustion:
        happened.append(e.Exhausted(id=id, level=one.exhaustion))
    happened += [_lasting(state, id, held) for held in one.conditions]
    if one.concentration is not None:
        happened.append(e.ConcentrationBegan(id=id, spell=one.concentration))
    if one.temporary:
        happened.append(e.Protected(id=id, temporary=one.temporary))
    happened += [e.SlotSpent(id=id, level=level, left=left) for level, left in one.slots.items()]
    happened += [e.Items(id=id, item=item, count=count, change=count) for item, count in one.items.items()]
    if one.purse:
        happened.append(e.Coins(id=id, purse=one.purse))
    if one.xp:
        happened.append(e.Experience(id=id, amount=one.xp, xp=one.xp))
    if one.inspiration:
        happened.append(e.Inspired(id=id, has=True))
    happened += [e.Spent(id=id, what=what) for what in one.spent]
    if one.moved:
        happened.append(e.Spent(id=id, what="movement", feet=one.moved))
    happened += [e.Stood(id=id, stance=stance) for stance in one.stances if stance != "help"]
    fold(state, happened)
    creature.hit_dice.update(one.hit_dice)


def _lasting(state: State, id: str, held: "Condition | str | Lasting") -> e.Event:
    if not isinstance(held, Lasting):
        return e.ConditionAdded(id=id, condition=held)
    until = e.Until(of=held.by or id, when=held.ends, round=state.round + held.rounds) if held.rounds else None
    return e.ConditionAdded(
        id=id, condition=held.condition, by=held.by, spell=held.spell, until=until, save=held.save
    )  # fmt: skip


_NUMBERS: dict[type, tuple[str, ...]] = {
    e.Attacked: ("id", "target", "attack", "faces", "bonus", "total", "ac", "hit", "critical", "advantage", "why",
                 "why_not", "cover"),
    e.Tested: ("id", "kind", "of", "faces", "bonus", "total", "dc", "success", "advantage", "why", "why_not"),
    e.Damaged: ("id", "amount", "text", "parts", "hp", "temporary"),
    e.Healed: ("id", "amount", "faces", "hp"),
    e.SpellCast: ("id", "spell", "slot", "dc", "targets"),
    e.DeathSave: ("id", "faces", "successes", "failures"),
    e.Initiative: ("id", "faces", "total"),
    e.Rolled: ("expression", "faces", "total", "text"),
}  # fmt: skip


def _numbers(event: e.Event) -> dict[str, Any] | None:
    """The maths of an event, with what is as usual too."""
    keys = _NUMBERS.get(type(event))
    if keys is None:
        return None
    said = event.model_dump(mode="json", include=set(keys))
    return {"of_event": event.type, **{key: said[key] for key in keys}}


def _after(state: State) -> dict[str, Any]:
    """How the table stands afterwards, without sheets and log."""
    whole = scene(state, DM)
    for one in whole["creatures"].values():
        del one["sheet"]
    return {key: whole[key] for key in ("edition", "round", "encounter", "creatures")}
