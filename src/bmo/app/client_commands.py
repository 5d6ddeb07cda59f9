"""`bmo ask`, `bmo say` and `bmo token`."""

import sys
from pathlib import Path
from typing import Any

import click

from bmo.app.client import Client, script_token
from bmo.core.errors import BmoError, Broken
from bmo.settings.load import load_app


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--stream", is_flag=True, help="Print the answer while it comes.")
@click.option("--conversation", default="main", show_default=True, help="Which conversation it belongs to.")
def ask(question: tuple[str, ...], stream: bool, conversation: str) -> None:
    """Ask the running BMO something."""
    client = Client(load_app().settings)
    body = {"text": " ".join(question), "conversation": conversation}
    if not stream:
        click.echo(client.post("/api/chat", body)["reply"])
        return
    for line in client.lines("/api/chat?stream=1", body):
        _show(line)


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The WAV file; - for stdout.")
@click.option("--voice", default="", help="Name of the voice.")
def say(text: tuple[str, ...], output: Path | None, voice: str) -> None:
    """Have the running BMO say something, as a WAV file."""
    if output is None and sys.stdout.isatty():
        raise click.UsageError("Name the WAV file with -o, or send the sound to a program: bmo say hello | aplay")
    body = {"text": " ".join(text)} | ({"voice": voice} if voice else {})
    wav = Client(load_app().settings).sound("/api/say", body)
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(wav)
        return
    try:
        output.write_bytes(wav)
    except OSError as fault:
        raise Broken(f"{output} cannot be written: {fault.strerror}.") from fault


@click.command()
@click.option("--sign-in", is_flag=True, help="Print a fresh address that signs a browser in, once.")
def token(sign_in: bool) -> None:
    """Print the bearer token for scripts, or a fresh sign-in address."""
    settings = load_app().settings
    click.echo(Client(settings).post("/api/sign-in-address", {})["address"] if sign_in else script_token(settings.home))


def _show(line: dict[str, Any]) -> None:
    match line["type"]:
        case "reply":
            click.echo(line["text"], nl=False)
        case "end":
            click.echo()
            if line["outcome"] != "done":
                raise BmoError(line["sentence"] or "That did not work.", code=line["code"] or None)
