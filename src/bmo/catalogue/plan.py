"""What a pull would fetch, said before anything is fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bmo.catalogue.installed import file_state, mb, part_folder
from bmo.catalogue.models import model
from bmo.catalogue.record import Model, ModelFile

MARGIN = 32_000_000
"""Bytes left free beyond what the models need."""


@dataclass(frozen=True, slots=True)
class Want:
    """One model and the files of it that are missing or damaged."""

    model: Model
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of the missing files."""
        return sum(file.size for file in self.files)

    @property
    def largest_package(self) -> int:
        """Bytes of the largest package that may have to be opened for it."""
        return max((size for file in self.files for size in file.packages()), default=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one pull will do."""

    wants: tuple[Want, ...]
    models_dir: Path

    @property
    def size(self) -> int:
        """Bytes of all missing files."""
        return sum(want.size for want in self.wants)

    @property
    def here(self) -> int:
        """Bytes that an interrupted pull has left to go on from."""
        parts = (part_file(want.model, file, self.models_dir) for want in self.wants for file in want.files)
        return sum(part.stat().st_size for part in parts if part.exists())

    @property
    def room(self) -> int:
        """Bytes of disk space that the pull needs at its worst moment: a package is there twice while it is stored."""
        if not self.wants:
            return 0
        return max(0, self.size - self.here) + 2 * max(want.largest_package for want in self.wants) + MARGIN

    def lines(self) -> list[str]:
        """The plan for people: size and licence of each model, then the total."""
        if not self.wants:
            return ["All models are here."]
        lines = [f"BMO needs {len(self.wants)} model{'s' if len(self.wants) > 1 else ''} to run on this machine:"]
        lines += [f"  {licence_line(want.model, want.size)}" for want in self.wants]
        rest = f", {mb(self.here)} of it are here already" if self.here else ""
        return [*lines, f"  {mb(self.size)} in all{rest}; they go to {self.models_dir}"]


def plan(names: Iterable[str], models_dir: Path) -> Plan:
    """What is missing of these models; raises `NotFound` for a name the catalogue does not have."""
    wants = []
    for wanted in map(model, names):
        files = tuple(file for file in wanted.files if file_state(wanted, file, models_dir) != "installed")
        if files:
            wants.append(Want(wanted, files))
    return Plan(tuple(wants), models_dir)


def part_file(wanted: Model, file: ModelFile, models_dir: Path) -> Path:
    """Where a file grows until it is whole and its hash is right."""
    return part_folder(wanted.name, models_dir) / file.path


def licence_line(wanted: Model, size: int) -> str:
    """One row of the licence table, with what a person must know before using the model for money."""
    place = f"in {wanted.package}" if wanted.package else mb(size)
    terms = "" if wanted.licence.commercial else f". {wanted.licence.sentence}"
    return f"{wanted.title:<37}{place:>14}  {wanted.licence.name:<16}{wanted.purpose}{terms}"
