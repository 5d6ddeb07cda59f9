"""Whoever has a key: a name, a role, and the documents it may search."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from bmo.capabilities.search import Domain

Role: TypeAlias = Literal["app", "vtt", "admin"]

EVERY_DOMAIN: frozenset[str] = frozenset(get_args(Domain))
DOMAINS: Mapping[Role, frozenset[str]] = MappingProxyType(
    {"app": EVERY_DOMAIN, "vtt": frozenset({"dnd"}), "admin": EVERY_DOMAIN}
)
"""The most that a key of this role may search; also what it searches unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a key."""

    name: str
    role: Role = "app"
    domains: frozenset[str] = EVERY_DOMAIN
    """Whose documents this key may search, whatever a request says."""
