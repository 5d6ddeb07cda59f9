"""What is here: `<models_dir>/<name>/<file>`, and `<models_dir>/.part/<name>/` for what is on its way."""

import json
import os
import shutil
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from bmo.catalogue.models import model
from bmo.catalogue.record import Model, ModelFile
from bmo.core.errors import Broken

State = Literal["installed", "missing", "damaged", "in its package"]


def mb(size: int) -> str:
    """Bytes as people read them: decimal megabytes."""
    return f"{size / 1e6:,.1f} MB" if size < 10_000_000 else f"{size / 1e6:,.0f} MB"


def path(name: str, models_dir: Path) -> Path:
    """The folder of an installed model; raises `Broken` with what to do when it is missing or damaged."""
    wanted = model(name)
    found = state(wanted, models_dir)
    if found in ("missing", "damaged"):
        raise Broken(
            f"The model {name} is {found} in {models_dir}: `bmo models pull {name}` fetches it ({mb(wanted.size)}).",
            code=f"model_{found}",
        )
    return models_dir / name


def part_folder(name: str, models_dir: Path) -> Path:
    """Where the files of a model are gathered before they are installed together."""
    return models_dir / ".part" / name


def sha256(file: Path) -> str:
    """The hash of a file, in lower-case hex."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def state(wanted: Model, models_dir: Path) -> State:
    """Whether a model is here and right. Files are hashed when they changed since they were last found right."""
    if wanted.package:
        return "in its package"
    states = [file_state(wanted, file, models_dir) for file in wanted.files]
    if "damaged" in states:
        return "damaged"
    return "missing" if "missing" in states else "installed"


def file_state(wanted: Model, file: ModelFile, models_dir: Path, *, trust: bool = True) -> State:
    """One file's state; `trust=False` hashes it even if it looks untouched."""
    place = models_dir / wanted.name / file.path
    if not place.is_file():
        return "missing"
    if place.stat().st_size != file.size:
        return "damaged"
    if trust and _known_good(models_dir).get(f"{wanted.name}/{file.path}") == _mark(place, file):
        return "installed"
    if sha256(place) != file.sha256:
        return "damaged"
    note_good(wanted, file, models_dir)
    return "installed"


def verify(name: str, models_dir: Path) -> dict[str, State]:
    """Hash every file of a model anew; gives each file's state by its path."""
    wanted = model(name)
    return {file.path: file_state(wanted, file, models_dir, trust=False) for file in wanted.files}


def note_good(wanted: Model, file: ModelFile, models_dir: Path) -> None:
    """Remember that this file was hashed and found right, so that the next start need not read it again."""
    good = _known_good(models_dir)
    good[f"{wanted.name}/{file.path}"] = _mark(models_dir / wanted.name / file.path, file)
    new = models_dir / ".checked.new"
    with suppress(OSError):  # a read-only folder only means that the next start hashes again
        new.write_text(json.dumps(good, indent=1))
        os.replace(new, models_dir / ".checked.json")


def remove(name: str, models_dir: Path) -> int:
    """Delete a model and what was fetched of it; gives the bytes that were freed by its installed files."""
    wanted = model(name)
    if wanted.package:
        raise Broken(f"{name} is part of the package {wanted.package}: uninstall that package to be rid of it.")
    folder = models_dir / wanted.name
    freed = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    for place in (folder, part_folder(name, models_dir)):
        if place.exists():
            shutil.rmtree(place)
    return freed


def _mark(place: Path, file: ModelFile) -> list[object]:
    found = place.stat()
    return [found.st_size, found.st_mtime_ns, file.sha256]


def _known_good(models_dir: Path) -> dict[str, object]:
    try:
        good = json.loads((models_dir / ".checked.json").read_text())
    except (OSError, ValueError):
        return {}
    return good if isinstance(good, dict) else {}
