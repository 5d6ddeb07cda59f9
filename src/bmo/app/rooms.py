"""Which room every connected page and voice device stands in, and telling all of them something."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import BaseModel

Send: TypeAlias = Callable[[str, BaseModel], None]
"""An event's name and its message, to one satellite alone. Returns at once."""


@dataclass(frozen=True, slots=True)
class _Standing:
    room: str
    send: Send


class Rooms:
    """Everybody who can be told something now. Thread-safe; a room's name is the same in capitals."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: dict[str, _Standing] = {}

    def enter(self, satellite: str, room: str, send: Send) -> None:
        """A satellite is there, or stands somewhere else now. `room` is empty when nobody knows."""
        with self._lock:
            self._standing[satellite] = _Standing(room, send)

    def leave(self, satellite: str) -> None:
        """It is gone."""
        with self._lock:
            self._standing.pop(satellite, None)

    @property
    def names(self) -> tuple[str, ...]:
        """The rooms in which somebody can be told something, each once."""
        with self._lock:
            rooms = {standing.room.strip().casefold(): standing.room for standing in self._standing.values()}
        return tuple(rooms[key] for key in sorted(rooms) if key)

    @property
    def count(self) -> int:
        """How many pages and devices there are."""
        with self._lock:
            return len(self._standing)

    def rings_in(self, meant: str, room: str) -> bool:
        """Whether what rings in `meant` is to be heard in `room`: there, and everywhere when nobody is there."""
        known = {name.strip().casefold() for name in self.names}
        wanted = meant.strip().casefold()
        return wanted not in known or room.strip().casefold() == wanted

    def tell(self, event: str, message_for: Callable[[str], BaseModel]) -> None:
        """Send everybody the message for the room it stands in."""
        with self._lock:
            everybody = tuple(self._standing.values())
        for standing in everybody:
            standing.send(event, message_for(standing.room))
