"""Where records come from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bmo.dnd.content.record import Kind, Record
from bmo.dnd.rules.terms import Edition

Maker = Callable[[], Record]


@dataclass(frozen=True)
class Source:
    """Records of one origin, read when they are first asked for."""

    name: str
    edition: Edition
    read: Callable[[Kind], Iterable[tuple[str, Maker]]]
    """The names of a kind, each with what makes its record."""
    imported: bool = False
    """Whether the person brought it; such come before ours of the same edition."""
    renamed: Mapping[str, str] | None = None
    """Names of another edition, each with what it is called here."""
