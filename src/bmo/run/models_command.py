"""`bmo models`: see, fetch, check and delete the models of this machine."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bmo.catalogue import installed
from bmo.catalogue.models import MODELS, models_to_pull
from bmo.catalogue.plan import licence_line
from bmo.catalogue.pull import Pull
from bmo.core.errors import Broken
from bmo.run.progress import Progress
from bmo.settings import load
from bmo.settings.profiles import PROFILES

if TYPE_CHECKING:
    from bmo.settings.ai_server import AiServerSettings


def models_dir() -> Path:
    """Where this machine's models lie."""
    chosen: Path | None = load.load_ai_server().settings.models_dir
    return chosen or load.home() / "models"


def wanted_here() -> tuple[str, ...]:
    """The models this machine needs, by `BMO_EMBEDDED_LLM`, `BMO_WAKE` and what section `ai_server` names."""
    named = {str(value) for key, value, _ in load.load_ai_server().listed() if key.endswith(".model")}
    return models_to_pull(embedded_llm=switched_on("BMO_EMBEDDED_LLM"), wake=switched_on("BMO_WAKE"), named=named)


def switched_on(variable: str) -> bool:
    """Whether an on/off variable of the environment says on, which it does unless it says otherwise."""
    return os.environ.get(variable, "on").strip().lower() not in load.OFF


def ollamas_own(settings: "AiServerSettings") -> Iterator[tuple[str, str]]:
    """The models that Ollama keeps for the AI server, each with how it gets there: pulling them is not our business."""
    profile = PROFILES[settings.profile]
    for section in (settings.llm, settings.describe):
        if section.engine != "ollama":
            continue
        for name in (section.model, *getattr(section, "others", ())):
            if name == profile.model != profile.base:
                how = f"`bmo ai-server modelfile {settings.profile} > Modelfile && ollama create {name} -f Modelfile`"
                yield profile.base, f"`ollama pull {profile.base}`"
                yield name, how
            else:
                yield name, f"`ollama pull {name}`"


@click.group()
def models() -> None:
    """See, fetch, check and delete the models of this machine."""


@models.command("list")
def list_models() -> None:
    """Say which models are here."""
    wanted, folder = wanted_here(), models_dir()
    for known in MODELS:
        left_out = "" if known.name in wanted or known.package else " (not wanted here)"
        size = f"in {known.package}" if known.package else installed.mb(known.size)
        click.echo(f"{known.name:<38}{size:>14}  {installed.state(known, folder)}{left_out}")
    for name, how in ollamas_own(load.load_ai_server().settings):
        click.echo(f"{name:<38}{'from Ollama':>14}  {how}")


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
