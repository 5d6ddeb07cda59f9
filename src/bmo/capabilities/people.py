"""The roles of people. What each may do stands with the action, the route or the socket event."""

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
