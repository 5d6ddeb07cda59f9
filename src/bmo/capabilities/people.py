"""The roles of people, and what happens to them. What each may do stands with the action, the route or the event."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; set-up makes the owner. Each may do what those before it may."""

    GUEST = "guest"
    """Somebody BMO does not know: everyday things that harm nobody."""
    CHILD = "child"
    ADULT = "adult"
    OWNER = "owner"
    """Also what concerns the house itself: people, keys, settings."""

    def may(self, least: "Role") -> bool:
        """Whether this role is enough where `least` is asked for."""
        order = list(Role)
        return order.index(self) >= order.index(least)

    def at_most(self, most: "Role") -> "Role":
        """This role, or `most` where that is less."""
        return most if self.may(most) else self


@dataclass(frozen=True, slots=True)
class PersonRenamed:
    """Somebody is called otherwise now: whatever is kept under the old name belongs to the new one."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PersonRemoved:
    """Somebody's account was deleted: whatever is kept under this name goes too."""

    name: str
