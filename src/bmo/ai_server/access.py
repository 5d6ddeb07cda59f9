"""Who asks, and what a holder of this kind of key may do."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from flask import g

Role: TypeAlias = Literal["app", "vtt", "admin"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a key."""

    name: str
    role: Role = "app"
    domains: frozenset[str] = frozenset({"dnd", "personal", "projects"})
    """Whose documents this key may search, whatever a request says."""


def holder() -> Holder:
    """Who asks now; only within a request whose key was checked."""
    return cast(Holder, g.holder)
