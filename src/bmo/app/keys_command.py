"""`bmo keys`: which programs may talk to the running BMO, and for whom."""

import click

from bmo.app.client import Client
from bmo.core.errors import NotFound
from bmo.settings.load import load_app


@click.group()
def keys() -> None:
    """Make, list and remove the keys of programs that talk to BMO. Only hashes are kept: a key is shown once."""


@keys.command()
@click.argument("name")
@click.option("--person", default="", help="Whom it acts for; else the owner.")
def add(name: str, person: str) -> None:
    """Make a key for the program NAME and show it, once."""
    made = _client().post("/api/keys", {"name": name, "person": person})
    told = f"The key of {name}, shown this once. It acts for {made['line']['person']}; send it as"
    click.echo(f"{told} `Authorization: Bearer KEY`.", err=True)
    click.echo(made["key"])


@keys.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take the key of the program NAME away."""
    client = _client()
    found = [line for line in client.get("/api/keys")["keys"] if line["name"].casefold() == name.casefold()]
    if not found:
        raise NotFound(f"There is no key called {name!r}. `bmo keys list` shows all of them.")
    client.delete(f"/api/keys/{found[0]['id']}")
    click.echo(f"The key of {name} opens nothing any more.")


@keys.command("list")
def list_keys() -> None:
    """Say which programs have a key, and for whom."""
    lines = _client().get("/api/keys")["keys"]
    for line in lines:
        click.echo(f"{line['name']:<24}for {line['person']} ({line['role']}); last used {line['seen'] or 'never'}")
    if not lines:
        click.echo("No program has a key. `bmo keys add NAME` makes one.")


def _client() -> Client:
    return Client(load_app().settings)
