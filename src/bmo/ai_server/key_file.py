"""The file of keys: what `bmo ai-server keys` changes and a running server reads. It holds hashes, never keys.

`{"keys": [{"name", "role", "domains", "sha256", "made", "until"}, ...]}`, readable by its owner only.
"""

import hashlib
import os
import re
import secrets
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bmo.ai_server.holders import DOMAINS, EVERY_DOMAIN, Role
from bmo.capabilities.search import Domain
from bmo.core.errors import Broken, NotFound, Refused
from bmo.core.filelock import in_turn
from bmo.core.whole import whole

PREFIX = "bmo_"
"""So that a key which ends up in a repository or a log is found by whoever scans for such things."""
_RANDOM_BYTES = 32
_MOST_BYTES = 1_000_000
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

_NAME = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}")


class Version(NamedTuple):
    """Differs when the file does."""

    device: int
    inode: int
    size: int
    """Bytes."""
    written: int
    """Nanoseconds since 1970: the last write ..."""
    changed: int
    """... and the last change of anything, such as who may write it."""


NO_FILE = Version(0, 0, 0, 0, 0)


class StoredKey(BaseModel):
    """One key, as the file has it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(pattern=f"^{_NAME.pattern}$")
    role: Role
    domains: tuple[Domain, ...]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of the key. A plain hash will do: nobody guesses 32 random bytes."""
    made: AwareDatetime
    until: AwareDatetime | None = None
    """When it expires; None for never."""

    @model_validator(mode="after")
    def _may_search(self) -> Self:
        if not DOMAINS[self.role].issuperset(self.domains):
            raise ValueError(f"the key {self.name!r} has domains that its role never searches")
        return self


class StoredKeys(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    keys: tuple[StoredKey, ...] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if twice := [name for name, times in Counter(key.name for key in self.keys).items() if times > 1]:
            raise ValueError(f"the name {twice[0]!r} is there twice")
        return self


class KeyFile:
    """Reads and changes the file. Changes by several processes or threads come one after the other."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._now = now

    def add(self, name: str, role: Role, domains: Collection[str] = (), days: float = 0.0) -> str:
        """A new key, which is told here and never again. No domains: all that the role may search. 0 days: for ever.

        Raises `Refused` for a name that is taken or domains beyond the role's, `Broken` when the file cannot be used.
        """
        if not _NAME.fullmatch(name):
            raise Refused("A name has letters, digits, dots, dashes and underscores, 64 at most, and no dash first.")
        key = _new_key()
        now = self._now()
        stored = StoredKey(
            name=name,
            role=role,
            domains=_domains(role, domains),
            sha256=digest(key).hex(),
            made=now,
            until=now + timedelta(days=days) if days else None,
        )
        with self._changing() as keys:
            if name in keys:
                raise Refused(f"There is a key for {name} already: rotate or remove it, or choose another name.")
            keys[name] = stored
        return key

    def rotate(self, name: str) -> str:
        """A new key in place of the old one, which is worth nothing from now on. One that expires has as long again.

        Raises `NotFound`, `Broken`.
        """
        key = _new_key()
        with self._changing() as keys:
            old = _known(keys, name)
            now = self._now()
            until = now + (old.until - old.made) if old.until else None
            keys[name] = old.model_copy(update={"sha256": digest(key).hex(), "made": now, "until": until})
        return key

    def remove(self, name: str) -> None:
        """This key is worth nothing from now on. Raises `NotFound`, `Broken`."""
        with self._changing() as keys:
            _known(keys, name)
            del keys[name]

    def read(self) -> tuple[tuple[StoredKey, ...], Version]:
        """The keys, and the version they were read from; none when there is no file. Raises `Broken`, `OSError`."""
        try:
            # Whatever lies there, a pipe included, must not hold us up; what is checked is what was opened.
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return (), NO_FILE
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
                raise self._damaged("is not a file of keys")
            if found.st_mode & _OTHERS_WRITE:
                raise self._damaged("may be written by others; `chmod 600` it and look at what is in it")
            content = file.read(_MOST_BYTES)
        try:
            return StoredKeys.model_validate_json(content).keys, _version(found)
        except ValidationError as fault:
            raise self._damaged(
                f"makes no sense ({_where(fault)}); mend it, or move it away and make new keys"
            ) from fault

    def version(self) -> Version:
        """Of the file as it is now. Raises `OSError`."""
        try:
            return _version(os.stat(self.path))
        except FileNotFoundError:
            return NO_FILE

    @contextmanager
    def _changing(self) -> Iterator[dict[str, StoredKey]]:
        """The keys by name; how the block leaves them is written, whole or not at all."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with in_turn(self.path.with_suffix(".lock")):
                keys = {key.name: key for key in self.read()[0]}
                yield keys
                with whole(self.path) as file:
                    file.write(StoredKeys(keys=tuple(keys.values())).model_dump_json(indent=1).encode())
                _sync(self.path.parent)
        except OSError as fault:
            raise Broken(
                f"{self.path} cannot be changed: {fault.strerror}. Is this the user that the AI server runs as?",
                code="keys_unwritable",
            ) from fault

    def _damaged(self, what: str) -> Broken:
        return Broken(f"The file of keys {self.path} {what}.", code="keys_damaged")


def digest(key: str | bytes) -> bytes:
    """Of one length for all keys, so that the comparison does not tell how long they are."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape") if isinstance(key, str) else key).digest()


def _domains(role: Role, wanted: Collection[str]) -> tuple[Domain, ...]:
    """What a new key searches. Raises `Refused`."""
    for domain in wanted:
        if domain not in EVERY_DOMAIN:
            raise Refused(f"There is no domain {domain!r}. There are: {', '.join(sorted(EVERY_DOMAIN))}.")
        if domain not in DOMAINS[role]:
            raise Refused(f"A key of the role {role!r} only ever searches {', '.join(sorted(DOMAINS[role]))}.")
    return cast("tuple[Domain, ...]", tuple(sorted(set(wanted) or DOMAINS[role])))


def _where(fault: ValidationError) -> str:
    """The first thing that is wrong, without what stands there: a person may have pasted a key."""
    first = fault.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return f"{place}: {what}" if place else what


def _new_key() -> str:
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def _known(keys: dict[str, StoredKey], name: str) -> StoredKey:
    if name not in keys:
        raise NotFound(f"There is no key for {name}. There are: {', '.join(sorted(keys)) or 'none'}.")
    return keys[name]


def _version(found: os.stat_result) -> Version:
    return Version(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _sync(folder: Path) -> None:
    """The new name is on the disk, too: a removed key does not come back with the power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
