"""What happened, as it is kept: results, not formulas. Faces, totals and hit points afterwards, so that adding events
up needs no dice and no rules.

Every event has a `type` and a version `v`. One with a newer version, an unknown type or an unknown key is refused.
"""

import json
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from bmo.core.errors import Broken
from bmo.dnd.dice import Advantage
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition
from bmo.dnd.table.combatant import (
    ActionKind,
    Combatant,
    DiceText,
    Frozen,
    Id,
    Name,
    Place,
    Points,
    Side,
    SlotLevel,
    Text,
)

VERSION = 1
"""Of the events that this BMO writes."""

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Faces = tuple[int, ...]
"""Every face thrown, dropped ones included, in order."""
Spendable = Literal["action", "bonus", "reaction", "movement"]
Stance = Literal["dodge", "disengage", "dash", "help", "ready", "hide"]


class Happened(Frozen):
    """The face of every event."""

    v: Annotated[int, Field(ge=1, le=VERSION)] = VERSION
    first: bool = False
    """Whether a call begins with it: undo goes back to just before."""


class Until(Frozen):
    """When something ends by itself: at the start or end of somebody's turn, in that round of the table's clock."""

    of: Id | None = None
    """Whose turn; None for the begin of the round."""
    when: Literal["start", "end"] = "end"
    round: Count = 0


class SaveAgain(Frozen):
    """A save at the end of each of one's turns, that ends it."""

    ability: Ability
    dc: Annotated[int, Field(ge=1, le=60)]


class Part(Frozen):
    """One type of damage."""

    type: DamageType
    rolled: Points
    taken: Points
    why: str = ""


class SessionBegan(Happened):
    """An evening began."""

    type: Literal["session_began"] = "session_began"
    name: Name
    date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    edition: Edition = Edition.SRD_5_1


class SessionEnded(Happened):
    """The evening is over."""

    type: Literal["session_ended"] = "session_ended"


class Entered(Happened):
    """Somebody is at the table from now on."""

    type: Literal["entered"] = "entered"
    id: Id
    sheet: Combatant
    side: Side = "enemy"
    player: Name | None = None
    hidden: bool = False
    at: Place | None = None
    hp: Points


class Changed(Happened):
    """Somebody's numbers are others now: a level, new armour, a corrected sheet."""

    type: Literal["changed"] = "changed"
    id: Id
    sheet: Combatant
    hp: Points


class Left(Happened):
    """Somebody is no longer at the table."""

    type: Literal["left"] = "left"
    id: Id


class Moved(Happened):
    """`cost` is feet of this turn's movement, 0 for somebody who was moved by others."""

    type: Literal["moved"] = "moved"
    id: Id
    to: Place
    cost: Annotated[float, Field(ge=0, le=1_000_000)] = 0


class Revealed(Happened):
    """Players see it from now on."""

    type: Literal["revealed"] = "revealed"
    id: Id


class Hidden(Happened):
    """Players do not see it from now on."""

    type: Literal["hidden"] = "hidden"
    id: Id


class EncounterBegan(Happened):
    """A fight began."""

    type: Literal["encounter_began"] = "encounter_began"
    name: Name = "Encounter"


class EncounterEnded(Happened):
    """The fight is over."""

    type: Literal["encounter_ended"] = "encounter_ended"


class Initiative(Happened):
    """Somebody's place in the order."""

    type: Literal["initiative"] = "initiative"
    id: Id
    total: Annotated[int, Field(ge=-200, le=200)]
    faces: Faces = ()
    surprised: bool = False


class RoundBegan(Happened):
    """`round` is that of the table's clock."""

    type: Literal["round_began"] = "round_began"
    round: Count


class TurnBegan(Happened):
    """Somebody may act."""

    type: Literal["turn_began"] = "turn_began"
    id: Id


class Spent(Happened):
    """What of a turn is used up; `attacks_left` are those that the same action still allows."""

    type: Literal["spent"] = "spent"
    id: Id
    what: Spendable
    feet: Annotated[float, Field(ge=0, le=1_000_000)] = 0
    attacks_left: Annotated[int, Field(ge=0, le=20)] = 0


class Stood(Happened):
    """What somebody does with an action, until the start of their next turn."""

    type: Literal["stance"] = "stance"
    id: Id
    stance: Stance
    helps: Id | None = None


class Offered(Happened):
    """An opportunity attack: `id` may attack `target` as a reaction, until the next turn begins."""

    type: Literal["offered"] = "offered"
    id: Id
    target: Id


class Attacked(Happened):
    """An attack roll."""

    type: Literal["attacked"] = "attacked"
    id: Id
    target: Id
    attack: Name
    faces: Faces
    total: int
    bonus: int
    ac: int
    hit: bool
    critical: bool = False
    advantage: Advantage = Advantage.NONE
    why: tuple[str, ...] = ()
    """Reasons for advantage."""
    why_not: tuple[str, ...] = ()
    """Reasons for disadvantage."""
    cover: Literal["none", "half", "three-quarters"] = "none"


class Tested(Happened):
    """A check, save or contest."""

    type: Literal["tested"] = "tested"
    id: Id
    kind: Literal["check", "save", "concentration", "contest"]
    of: Name
    """Ability or skill."""
    faces: Faces
    total: int
    bonus: int = 0
    dc: int | None = None
    success: bool | None = None
    advantage: Advantage = Advantage.NONE
    why: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()
    secret: bool = False


class Damaged(Happened):
    """`amount` is what was left after resistances; hit points are those afterwards."""

    type: Literal["damaged"] = "damaged"
    id: Id
    by: Id | None = None
    amount: Points
    parts: tuple[Part, ...] = ()
    text: str = ""
    faces: Faces = ()
    hp: Points
    temporary: Points = 0
    critical: bool = False


class Healed(Happened):
    """Hit points are those afterwards."""

    type: Literal["healed"] = "healed"
    id: Id
    by: Id | None = None
    amount: Points
    faces: Faces = ()
    hp: Points


class Protected(Happened):
    """Temporary hit points."""

    type: Literal["temporary_hp"] = "temporary_hp"
    id: Id
    temporary: Points


class ConditionAdded(Happened):
    """`condition` is one of the rules', or any other word for what lasts on somebody, such as bless."""

    type: Literal["condition_added"] = "condition_added"
    id: Id
    condition: Condition | Name
    by: Id | None = None
    spell: Name | None = None
    """It goes when `by` no longer concentrates on this."""
    until: Until | None = None
    save: SaveAgain | None = None


class ConditionRemoved(Happened):
    """It is over; `why` says whether by itself."""

    type: Literal["condition_removed"] = "condition_removed"
    id: Id
    condition: Condition | Name
    by: Id | None = None
    every: bool = False
    """Whoever it came from; else only that of `by`."""
    why: str = ""


class Exhausted(Happened):
    """Levels of exhaustion afterwards."""

    type: Literal["exhaustion"] = "exhaustion"
    id: Id
    level: Annotated[int, Field(ge=0, le=6)]


class ConcentrationBegan(Happened):
    """Somebody holds a spell."""

    type: Literal["concentration_began"] = "concentration_began"
    id: Id
    spell: Name
    until: Until | None = None


class ConcentrationEnded(Happened):
    """Somebody holds it no more."""

    type: Literal["concentration_ended"] = "concentration_ended"
    id: Id
    spell: Name
    why: str = ""


class Dropped(Happened):
    """To 0 hit points: dying, or stable when only knocked out."""

    type: Literal["dropped"] = "dropped"
    id: Id
    stable: bool = False


class DeathSave(Happened):
    """Successes and failures afterwards; `faces` is empty for a failure that damage brought."""

    type: Literal["death_save"] = "death_save"
    id: Id
    faces: Faces = ()
    successes: Annotated[int, Field(ge=0, le=3)]
    failures: Annotated[int, Field(ge=0, le=3)]


class Died(Happened):
    """For good, unless revived."""

    type: Literal["died"] = "died"
    id: Id
    why: str = ""


class Stabilised(Happened):
    """Unconscious, but no longer dying."""

    type: Literal["stabilised"] = "stabilised"
    id: Id


class Revived(Happened):
    """Back from the dead: by this event only."""

    type: Literal["revived"] = "revived"
    id: Id
    hp: Annotated[int, Field(ge=1, le=100_000)] = 1


class SpellCast(Happened):
    """What it does comes as events of its own."""

    type: Literal["cast"] = "cast"
    id: Id
    spell: Name
    level: Annotated[int, Field(ge=0, le=9)] = 0
    slot: SlotLevel | None = None
    using: ActionKind = "action"
    targets: tuple[Id, ...] = ()
    dc: int | None = None


class SlotSpent(Happened):
    """`left` of that level afterwards; also for slots that came back."""

    type: Literal["slot"] = "slot"
    id: Id
    level: SlotLevel
    left: Annotated[int, Field(ge=0, le=20)]


class HitDieSpent(Happened):
    """One die on a short rest."""

    type: Literal["hit_die_spent"] = "hit_die_spent"
    id: Id
    sides: int
    faces: Faces
    left: Count
    hp: Points


class Rested(Happened):
    """What somebody has afterwards."""

    type: Literal["rested"] = "rested"
    id: Id
    kind: Literal["short", "long"]
    hp: Points
    slots: dict[SlotLevel, int] = Field(default_factory=dict)
    hit_dice: dict[int, int] = Field(default_factory=dict)
    exhaustion: Annotated[int, Field(ge=0, le=6)] = 0


class TimePassed(Happened):
    """Outside of a fight."""

    type: Literal["time_passed"] = "time_passed"
    rounds: Count
    """Of 6 seconds."""


class Items(Happened):
    """`count` of an item that somebody has afterwards; `change` is what came or went."""

    type: Literal["items"] = "items"
    id: Id
    item: Name
    count: Count
    change: int


class Coins(Happened):
    """Coins that somebody has afterwards."""

    type: Literal["coins"] = "coins"
    id: Id
    purse: dict[Literal["pp", "gp", "ep", "sp", "cp"], Annotated[int, Field(ge=0, le=10**9)]]


class Experience(Happened):
    """What somebody got, and has afterwards."""

    type: Literal["xp"] = "xp"
    id: Id
    amount: int
    xp: Annotated[int, Field(ge=0, le=10**9)]


class Levelled(Happened):
    """The numbers of the new level come as `changed`."""

    type: Literal["levelled"] = "levelled"
    id: Id
    level: Annotated[int, Field(ge=1, le=20)]


class Inspired(Happened):
    """Inspiration was given or used."""

    type: Literal["inspiration"] = "inspiration"
    id: Id
    has: bool


class Rolled(Happened):
    """Dice that no rule asked for."""

    type: Literal["rolled"] = "rolled"
    by: Name
    expression: DiceText
    text: str
    faces: Faces
    total: int
    reason: Annotated[str, Field(max_length=200)] = ""
    secret: bool = False


class Noted(Happened):
    """Something to remember."""

    type: Literal["note"] = "note"
    by: Name
    text: Text
    secret: bool = False


Event: TypeAlias = Annotated[
    SessionBegan | SessionEnded | Entered | Changed | Left | Moved | Revealed | Hidden | EncounterBegan
    | EncounterEnded | Initiative | RoundBegan | TurnBegan | Spent | Stood | Offered | Attacked | Tested | Damaged
    | Healed | Protected | ConditionAdded | ConditionRemoved | Exhausted | ConcentrationBegan | ConcentrationEnded
    | Dropped | DeathSave | Died | Stabilised | Revived | SpellCast | SlotSpent | HitDieSpent | Rested | TimePassed
    | Items | Coins | Experience | Levelled | Inspired | Rolled | Noted,
    Field(discriminator="type"),
]  # fmt: skip
EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def body_of(event: Event) -> str:
    """As the log keeps it; what is as usual is left out, the version never."""
    said = event.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"type": event.type, "v": event.v, **said}, separators=(",", ":"), ensure_ascii=False)


def event_of(body: str | bytes) -> Event:
    """Read one again. Raises `Broken` with the first thing that is wrong, such as a newer version."""
    try:
        return EVENT.validate_json(body)
    except ValidationError as fault:
        raise Broken(f"An event of the game cannot be read: {first_fault(fault)}", code="bad_event") from fault


def first_fault(fault: ValidationError) -> str:
    """Where it is and what is wrong there, for a person."""
    first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "less_than_equal" and first["loc"][-1:] == ("v",):
        return f"it was written by a newer BMO (this one knows version {VERSION}). Update BMO."
    return f"{where + ': ' if where else ''}{first['msg']}."
