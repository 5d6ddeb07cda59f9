"""How the game stands: what all events add up to. Only folding changes it, and only the table's own copy."""

import copy
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pydantic import TypeAdapter

from bmo.dnd.rules.conditions import exhausted, implied, speed
from bmo.dnd.rules.damage import Defences, HitPoints, defended
from bmo.dnd.rules.dying import Saves
from bmo.dnd.rules.terms import Condition, Edition
from bmo.dnd.table.combatant import ActionKind, Combatant, Place, Side
from bmo.dnd.table.events import Event, SaveAgain, Stance, Until

_CONDITIONS = frozenset(Condition)
Life: TypeAlias = Literal["up", "dying", "stable", "dead"]
LATELY = 100
"""Events that a view shows of what was said and done last."""


@dataclass(slots=True)
class Held:
    """Something that lasts on somebody: a condition, or a word such as bless."""

    name: str
    by: str | None = None
    spell: str | None = None
    until: Until | None = None
    save: SaveAgain | None = None


@dataclass(slots=True)
class Concentrating:
    """On one spell at a time."""

    spell: str
    until: Until | None = None


@dataclass(slots=True)
class Spending:
    """What somebody has used of the current turn; the reaction is back at the start of one's own turn."""

    action: bool = False
    bonus: bool = False
    reaction: bool = False
    feet: float = 0
    dashed: int = 0
    attacks_left: int = 0
    spells: tuple[tuple[int, ActionKind, bool], ...] = ()
    """Cast in this turn: level, what it took, whether a slot was spent."""


@dataclass(slots=True)
class Creature:
    """Somebody at the table. Characters are creatures with a player."""

    id: str
    sheet: Combatant
    hp: int
    side: Side = "enemy"
    player: str | None = None
    hidden: bool = False
    at: Place | None = None
    temporary: int = 0
    life: Life = "up"
    successes: int = 0
    failures: int = 0
    held: list[Held] = field(default_factory=list)
    exhaustion: int = 0
    concentration: Concentrating | None = None
    slots: dict[int, int] = field(default_factory=dict)
    """Left."""
    hit_dice: dict[int, int] = field(default_factory=dict)
    """Left, by sides."""
    stances: list[Stance] = field(default_factory=list)
    helped_by: str | None = None
    """Whose help the next attack or check has advantage from."""
    spent: Spending = field(default_factory=Spending)
    items: dict[str, int] = field(default_factory=dict)
    purse: dict[str, int] = field(default_factory=dict)
    xp: int = 0
    inspiration: bool = False
    rested: int | None = None
    """The clock's round at the end of the last long rest."""

    @property
    def name(self) -> str:
        """As it is called."""
        return self.sheet.name

    @property
    def conditions(self) -> frozenset[Condition]:
        """Those of the rules, with what they imply."""
        return implied(Condition(one.name) for one in self.held if one.name in _CONDITIONS)

    @property
    def dead(self) -> bool:
        """The dead neither act nor return, except by being revived."""
        return self.life == "dead"

    def has(self, name: str) -> bool:
        """Whether a condition or another word lasts on it."""
        return any(one.name == name for one in self.held)

    def points(self, edition: Edition) -> HitPoints:
        """Hit points; the maximum is less with some exhaustion."""
        return HitPoints(self.hp, self.max_hp(edition), self.temporary)

    def max_hp(self, edition: Edition) -> int:
        """After exhaustion."""
        return max(1, int(self.sheet.max_hp * exhausted(self.exhaustion, edition).maximum_factor))

    def speed(self, edition: Edition) -> int:
        """Feet a turn, after conditions."""
        return speed(self.sheet.speed, self.conditions, self.exhaustion, edition)

    @property
    def saves(self) -> Saves:
        """Death saving throws so far."""
        return Saves(self.successes, self.failures)

    @property
    def defences(self) -> Defences:
        """What it makes of damage."""
        sheet = self.sheet
        own = Defences(frozenset(sheet.resistances), frozenset(sheet.vulnerabilities), frozenset(sheet.immunities))
        return defended(own, self.conditions)

    def copy(self) -> "Creature":
        """Its own lists; what is in them is never changed."""
        other = copy.copy(self)
        other.held, other.stances = list(self.held), list(self.stances)
        other.slots, other.hit_dice = dict(self.slots), dict(self.hit_dice)
        other.items, other.purse = dict(self.items), dict(self.purse)
        other.spent = copy.copy(self.spent)
        return other


@dataclass(slots=True)
class Turn:
    """Somebody's place in the order."""

    id: str
    total: int
    dexterity: int
    surprised: bool = False


@dataclass(slots=True)
class Encounter:
    """A fight, or anything else that goes by turns."""

    name: str
    order: list[Turn] = field(default_factory=list)
    """The first to act at the front. Who leaves is taken out; nobody else's place changes."""
    current: str | None = None
    began: int = 0
    """The clock's round at its begin."""
    offers: list[tuple[str, str]] = field(default_factory=list)
    """Opportunity attacks: who may attack whom."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Who is a secret, and whose numbers are. Counted anew only when somebody comes, goes, hides or is revealed."""

    unseen: frozenset[str] = frozenset()
    """Hidden creatures."""
    guarded: frozenset[str] = frozenset()
    """Those whose numbers are not the party's to know."""
    players: dict[str, str] = field(default_factory=dict)
    """Who plays whom: creature to player."""


@dataclass(slots=True)
class Told:
    """An event, and what was a secret when it happened: what is revealed later does not reveal what was before."""

    event: Event
    secrets: Secrets = Secrets()
    names: dict[str, str] = field(default_factory=dict)
    """Of those whom the event is about, as they were called then."""


@dataclass(slots=True)
class State:
    """Everything about the game as it stands."""

    edition: Edition = Edition.SRD_5_1
    session: str | None = None
    """Name of the session that goes on."""
    date: str | None = None
    round: int = 0
    """The table's clock: rounds of 6 seconds since the campaign began."""
    creatures: dict[str, Creature] = field(default_factory=dict)
    encounter: Encounter | None = None
    secrets: Secrets = Secrets()
    lately: list[Told] = field(default_factory=list)
    """The last events, for those who look at the log; `LATELY` of them and sometimes more."""

    def copy(self) -> "State":
        """One that may be folded into without changing this one."""
        other = copy.copy(self)
        other.creatures = {id: one.copy() for id, one in self.creatures.items()}
        other.lately = list(self.lately)
        if self.encounter is not None:
            other.encounter = copy.copy(self.encounter)
            other.encounter.order = [copy.copy(turn) for turn in self.encounter.order]
            other.encounter.offers = list(self.encounter.offers)
        return other


SNAPSHOT: Literal[1] = 1
"""Raised whenever a state gets another shape: older snapshots are left alone then, the events say it all."""


@dataclass(slots=True)
class _Kept:
    state: State
    version: Literal[1]


_KEPT: TypeAdapter[_Kept] = TypeAdapter(_Kept)


def to_json(state: State) -> str:
    """For a snapshot."""
    return _KEPT.dump_json(_Kept(state, SNAPSHOT)).decode()


def from_json(text: str | bytes) -> State:
    """Raises pydantic's `ValidationError` for what is no state of this version."""
    return _KEPT.validate_json(text).state
