"""`bmo roll`: dice for the table, and for anybody else. `bmo dnd`: the game without a page."""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TextIO

import click

from bmo.core.errors import Refused
from bmo.dnd.dice import Advantage, ScriptedLuck, SystemLuck
from bmo.dnd.dice import roll as throw
from bmo.dnd.rules.terms import Edition
from bmo.dnd.table.log import Log
from bmo.run.find_command import find
from bmo.settings import load

_SHOWN = 20
"""Things refused that are printed one by one."""


@click.command(name="roll", context_settings={"ignore_unknown_options": True})
@click.argument("dice", nargs=-1, required=True)
@click.option("--advantage", "way", flag_value=Advantage.ADVANTAGE, type=Advantage, help="Two d20, the higher counts.")
@click.option("--disadvantage", "way", flag_value=Advantage.DISADVANTAGE, type=Advantage, help="... the lower counts.")
@click.option("--critical", is_flag=True, help="A critical hit: twice the dice.")
@click.option("--faces", help="Faces that real dice showed, in order: 3,17.")
@click.option("--json", "as_json", is_flag=True, help="Every die, as JSON.")
def roll(dice: tuple[str, ...], way: Advantage | None, critical: bool, faces: str | None, as_json: bool) -> None:
    """Roll dice: bmo roll 4d6kh3, bmo roll "2d6[fire]+1d8"."""
    luck = SystemLuck() if faces is None else ScriptedLuck(_faces(faces))
    rolled = throw(" ".join(dice), luck, advantage=way or Advantage.NONE, critical_hit=critical)
    click.echo(json.dumps(asdict(rolled)) if as_json else rolled.text)


def _faces(text: str) -> list[int]:
    try:
        return [int(face) for face in text.split(",")]
    except ValueError as fault:
        raise click.BadParameter(
            "faces are numbers with commas between them, such as 3,17", param_hint="--faces"
        ) from fault


@click.group()
def dnd() -> None:
    """The game without a page: its content, rules on their own, sessions as files."""


dnd.add_command(find)


@dnd.command(name="import-srd")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--edition", type=click.Choice([*Edition]), help="For texts that do not say themselves which SRD they are."
)
def import_srd(path: Path, edition: str | None) -> None:
    """Take in the System Reference Document from PATH: its JSON files, Markdown, the PDF, or a folder of them."""
    # Only this command reads documents.
    from bmo.dnd.content import importing, kept
    from bmo.engines.search import pdf
    from bmo.settings.load import home

    read = importing.read(path, pdf.pages, Edition(edition) if edition else None)
    for refusal in read.refusals[:_SHOWN]:
        click.echo(f"not taken: {refusal}", err=True)
    if len(read.refusals) > _SHOWN:
        click.echo(f"not taken: {len(read.refusals) - _SHOWN:,} more", err=True)
    if not read.records:
        raise Refused(f"Nothing of the SRD was found in {path.name}; what was imported before is as it was.")
    folder = home() / kept.FOLDER
    kept.keep(folder, read.records)
    for (edition_of, kind), count in sorted(read.counts.items()):
        click.echo(f"SRD {edition_of:<6} {kind:<10} {count:>5,}")
    click.echo(f"{len(read.records):,} taken in, {len(read.refusals):,} not; kept in {folder}.")


@dnd.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
def rule(file: TextIO) -> None:
    """Run the calls of each line of FILE (JSON lines; - is standard input) and print what the engine says to each."""
    from bmo.dnd.content import Library, kept
    from bmo.dnd.table import ruling
    from bmo.dnd.table.shelf import Shelf

    @cache
    def shelf(edition: Edition) -> Shelf:
        return Shelf(Library.standard(edition, load.home() / kept.FOLDER))

    for line in file:
        if line.strip():
            click.echo(json.dumps(ruling.rule(line, shelf), ensure_ascii=False))


@dnd.command()
@click.argument("campaign", type=int)
def export(campaign: int) -> None:
    """Write the session of a CAMPAIGN (its number) to data/dnd_sessions."""
    from bmo.dnd.table.export import export as write

    written = write(_log(), campaign, load.home() / "data" / "dnd_sessions")
    click.echo(f"{written.events} events are in {written.path}.")


@dnd.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="Of the new branch.")
def restore(file: Path, name: str) -> None:
    """Make a new branch of its campaign from a session FILE. What was edited by hand is refused with the line."""
    from bmo.dnd.table.export import restore as take

    done = take(_log(), file, name)
    click.echo(
        f"Campaign {done.campaign} goes on on branch {done.branch}: {done.added} events are from the file, "
        f"{done.shared} were there."
    )


@dnd.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--edition", type=click.Choice([*Edition]), default=Edition.SRD_5_2, help="Which rules count.")
@click.option("--json", "as_json", is_flag=True, help="BMO's own file of this character.")
def character(file: Path, edition: str, as_json: bool) -> None:
    """Print the sheet of a character FILE: BMO's, another program's, or pasted text (- for standard input)."""
    from bmo.run import characters

    books = characters.library(load.home(), Edition(edition))
    found = characters.read(file, books)
    for note in found.notes:
        click.echo(note, err=True)
    click.echo(characters.shown(found, books, as_json=as_json))


@dnd.command(name="character-schema")
def character_schema() -> None:
    """Print the JSON Schema of BMO's character files, as it is in docs/reference/character.schema.json."""
    from bmo.dnd.characters import own

    click.echo(own.schema(), nl=False)


def _log() -> Log:
    """The log in BMO's database, whose tables are those of the app."""
    from bmo.app.wiring import TABLES
    from bmo.core.clock import SystemClock
    from bmo.store.database import Database

    path = load.home() / "data" / "bmo.db"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Log(Database(path, TABLES), SystemClock())
