"""From a call to events, or to a refusal: the only way in which the game changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bmo.core.errors import Refused
from bmo.dnd.dice import Luck
from bmo.dnd.table import arriving, belongings, care, casting, fighting, moving, resting, turns
from bmo.dnd.table import calls as c
from bmo.dnd.table.events import Event
from bmo.dnd.table.roles import Refusal, Role
from bmo.dnd.table.scene import Library, No, Scene
from bmo.dnd.table.state import State

FOR_PLAYERS: frozenset[type] = frozenset(
    {
        c.NextTurn, c.Move, c.StandUp, c.TakeAction, c.Attack, c.Wrestle, c.Cast, c.Check, c.Concentrate,
        c.EndConcentration, c.RollDeathSave, c.Stabilise, c.SpendSlot, c.TakeItem, c.Pay, c.Inspire, c.Roll, c.Note,
        c.Spend,
    }
)  # fmt: skip
"""What players ask for, each with their own characters only. Everything else is the Dungeon Master's."""

_DEEDS: dict[type, Callable[[Scene, Any], None]] = {
    c.BeginSession: arriving.begin_session,
    c.EndSession: arriving.end_session,
    c.AddCreature: arriving.add,
    c.ChangeSheet: arriving.change,
    c.RemoveCreature: turns.leave,
    c.Reveal: arriving.reveal,
    c.Hide: arriving.hide,
    c.StartEncounter: turns.start,
    c.RollInitiative: turns.join,
    c.NextTurn: turns.next_turn,
    c.EndEncounter: turns.end,
    c.Move: moving.move,
    c.StandUp: moving.stand_up,
    c.TakeAction: moving.take_action,
    c.Attack: fighting.attack,
    c.Wrestle: fighting.wrestle,
    c.Cast: casting.cast,
    c.Damage: care.damage,
    c.Heal: care.healing,
    c.TemporaryHp: care.temporary,
    c.Check: care.check,
    c.Save: care.save,
    c.AddCondition: care.add_condition,
    c.RemoveCondition: care.remove_condition,
    c.SetExhaustion: care.exhaustion,
    c.Concentrate: care.concentrate,
    c.EndConcentration: care.let_go,
    c.RollDeathSave: care.death_save,
    c.Stabilise: care.stabilise,
    c.Kill: care.kill,
    c.Revive: care.revive,
    c.SpendSlot: care.spend_slot,
    c.RestoreSlot: care.restore_slot,
    c.ShortRest: resting.short,
    c.LongRest: resting.long,
    c.PassTime: resting.pass_time,
    c.GiveXp: belongings.give_xp,
    c.GiveItem: belongings.give_item,
    c.TakeItem: belongings.take_item,
    c.GiveCoins: belongings.give_coins,
    c.Pay: belongings.spend_coins,
    c.GiveTreasure: belongings.give_treasure,
    c.LevelUp: belongings.level_up,
    c.Inspire: belongings.inspire,
    c.Roll: arriving.roll,
    c.Note: arriving.note,
    c.Spend: moving.spend,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What a call leads to."""

    events: Sequence[Event]
    after: State
    """The game with them."""


def settle(state: State, call: c.Call, role: Role, luck: Luck, library: Library) -> Decided | Refusal:
    """Decide, and give the state afterwards too. `state` itself is not changed."""
    if role.kind == "spectator":
        return Refusal("Spectators watch.", code="only_dm")
    if not role.dm and type(call) not in FOR_PLAYERS:
        return Refusal("That is for the Dungeon Master to do.", code="only_dm")
    scene = Scene(state, role, luck, library)
    try:
        _DEEDS[type(call)](scene, call)
    except Refused as no:
        return Refusal(no.sentence, no.section if isinstance(no, No) else "", no.code)
    return Decided(scene.events, scene.state)


def decide(state: State, call: c.Call, role: Role, luck: Luck, library: Library) -> Sequence[Event] | Refusal:
    """The events that a call leads to, or why it leads to none. `state` is not changed."""
    settled = settle(state, call, role, luck, library)
    return settled if isinstance(settled, Refusal) else settled.events
