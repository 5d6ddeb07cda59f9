"""`bmo doctor`: what is set and where, what is here, who answers, and what to do about the rest."""

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

import click
import urllib3

from bmo.ai_server.key_file import KeyFile
from bmo.app.chains import ears_command, wake_choice, what_is_wrong
from bmo.app.client import Client, base_url
from bmo.catalogue import installed
from bmo.catalogue.models import MODELS
from bmo.catalogue.plan import licence_line
from bmo.core.errors import BmoError
from bmo.run.characters import in_folder
from bmo.run.doctor_audio import audio
from bmo.run.models_command import models_dir, wanted_here
from bmo.settings.app import AppSettings
from bmo.settings.load import Loaded, load_ai_server, load_app

ENGINES = {
    "xllamacpp": "chat on this machine",
    "faster_whisper": "understanding speech on this machine",
    "hibari": "BMO's voice on this machine",
    "onnxruntime": "the wake word",
    "numpy": "sound",
    "soxr": "sound of other rates",
}
"""What each library is for, by import name."""
SECONDS = 3.0
"""How long somebody may take to answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    is_: str
    todo: str = ""
    """What to do about it; empty when all is well."""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Say what is set, what is here, and what is missing. Exits with 1 when something is."""
    if context.invoked_subcommand is None:
        _examine(as_json)


doctor.add_command(audio)


def _examine(as_json: bool) -> None:
    loaded = load_app()
    report = {title: list(findings()) for title, findings in _chapters(loaded).items()}
    todo = [finding for findings in report.values() for finding in findings if finding.todo]
    if as_json:
        click.echo(json.dumps({title: [_plain(one) for one in findings] for title, findings in report.items()}))
    else:
        _print(report, todo)
    if todo:
        raise click.exceptions.Exit(1)


def _chapters(loaded: Loaded[AppSettings]) -> dict[str, Callable[[], Iterable[Finding]]]:
    return {
        "Settings": lambda: _settings(loaded),
        "Keys": _keys,
        "Models": _models,
        "Engines": _engines,
        "Wake word": lambda: _wake(loaded.settings),
        "Documents": lambda: _documents(loaded.settings),
        "Characters": lambda: _characters(loaded.settings),
        "Programs": lambda: _programs(loaded.settings),
        "Licences": lambda: (Finding(licence_line(model, model.size), "") for model in MODELS),
    }


def _settings(loaded: Loaded[AppSettings]) -> Iterator[Finding]:
    server = load_ai_server()
    for prefix, listed in (("", loaded.listed()), ("ai_server.", server.listed())):
        for key, value, place in listed:
            yield Finding(f"{prefix}{key}", f"{value}  ({place})")
    for notice in dict.fromkeys((*loaded.notices, *server.notices)):
        yield Finding("settings", "not right", notice)


def _keys() -> Iterator[Finding]:
    settings = load_ai_server().settings
    try:
        stored, _ = KeyFile(settings.keys_file).read()
    except (BmoError, OSError) as fault:
        yield Finding("AI server keys", "cannot be read", str(fault))
        return
    names = (*settings.all_keys(), *(key.name for key in stored))
    yield Finding("AI server keys", ", ".join(names) or "none yet: `bmo run` makes one for itself")


def _models() -> Iterator[Finding]:
    folder = models_dir()
    for model in MODELS:
        state = installed.state(model, folder)
        wanted = model.name in wanted_here() and state in ("missing", "damaged")
        todo = f"bmo models pull {model.name}" if wanted else ""
        yield Finding(model.name, state, todo)


def _engines() -> Iterator[Finding]:
    for name, purpose in ENGINES.items():
        here = find_spec(name) is not None
        todo = "" if here else f"{purpose} needs it: pip install 'bmo[embedded]'"
        yield Finding(name, "here" if here else "not installed", todo)


def _wake(settings: AppSettings) -> Iterator[Finding]:
    """What is listened for, what else there is, and what is wrong with it."""
    if not settings.voice.wake:
        yield Finding("wake word", "switched off")
        return
    choice = wake_choice(settings)
    problem = choice.problem or ("" if choice.built_in else what_is_wrong(ears_command(settings)))
    yield Finding("wake word", f'"{choice.phrase}", heard by {choice.engine}', problem)
    yield Finding("wake words to choose", ", ".join(choice.names))
    if choice.engine == "microwakeword" and find_spec("pymicro_wakeword") is None:
        yield Finding("pymicro-wakeword", "not installed", "pip install 'bmo[microwakeword]'")


def _documents(settings: AppSettings) -> Iterator[Finding]:
    """How many documents are found, which are not and why, as far as the owner of the token may see them."""
    try:
        told = Client(settings).get("/api/documents")
    except BmoError:
        yield Finding("documents", "only told while the app runs")
        return
    for folder in told["folders"]:
        mine = [one for one in told["documents"] if one["domain"] == folder["domain"]]
        found = sum(1 for one in mine if one["passages"])
        state = f"{found} of {len(mine)} found, {folder['waiting']} to be read, generation {folder['generation']}"
        yield Finding(f"{folder['domain']}: {folder['folder']}", state, folder["trouble"])
        for one in mine:
            if one["problem"]:
                yield Finding(f"{folder['domain']}/{one['path']}", f"left out: {one['problem']}")


def _characters(settings: AppSettings) -> Iterator[Finding]:
    """Each file of `data/characters`, and what is wrong with those that cannot be read."""
    found = list(in_folder(settings.home))
    yield Finding("characters", f"{sum(one.imported is not None for one in found)} of {len(found)} read")
    for one in found:
        yield Finding(one.path.name, one.imported.character.name if one.imported else f"left out: {one.problem}")


def _programs(settings: AppSettings) -> Iterator[Finding]:
    yield _app(settings)
    yield Finding("port", *_port(settings))
    for server in settings.ai.servers:
        yield _server(server.name, server.url)
    if settings.ai.local.url:
        yield _server("here", settings.ai.local.url)


def _app(settings: AppSettings) -> Finding:
    try:
        health = Client(settings).get("/api/health")
    except BmoError as fault:
        return Finding("app", "does not answer", fault.sentence)
    return Finding("app", f"{health['state']} at {base_url(settings)}", " ".join(health["notices"]))


def _port(settings: AppSettings) -> tuple[str, str]:
    port = urlsplit(base_url(settings)).port or settings.app.port
    with closing(socket.socket()) as probe:
        probe.settimeout(SECONDS)
        return f"{port} {'is in use' if probe.connect_ex(('127.0.0.1', port)) == 0 else 'is free'}", ""


def _server(name: str, url: str) -> Finding:
    http = urllib3.PoolManager(timeout=SECONDS, retries=False)
    try:
        answer = http.request("GET", f"{url.rstrip('/')}/health")
        state = json.loads(answer.data)["state"]
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError):
        return Finding(f"AI server {name}", f"does not answer at {url}", "Is it on, and is the address right?")
    return Finding(f"AI server {name}", f"{state} at {url}")


def _print(report: dict[str, list[Finding]], todo: list[Finding]) -> None:
    for title, findings in report.items():
        click.echo(f"\n{title}")
        for finding in findings:
            click.echo(f"  {finding.what:<34} {finding.is_}".rstrip())
    click.echo("\nTo do" if todo else "\nEverything is here.")
    for finding in todo:
        click.echo(f"  {finding.what}: {finding.is_}. {finding.todo}")


def _plain(finding: Finding) -> dict[str, str]:
    return {"what": finding.what, "is": finding.is_, "todo": finding.todo}
