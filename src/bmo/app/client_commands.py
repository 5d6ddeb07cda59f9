"""`bmo ask`, `bmo say` and `bmo token`."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from bmo.app.client import Client, script_token
from bmo.core.errors import BmoError, Broken, Refused
from bmo.settings.load import load_app
from bmo.voice.speakable import said


@click.command()
@click.argument("question", nargs=-1)
@click.option("--stream", is_flag=True, help="Print the answer while it comes.")
@click.option("--conversation", default="main", show_default=True, help="Which conversation it belongs to.")
@click.option(
    "--language",
    type=click.Choice(["en", "de"]),
    help="In which it is written, and is to be answered; that of the house if left out.",
)
@click.option(
    "--batch",
    type=click.File(encoding="utf-8", errors="replace"),
    help='Print what each line {"id": ..., "text": "..."} of this file asks for; with --no-model --dry-run.',
)
@click.option("--no-model", is_flag=True, help="Understand commands only, without any model.")
@click.option("--dry-run", is_flag=True, help="Do nothing; no BMO has to run.")
@click.option("--now", default="", help="The time it is said at, such as 2026-05-01T18:00:00+02:00; now if left out.")
def ask(
    question: tuple[str, ...],
    stream: bool,
    conversation: str,
    language: str | None,
    batch: TextIO | None,
    no_model: bool,
    dry_run: bool,
    now: str,
) -> None:
    """Ask the running BMO something, or see what it would make of a file of commands."""
    if batch is not None:
        if not (no_model and dry_run):
            raise click.UsageError("--batch works with --no-model and --dry-run only: it does nothing, it tells.")
        if question or stream:
            raise click.UsageError("--batch takes its questions from the file.")
        _dry_run(batch, now, language or "en")
        return
    if no_model or dry_run or now:
        raise click.UsageError("--no-model, --dry-run and --now belong to --batch FILE.")
    if not question:
        raise click.UsageError("Say what BMO is asked.")
    client = Client(load_app().settings)
    body = {"text": " ".join(question), "conversation": conversation} | ({"language": language} if language else {})
    if not stream:
        click.echo(client.post("/api/chat", body)["reply"])
        return
    for line in client.lines("/api/chat?stream=1", body):
        _show(line)


@click.command()
@click.argument("text", nargs=-1)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The WAV file; - for stdout.")
@click.option("--voice", default="", help="Name of the voice.")
@click.option("--text-only", is_flag=True, help="Print the words that would be spoken; no BMO has to run.")
@click.option("--batch", type=click.File(encoding="utf-8"), help='The same for each line {"text": ...} of this file.')
def say(text: tuple[str, ...], output: Path | None, voice: str, text_only: bool, batch: TextIO | None) -> None:
    """Have the running BMO say something, as a WAV file."""
    if batch is not None:
        for number, line in enumerate(batch, 1):
            click.echo(said(_text_of(line, number)))
        return
    if not text:
        raise click.UsageError("Say what BMO is to say.")
    if text_only:
        click.echo(said(" ".join(text)))
        return
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


def _dry_run(batch: TextIO, now: str, language: str) -> None:
    """Print an answer for each line that can be read; the others are named, and the status is 2 at the end."""
    from bmo.app.ask_batch import DryRun, answers  # compiles every sentence; the other verbs need none

    try:
        moment = datetime.fromisoformat(now) if now else datetime.now()
        moment = moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError) as fault:
        raise click.UsageError(f"--now {now!r} is no time such as 2026-05-01T18:00:00+02:00.") from fault
    refused = False
    for answer, refusal in answers(batch, DryRun(moment, language)):
        click.echo(answer or refusal, err=bool(refusal))
        refused = refused or bool(refusal)
    if refused:
        raise click.exceptions.Exit(2)


def _text_of(line: str, number: int) -> str:
    try:
        text = json.loads(line)["text"]
    except (ValueError, KeyError, TypeError) as fault:
        raise Refused(f'Line {number} is not {{"text": "..."}}.') from fault
    if not isinstance(text, str):
        raise Refused(f"Line {number}: text must be a string.")
    return text


def _show(line: dict[str, Any]) -> None:
    match line["type"]:
        case "reply":
            click.echo(line["text"], nl=False)
        case "end":
            click.echo()
            if line["outcome"] != "done":
                raise BmoError(line["sentence"] or "That did not work.", code=line["code"] or None)
