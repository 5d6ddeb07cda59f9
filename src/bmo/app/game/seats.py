"""Where somebody may sit at the table: grown-ups where they like, others where their character or a stool is."""

from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role as HouseRole
from bmo.core.errors import Forbidden
from bmo.dnd.table.roles import DM, SPECTATOR, Role, player
from bmo.wire.dnd import Seat, SeatName


def seats_of(visitor: Visitor) -> tuple[Seat, ...]:
    """The seats that somebody may choose from, their usual one first. A player is somebody with a name."""
    played: tuple[Seat, ...] = ("player",) if visitor.name else ()
    if visitor.role.may(HouseRole.ADULT):
        return ("dm", *played, "spectator")
    return (*played, "spectator")


def role_of(visitor: Visitor, wanted: SeatName = "") -> Role:
    """The role at the table, for the usual seat when none is wanted. Raises `Forbidden` for one that is not theirs.

    What plays is decided in person: a program's key or a voice satellite has no seat.
    """
    if visitor.proof in ("key", "satellite"):
        raise Forbidden("The table is for people: sign in on the page.")
    seats = seats_of(visitor)
    seat = wanted or seats[0]
    if seat not in seats:
        raise Forbidden("That seat is the Dungeon Master's." if seat == "dm" else "A player needs a name: sign in.")
    return {"dm": DM, "spectator": SPECTATOR}.get(seat) or player(visitor.name)
