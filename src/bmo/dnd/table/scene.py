"""One call while it is decided: a copy of the game into which its events are folded one by one.

What a later step of the same call sees is what the earlier ones did; nothing of it counts until the log has it.
"""

from collections.abc import Iterable
from typing import Protocol

from bmo.core.errors import Refused
from bmo.dnd.dice import Luck
from bmo.dnd.rules.areas import distance
from bmo.dnd.rules.conditions import Exhausted, exhausted, incapacitated
from bmo.dnd.rules.terms import Edition
from bmo.dnd.table.combatant import ActionKind, Combatant, SpellRule
from bmo.dnd.table.events import Event, Spent, Until
from bmo.dnd.table.folding import fold
from bmo.dnd.table.roles import Role
from bmo.dnd.table.state import Creature, Encounter, State


class Library(Protocol):
    """Where creatures and spells are looked up. Both raise `NotFound`."""

    def combatant(self, name: str) -> Combatant:
        """A creature's numbers."""

    def spell(self, name: str) -> SpellRule:
        """What a spell does."""


class No(Refused):
    """The rules say no; `section` of the SRD says why."""

    code = "against_the_rules"

    def __init__(self, sentence: str, section: str = "", *, code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.section = section


class Scene:
    """Decides for one role, with one luck."""

    def __init__(self, state: State, role: Role, luck: Luck, library: Library) -> None:
        self.state = state.copy()
        self.role = role
        self.luck = luck
        self.library = library
        self.events: list[Event] = []

    @property
    def edition(self) -> Edition:
        """By which the table plays."""
        return self.state.edition

    def emit(self, *events: Event) -> None:
        """This happens, if nothing later in the call is refused."""
        if events and not self.events:
            events = (events[0].model_copy(update={"first": True}), *events[1:])
        fold(self.state, events)
        self.events += events

    def find(self, whom: str) -> Creature:
        """By id, or by a name that only one has; of hidden creatures players learn nothing. Raises `No`."""
        seen = {id: one for id, one in self.state.creatures.items() if self.role.dm or not one.hidden}
        if whom in seen:
            return seen[whom]
        named = [one for one in seen.values() if one.name.casefold() == whom.casefold()]
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(one.id for one in named)
            raise No(f"Several are called {whom}: say which, by its id ({ids}).", code="which_one")
        raise No(f"Nobody called {whom} is at the table.", code="nobody")

    def acting(self, whom: str) -> Creature:
        """Somebody for whom the role may speak: players only for their own. Raises `No`."""
        one = self.find(whom)
        if not self.role.dm and (self.role.kind != "player" or one.player != self.role.name):
            raise No(f"{one.name} is not yours to play.", code="not_yours")
        if one.dead:
            raise No(f"{one.name} is dead. Only revive brings somebody back.", "Death Saving Throws", code="dead")
        return one

    def living(self, whom: str) -> Creature:
        """Somebody to whom something may be done. Raises `No` for the dead."""
        one = self.find(whom)
        if one.dead:
            raise No(f"{one.name} is dead. Only revive brings somebody back.", "Death Saving Throws", code="dead")
        return one

    def all_living(self, whom: Iterable[str]) -> list[Creature]:
        """Each of them once, also where one is named twice. Raises `No`."""
        return list({one.id: one for one in map(self.living, whom)}.values())

    def fight(self) -> Encounter:
        """The one that goes on. Raises `No`."""
        if self.state.encounter is None:
            raise No("There is no fight. Start an encounter first.", code="no_encounter")
        return self.state.encounter

    def only_dm(self, what: str) -> None:
        """Raises `No` for players."""
        if not self.role.dm:
            raise No(f"Only the Dungeon Master says {what}.", code="only_dm")

    def on_turn(self, one: Creature) -> None:
        """Raises `No` when it is somebody else's turn, or it was surprised. The name of a hidden one is not told."""
        fight = self.state.encounter
        if fight is None:
            return
        if fight.current != one.id:
            now = self.state.creatures.get(fight.current or "")
            whose = f"{now.name}'s" if now and (self.role.dm or not now.hidden) else "somebody else's"
            raise No(f"It is {whose} turn, not {one.name}'s.", "The Order of Combat", code="not_your_turn")
        if any(turn.surprised for turn in fight.order if turn.id == one.id):
            raise No(f"{one.name} is surprised: no move and no action in this turn.", "Surprise", code="surprised")

    def able(self, one: Creature) -> None:
        """Raises `No` for somebody who takes neither actions nor reactions."""
        if one.life != "up" or incapacitated(one.conditions):
            why = ", ".join(sorted(one.conditions)) or one.life
            raise No(f"{one.name} cannot act: {why}.", "Conditions: Incapacitated", code="incapacitated")

    def spend(self, one: Creature, using: ActionKind, *, attack: bool = False) -> None:
        """Use an action, bonus action or reaction of a fight. Raises `No` when it is used up, or not this one's turn.

        `free` is the Dungeon Master's: it costs nothing at any time. An attack may be one of several of one action.
        """
        self.able(one)
        if using == "free":
            self.only_dm("what costs nothing")
            return
        if self.state.encounter is None:
            return
        if using == "reaction":
            self._spend_reaction(one)
            return
        self.on_turn(one)
        if attack and using == "action" and one.spent.attacks_left:
            self.emit(Spent(id=one.id, what="action", attacks_left=one.spent.attacks_left - 1))
            return
        if getattr(one.spent, using):
            word = "bonus action" if using == "bonus" else "action"
            raise No(f"{one.name} has used the {word} of this turn.", "Your Turn", code="action_used")
        more = one.sheet.attacks_per_action - 1 if attack and using == "action" else 0
        self.emit(Spent(id=one.id, what=using, attacks_left=more))

    def _spend_reaction(self, one: Creature) -> None:
        if one.spent.reaction:
            raise No(f"{one.name} has no reaction until its next turn.", "Reactions", code="action_used")
        if any(turn.surprised for turn in self.fight().order if turn.id == one.id):
            raise No(f"{one.name} is surprised: no reaction before its first turn ends.", "Surprise", code="surprised")
        self.emit(Spent(id=one.id, what="reaction"))

    def worn(self, one: Creature) -> Exhausted:
        """What exhaustion does to it."""
        return exhausted(one.exhaustion, self.edition)

    def after(self, rounds: int, of: str, when: str = "start") -> Until:
        """So many rounds from now, at a turn of somebody."""
        return Until(of=of, when="start" if when == "start" else "end", round=self.state.round + rounds)

    def others(self, one: Creature) -> list[Creature]:
        """Everybody alive who is on another side."""
        return [other for other in self.state.creatures.values() if other.side != one.side and not other.dead]


def gap(one: Creature, other: Creature) -> float | None:
    """Feet between the nearest squares of two creatures; None where a place is not known."""
    if one.at is None or other.at is None:
        return None
    spread = sum(max(0.0, (each.sheet.size.feet - 5) / 2) for each in (one, other))
    return max(0.0, distance(one.at, other.at) - spread)
