"""`bmo ai-server keys`: who may use this machine's AI server. A running server follows within a second."""

from datetime import UTC, datetime
from typing import get_args

import click

from bmo.ai_server.holders import Role
from bmo.ai_server.key_file import KeyFile, StoredKey
from bmo.settings.load import load_ai_server

DAY = "%Y-%m-%d"


@click.group()
def keys() -> None:
    """Make, list, change and remove the keys of the AI server. Only hashes are kept: a key is shown once."""


@keys.command()
@click.argument("name")
@click.option("--role", type=click.Choice(get_args(Role)), required=True, help="What it opens.")
@click.option("--domains", default="", help="What it may search, such as dnd,projects; else all that its role may.")
@click.option(
    "--days", type=click.FloatRange(0, 36_500, min_open=True), help="It expires after so many days; else never."
)
def add(name: str, role: Role, domains: str, days: float | None) -> None:
    """Make a key for NAME and show it, once."""
    file = _file()
    wanted = [domain.strip() for domain in domains.split(",") if domain.strip()]
    key = file.add(name, role, wanted, days or 0.0)
    _show(name, key, file)


@keys.command()
@click.argument("name")
def rotate(name: str) -> None:
    """Give NAME another key and show it, once. The old one opens nothing any more."""
    file = _file()
    _show(name, file.rotate(name), file)


@keys.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take the key of NAME away."""
    _file().remove(name)
    click.echo(f"The key of {name} opens nothing any more.")


@keys.command("list")
def list_keys() -> None:
    """Say who has a key, and what for."""
    settings = load_ai_server().settings
    for name in settings.all_keys():
        click.echo(f"{name:<24}{'app':<8}from the settings")
    stored, _ = KeyFile(settings.keys_file).read()
    for key in sorted(stored, key=lambda key: key.name):
        click.echo(_line(key))
    if not stored and not settings.all_keys():
        click.echo(
            "Nobody has a key; the AI server does not start. `bmo ai-server keys add NAME --role app` makes one."
        )


def _line(key: StoredKey) -> str:
    expired = key.until is not None and key.until <= datetime.now(UTC)
    until = f", {'expired' if expired else 'until'} {key.until:{DAY}}" if key.until else ""
    return f"{key.name:<24}{key.role:<8}searches {', '.join(key.domains)}; made {key.made:{DAY}}{until}"


def _file() -> KeyFile:
    return KeyFile(load_ai_server().settings.keys_file)


def _show(name: str, key: str, file: KeyFile) -> None:
    """The key alone on standard output, for scripts; the words about it beside it."""
    click.echo(f"The key of {name}, shown this once. Send it as `Authorization: Bearer KEY`.", err=True)
    click.echo(key)
    click.echo(f"Its hash is in {file.path}; a running server knows it within a second.", err=True)
