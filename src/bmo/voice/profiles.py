"""The voices that BMO knows: arrays in the database, by the name of the person. Exportable, and gone when deleted."""

import math
import re
import sys
import threading
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from operator import mul
from typing import Any, TypeAlias

from bmo.capabilities.voiceprint import Voiceprint
from bmo.core.clock import Clock
from bmo.core.errors import NotFound, Refused
from bmo.store.database import Database, Migration

Vector: TypeAlias = tuple[float, ...]

ENOUGH = 3
"""Clips that make a voice known: the sentences somebody reads once."""
MOST = 20
"""Clips of a person."""
MOST_PEOPLE = 50
SPEAKER_TABLE = Migration(
    50,
    "speakers",
    """
    CREATE TABLE voice_clip (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person TEXT NOT NULL,                  -- as people write it
        engine TEXT NOT NULL,                  -- vectors of different engines are never compared
        vector BLOB NOT NULL,                  -- float32, little-endian, of length 1
        seconds REAL NOT NULL,                 -- of speech it was made of
        made TEXT NOT NULL                     -- ISO time, UTC
    );
    CREATE INDEX voice_clip_person ON voice_clip (person);
    """,
)

_NAME = re.compile(r"[^\W_](?:[\w .'’-]{0,30}[\w.])?")
"""Letters first, no line breaks: a name is shown, said, and may be told to a model."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is known of a person's voice by one engine."""

    person: str
    engine: str
    clips: int
    """Recordings it was learnt from."""
    mean: Vector
    """Of the clips, of length 1; empty when there are none."""
    seconds: float
    """Of speech in all of them."""

    @property
    def enough(self) -> bool:
        """Whether the person can be recognised."""
        return self.clips >= ENOUGH

    def likeness(self, vector: Vector) -> float:
        """Cosine of a voice, of length 1, with the mean of the clips: 1 for the same."""
        return sum(map(mul, self.mean, vector)) if len(self.mean) == len(vector) else 0.0


def profile_of(person: str, engine: str, clips: Sequence[Vector], seconds: float) -> Profile:
    """The profile that these clips make."""
    mean = unit([math.fsum(numbers) for numbers in zip(*clips, strict=True)])
    return Profile(person, engine, len(clips), mean, seconds)


def unit(vector: Sequence[float]) -> Vector:
    """The same direction, of length 1; zeros stay zeros."""
    length = math.hypot(*vector) or 1.0
    return tuple(number / length for number in vector)


def name_of(person: str) -> str:
    """The name as it is kept. Raises `Refused` for what is no name."""
    name = " ".join(person.split())
    if not _NAME.fullmatch(name):
        raise Refused("A name has 1 to 32 letters, digits, spaces, dots or hyphens, a letter first.", code="bad_name")
    return name


class Profiles:
    """Everybody's voice. Thread-safe; what is known is held in memory, because every spoken turn asks for it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[Profile, ...] | None = None

    def all(self) -> tuple[Profile, ...]:
        """Every profile, by name; somebody enrolled with two engines is there twice. Raises `Broken`."""
        with self._lock:
            if self._known is None:
                self._known = self._read()
            return self._known

    def of(self, person: str, engine: str) -> Profile:
        """What is known of somebody, maybe nothing. Raises `Refused` for what is no name, `Broken`."""
        name = name_of(person)
        for profile in self.all():
            if _same(profile.person, name) and profile.engine == engine:
                return profile
        return profile_of(self._written(name), engine, (), 0.0)

    def add(self, person: str, voice: Voiceprint) -> Profile:
        """Keep one more clip. Raises `Refused` for a bad name or when there are too many, `Broken`."""
        profile = self.of(person, voice.engine)
        if profile.clips >= MOST:
            raise Refused(f"I have {MOST} recordings of {profile.person}: that is plenty.", code="enough_clips")
        if not profile.clips and len({one.person for one in self.all()}) >= MOST_PEOPLE:
            raise Refused(f"I know {MOST_PEOPLE} voices: delete one first.", code="too_many_voices")
        made = self._clock.now().astimezone(UTC).isoformat()
        row = (profile.person, voice.engine, _blob(unit(voice.vector)), voice.seconds, made)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO voice_clip (person, engine, vector, seconds, made) VALUES (?, ?, ?, ?, ?)", row
            )
        self._changed()
        return self.of(person, voice.engine)

    def remove(self, person: str) -> None:
        """Forget somebody's voice. Raises `NotFound`, `Refused`, `Broken`."""
        name = self._kept(person)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM voice_clip WHERE person = ?", (name,))
        self._changed()

    def rename(self, old: str, new: str) -> None:
        """Somebody whose voice may be known is called otherwise now. Raises `Refused` for what is no name, `Broken`."""
        known, name = [profile.person for profile in self.all() if _same(profile.person, old)], name_of(new)
        with self._database.transaction() as connection:
            for person in known:
                connection.execute("UPDATE voice_clip SET person = ? WHERE person = ?", (name, person))
        self._changed()

    def forget(self, person: str) -> None:
        """Like `remove`, for somebody whose voice may never have been learnt. Raises `Broken`."""
        with self._database.transaction() as connection:
            for known in {profile.person for profile in self.all() if _same(profile.person, person)}:
                connection.execute("DELETE FROM voice_clip WHERE person = ?", (known,))
        self._changed()

    def export(self, person: str) -> Mapping[str, Any]:
        """Everything that is kept of somebody's voice, as JSON. Raises `NotFound`, `Refused`, `Broken`."""
        name = self._kept(person)
        rows = self._database.read(
            "SELECT engine, vector, seconds, made FROM voice_clip WHERE person = ? ORDER BY id", (name,)
        )
        clips = [
            {"engine": row["engine"], "seconds": row["seconds"], "made": row["made"], "vector": _vector(row)}
            for row in rows
        ]
        return {"person": name, "clips": clips}

    def _kept(self, person: str) -> str:
        name = name_of(person)
        for profile in self.all():
            if _same(profile.person, name):
                return profile.person
        raise NotFound(f"I don't know the voice of anybody called {name}.")

    def _written(self, name: str) -> str:
        """The same person is always written as at first."""
        return next((profile.person for profile in self.all() if _same(profile.person, name)), name)

    def _changed(self) -> None:
        with self._lock:
            self._known = None

    def _read(self) -> tuple[Profile, ...]:
        rows = self._database.read("SELECT person, engine, vector, seconds FROM voice_clip ORDER BY person, id")
        found: dict[tuple[str, str], list[Any]] = {}
        for row in rows:
            found.setdefault((row["person"], row["engine"]), []).append(row)
        return tuple(
            profile_of(person, engine, [_vector(clip) for clip in clips], sum(clip["seconds"] for clip in clips))
            for (person, engine), clips in found.items()
        )


def _blob(vector: Vector) -> bytes:
    numbers = array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _vector(row: Any) -> Vector:
    numbers = array("f", row["vector"])
    if sys.byteorder == "big":
        numbers.byteswap()
    return tuple(numbers)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
