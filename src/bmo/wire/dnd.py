"""What page and app say about the game: as much of it as whoever asks may know.

Down, on Socket.IO namespace `/dnd`: `GamePatch` as `dnd_patch`. Up: `Watch` as `watch`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from bmo.wire.ai import Wire

Seat = Literal["dm", "player", "spectator"]
"""Where somebody sits."""
SeatName = Literal["", "dm", "player", "spectator"]
"""Where somebody wants to sit; empty for the usual seat of whoever asks."""
Told = Literal["scene", "turn", "roll", "hit", "miss", "hurt", "heal", "condition", "life", "magic", "gain", "note"]
"""What kind of thing happened, for its picture in the log."""
CampaignNumber = Annotated[int, Field(ge=1, le=2**53 - 1)]
Title = Annotated[str, Field(min_length=1, max_length=80)]


class GameCondition(Wire):
    """What lasts on a creature."""

    name: str
    until: str = ""
    """When it ends, in words; empty when nothing ends it by itself."""
    spell: str = ""


class GameSlots(Wire):
    """Spell slots of one level."""

    level: int
    left: int
    most: int


class GameAttack(Wire):
    """An attack that a creature may choose."""

    name: str
    bonus: int
    damage: str
    """Dice, such as 1d6+2."""
    ranged: bool


class GameCreature(Wire):
    """Somebody at the table, as far as the watcher may know."""

    id: str
    name: str
    side: Literal["party", "enemy", "neutral"]
    player: str = ""
    """Name of the person who plays it."""
    mine: bool = False
    """Whether the watcher decides what it does."""
    hidden: bool = False
    life: Literal["up", "dying", "stable", "down", "dead"] = "up"
    health: Literal["unhurt", "hurt", "bloodied", "down", "dead"] = "unhurt"
    """What anybody sees who looks at it."""
    hp: int | None = None
    """None where the numbers are not the watcher's business; so are the two below."""
    max_hp: int | None = None
    ac: int | None = None
    temporary: int = 0
    speed: int = 0
    """Feet a turn."""
    conditions: tuple[GameCondition, ...] = ()
    exhaustion: int = 0
    concentration: str = ""
    """The spell."""
    successes: int = 0
    failures: int = 0
    """Of death saving throws."""
    slots: tuple[GameSlots, ...] = ()
    attacks: tuple[GameAttack, ...] = ()
    spells: tuple[str, ...] = ()
    spent: tuple[Literal["action", "bonus", "reaction"], ...] = ()
    """Used up in the current turn."""
    initiative: int | None = None
    level: int = 0
    xp: int = 0
    challenge: str = ""
    inspiration: bool = False


class GameEncounter(Wire):
    """A fight."""

    name: str
    round: int
    """1 in the first."""
    current: str = ""
    """Whose turn it is; empty when that is not the watcher's business, or nobody's."""
    order: tuple[str, ...] = ()
    """Ids, the first to act at the front."""


class GameLine(Wire):
    """One line of the log."""

    told: Told
    text: str
    who: str = ""
    """Id of the creature it is about."""
    faces: tuple[int, ...] = ()
    """Every face thrown, dropped ones included."""
    total: int | None = None
    secret: bool = False
    """Only the Dungeon Master sees it."""


class GameView(Wire):
    """The table as one seat sees it; the body of GET /api/dnd/campaigns/NUMBER."""

    campaign: int
    name: str
    branch: int
    seq: int
    """Number of the last event, for the Dungeon Master; 0 for others, whom it would tell of what is hidden."""
    seat: Seat
    seats: tuple[Seat, ...]
    """Those that the watcher may choose from."""
    session: str = ""
    """Name of the session that goes on; empty between two."""
    edition: str
    encounter: GameEncounter | None = None
    creatures: tuple[GameCreature, ...] = ()
    log: tuple[GameLine, ...] = ()
    """The last lines, oldest first."""


class GamePatch(Wire):
    """Down, `dnd_patch`: what is other than in the view or patch before."""

    campaign: int
    seq: int
    session: str
    encounter: GameEncounter | None
    creatures: tuple[GameCreature, ...]
    """New or other than before."""
    gone: tuple[str, ...]
    """Ids that the watcher no longer sees."""
    lines: tuple[GameLine, ...]
    """Said since."""
    whole: GameView | None = None
    """In place of everything known so far: at first, and after something was taken back."""


class Watch(Wire):
    """Up, `watch`: tell this page about a campaign from now on."""

    campaign: CampaignNumber
    seat: SeatName = ""


class WatchedSeat(Wire):
    """The query of GET /api/dnd/campaigns/NUMBER."""

    seat: SeatName = ""


class CampaignLine(Wire):
    """A story that goes on over many evenings."""

    id: int
    name: str
    made: str
    """ISO time, UTC."""


class Campaigns(Wire):
    """The body of GET /api/dnd/campaigns, the oldest first."""

    campaigns: tuple[CampaignLine, ...]
    may_begin: bool
    """Whether whoever asks may begin another."""


class NewCampaign(Wire):
    """The body of POST /api/dnd/campaigns."""

    name: Title


class GameCall(Wire):
    """The body of POST /api/dnd/calls."""

    campaign: CampaignNumber
    seat: SeatName = ""
    call: dict[str, Any]
    """One of docs/reference/dnd-calls.md."""


class GameAnswer(Wire):
    """What came of a call, as far as whoever asked may know. What the rules do not allow is a problem instead."""

    lines: tuple[GameLine, ...]


class BranchLine(Wire):
    """One way in which the story went."""

    id: int
    name: str
    parent: int | None
    fork: int
    """The last event that it shares with its parent."""
    current: bool


class Branches(Wire):
    """The body of GET /api/dnd/campaigns/NUMBER/branches."""

    branches: tuple[BranchLine, ...]


class BranchChoice(Wire):
    """The body of POST /api/dnd/campaigns/NUMBER/branches: where the story goes on."""

    branch: int = Field(ge=1, le=2**53 - 1)


class NewCharacter(Wire):
    """The body of POST /api/dnd/campaigns/NUMBER/characters."""

    text: str = Field(min_length=1, max_length=900_000)
    """A character file as JSON, or a stat block that was pasted."""
    player: str = Field(default="", max_length=80)
    """Name of the person who plays it."""


class GameHit(Wire):
    """A creature, a spell or a rule that was found."""

    name: str
    about: str
    """One line: challenge rating, hit points and armour class; level and school; the headings above a rule."""
    source: str
    text: str = ""
    """Of a spell or a rule."""


class GameHits(Wire):
    """The body of GET /api/dnd/creatures, /api/dnd/spells and /api/dnd/search, best first."""

    hits: tuple[GameHit, ...]
    sentence: str = ""
    """When there is nothing."""


class GameSearch(Wire):
    """The query of those three."""

    q: str = Field(default="", max_length=200)


class DiceThrow(Wire):
    """The body of POST /api/dnd/roll."""

    dice: str = Field(min_length=1, max_length=500)
    advantage: Literal["none", "advantage", "disadvantage"] = "none"


class DieFace(Wire):
    """One die as it lies on the table."""

    sides: int
    face: int
    kept: bool


class DiceRolled(Wire):
    """The answer of POST /api/dnd/roll."""

    dice: str
    total: int
    text: str
    """With every face: 2d6 (3, **6**) + 5 = `14`."""
    faces: tuple[DieFace, ...]
    critical: Literal["none", "hit", "miss"]
