"""A store that forgets everything when it ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from bmo.capabilities.objects import Progress, Stored, check_key
from bmo.core.errors import BmoError, NotFound
from bmo.core.whole import whole


class FakeObjects:
    """Keeps objects in memory; `failure` is raised by every call while it is set."""

    def __init__(self, name: str = "fake", *, failure: BmoError | None = None) -> None:
        self.name = name
        self.failure = failure
        self.kept: dict[str, bytes] = {}
        self.links: list[tuple[str, float]] = []
        """Key and seconds of every link that was asked for."""

    def put(self, key: str, file: Path, progress: Progress | None = None) -> Stored:
        self._ready(key)
        content = file.read_bytes()
        self.kept[key] = content
        if progress is not None:
            progress(len(content), len(content))
        return _stored(key, content)

    def get(self, key: str, into: Path, progress: Progress | None = None) -> Stored:
        content = self._kept(key)
        with whole(into) as out:
            out.write(content)
        if progress is not None:
            progress(len(content), len(content))
        return _stored(key, content)

    def list(self, prefix: str = "") -> Iterator[Stored]:
        if self.failure is not None:
            raise self.failure
        yield from (_stored(key, self.kept[key]) for key in sorted(self.kept) if key.startswith(prefix))

    def delete(self, key: str) -> None:
        self._ready(key)
        self.kept.pop(key, None)

    def link(self, key: str, seconds: float) -> str:
        self._kept(key)
        self.links.append((key, seconds))
        return f"https://objects.invalid/{key}?seconds={seconds:g}"

    def _ready(self, key: str) -> None:
        check_key(key)
        if self.failure is not None:
            raise self.failure

    def _kept(self, key: str) -> bytes:
        self._ready(key)
        if key not in self.kept:
            raise NotFound(f"There is no object {key}.")
        return self.kept[key]


def _stored(key: str, content: bytes) -> Stored:
    return Stored(key, len(content), sha256(content).hexdigest(), datetime.now(UTC))
