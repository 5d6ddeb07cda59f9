"""`bmo run`: everything one machine needs, in the foreground, ended by one Ctrl-C."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from bmo.catalogue.plan import plan
from bmo.catalogue.pull import Pull
from bmo.core.errors import BmoError
from bmo.core.filelock import only_one
from bmo.run.home import check_port, free_port, prepare, secret
from bmo.run.models_command import models_dir, switched_on, wanted_here
from bmo.run.program import Program, answers
from bmo.run.progress import Progress
from bmo.run.supervisor import Supervisor
from bmo.settings import load

BMO = (sys.executable, "-m", "bmo.cli")
AI_SERVER_NICENESS = 10
"""Audio and the page come first."""


@click.command()
@click.option("--demo-cloud", is_flag=True, help="Start a second AI server that plays the cloud.")
@click.option("--no-models", is_flag=True, help="Start without fetching missing models.")
def run(demo_cloud: bool, no_models: bool) -> None:
    """Start BMO on this machine and keep it running until Ctrl-C."""
    home = load.home()
    prepare(home)
    with only_one(home / "run" / "lock", f"BMO already runs from {home}: stop that one first (Ctrl-C where it runs)."):
        loaded = load.load_app()
        for notice in loaded.notices:
            say(notice)
        web = loaded.settings.app
        port = web.port or free_port()
        check_port(web.host, port, "BMO_APP__PORT")
        if not no_models:
            fetch_missing()
        (home / "run" / "address").unlink(missing_ok=True)
        settings = loaded.settings
        programs = programs_for(
            home, web.host, port, demo_cloud, wyoming=settings.wyoming.offer, voice=settings.device.voice
        )
        Supervisor(programs, home, say, up=lambda program: announce(program, home)).run()


def fetch_missing() -> None:
    """Pull the models this machine needs; what cannot be had is said, and BMO starts with what there is."""
    try:
        if plan(wanted_here(), models_dir()).wants:
            Pull(models_dir(), Progress(sys.stderr)).run(wanted_here())
    except BmoError as fault:
        say(f"{fault.sentence} BMO starts with what there is.")


def programs_for(
    home: Path, host: str, port: int, demo_cloud: bool, *, wyoming: bool = False, voice: bool = False
) -> list[Program]:
    """The programs of one machine in the order they start; the app knows the others' addresses and keys."""
    local_url, local = ai_server("ai-server", home)
    told = {"BMO_AI__LOCAL__URL": local_url, "BMO_AI__LOCAL__KEY": local.environment["AI_SERVER_KEY"]}
    programs = [local]
    if demo_cloud:
        cloud_url, cloud = ai_server("cloud", home)
        told |= {
            "BMO_AI__SERVERS__0__NAME": "cloud",
            "BMO_AI__SERVERS__0__URL": cloud_url,
            "BMO_AI__SERVERS__0__KEY": cloud.environment["AI_SERVER_KEY"],
        }
        programs.append(cloud)
    programs.append(app(home, host, port, told))
    if wyoming:
        programs.append(Program("wyoming", (*BMO, "wyoming"), {"BMO_HOME": str(home), **told}))
    if voice:  # it waits for the app, and comes in with the token of this home
        heard = {"BMO_HOME": str(home), "BMO_AI_SERVER__MODELS_DIR": str(models_dir())}
        programs.append(Program("voice", (*BMO, "voice"), heard))
    return programs


def ai_server(name: str, home: Path) -> tuple[str, Program]:
    """An AI server on a loopback port of its own, with a key made for this machine; gives its address too."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "AI_SERVER_KEY": secret(home / "run" / f"{name}.key"),
        "BMO_AI_SERVER__HOST": "127.0.0.1",
        "BMO_AI_SERVER__PORT": str(port),
        "BMO_AI_SERVER__MODELS_DIR": str(models_dir()),
    }
    if not switched_on("BMO_EMBEDDED_LLM"):
        environment["BMO_AI_SERVER__LLM__ENGINE"] = "off"
    alive = answers(f"{url}/livez")
    return url, Program(name, (*BMO, "ai-server"), environment, ready=alive, alive=alive, niceness=AI_SERVER_NICENESS)


def app(home: Path, host: str, port: int, told: Mapping[str, str]) -> Program:
    """The app; it is up when it answers and has written the address to sign in at."""
    address = home / "run" / "address"
    hosts = {"127.0.0.1"} | ({host} - {"0.0.0.0", "::", "localhost"})
    alive = answers(*(f"http://{name}:{port}/livez" for name in sorted(hosts)))
    environment = {"BMO_HOME": str(home), "BMO_APP__PORT": str(port), **told}
    return Program("app", (*BMO, "app"), environment, ready=lambda: alive() and address.is_file(), alive=alive)


def announce(program: Program, home: Path) -> None:
    """Print the address to sign in at, once the app answers."""
    if program.name == "app":
        say(f"\n  BMO is here: {(home / 'run' / 'address').read_text('utf-8').strip()}\n\n  Ctrl-C ends it.")


def say(sentence: str) -> None:
    """A line on the terminal."""
    click.echo(sentence, err=True)
    sys.stderr.flush()
