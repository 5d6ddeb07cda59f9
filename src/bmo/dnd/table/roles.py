"""Who asks, and why somebody is told no."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody at the table. A player is known by a name, which is that of `Creature.player`."""

    kind: Literal["dm", "player", "spectator"]
    name: str = ""

    @property
    def dm(self) -> bool:
        """Whether it may do and see everything."""
        return self.kind == "dm"


DM = Role("dm", "Dungeon Master")
SPECTATOR = Role("spectator")


def player(name: str) -> Role:
    """The role of a player."""
    return Role("player", name)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not done. The game is as it was."""

    reason: str
    """A sentence, with nothing in it that the one who asked may not know."""
    section: str = ""
    """Of the SRD, where a rule is the reason."""
    code: str = "refused"
