"""`bmo models`: see, fetch, check and delete the models of this machine."""

import os
import sys
from pathlib import Path

import click

from bmo.catalogue import installed
from bmo.catalogue.models import MODELS, models_to_pull
from bmo.catalogue.plan import licence_line
from bmo.catalogue.pull import Pull
from bmo.core.errors import Broken
from bmo.run.progress import Progress
from bmo.settings import load


def models_dir() -> Path:
    """Where this machine's models lie."""
    chosen: Path | None = load.load_ai_server().settings.models_dir
    return chosen or load.home() / "models"


def wanted_here() -> tuple[str, ...]:
    """The models this machine needs, by `BMO_EMBEDDED_LLM` and `BMO_WAKE`."""
    return models_to_pull(embedded_llm=switched_on("BMO_EMBEDDED_LLM"), wake=switched_on("BMO_WAKE"))


def switched_on(variable: str) -> bool:
    """Whether an on/off variable of the environment says on, which it does unless it says otherwise."""
    return os.environ.get(variable, "on").strip().lower() not in load.OFF


@click.group()
def models() -> None:
    """See, fetch, check and delete the models of this machine."""


@models.command("list")
def list_models() -> None:
    """Say which models are here."""
    for known in MODELS:
        left_out = "" if known.name in wanted_here() or known.package else " (not wanted here)"
        size = f"in {known.package}" if known.package else installed.mb(known.size)
        click.echo(f"{known.name:<38}{size:>14}  {installed.state(known, models_dir())}{left_out}")


@models.command()
@click.argument("names", nargs=-1)
@click.option(
    "--from",
    "own",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with model files you already have; asked first.",
)
def pull(names: tuple[str, ...], own: Path | None) -> None:
    """Fetch the models that are missing: NAMES, or all that this machine needs."""
    Pull(models_dir(), Progress(sys.stderr), own=own).run(names or wanted_here())


@models.command()
@click.argument("names", nargs=-1)
def verify(names: tuple[str, ...]) -> None:
    """Hash the files of NAMES, or of every model that is here, and compare."""
    wrong = []
    for name in names or tuple(known.name for known in MODELS):
        states = installed.verify(name, models_dir())
        if not names and set(states.values()) <= {"missing"}:
            continue
        for file, state in states.items():
            click.echo(f"{name}/{file}: {'right' if state == 'installed' else state}")
        wrong += [name] if set(states.values()) - {"installed"} else []
    if wrong:
        raise Broken(f"Not right: {', '.join(wrong)}. `bmo models pull` fetches them again.", code="model_damaged")


@models.command()
@click.argument("names", nargs=-1, required=True)
def remove(names: tuple[str, ...]) -> None:
    """Delete NAMES from this machine."""
    for name in names:
        freed = installed.remove(name, models_dir())
        click.echo(f"{name} is gone; {installed.mb(freed)} are free again.")


@models.command()
def licences() -> None:
    """Print whose models these are and on what terms they may be used."""
    for known in MODELS:
        click.echo(licence_line(known, known.size))
