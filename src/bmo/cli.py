"""One program, many verbs. Each is imported only when it is called, so that `bmo --help` is quick."""

import importlib
import os
from typing import NamedTuple

import click

from bmo import __version__
from bmo.core.errors import BmoError


class Verb(NamedTuple):
    """Where a verb's command lives, and its line in the help."""

    module: str
    name: str
    help: str


VERBS = {
    "run": Verb("bmo.run.command", "run", "Start everything one machine needs, and keep it running."),
    "ask": Verb("bmo.app.client_commands", "ask", "Ask the running BMO something."),
    "say": Verb("bmo.app.client_commands", "say", "Have the running BMO say something, as a WAV file."),
    "token": Verb("bmo.app.client_commands", "token", "Print the bearer token for scripts, or a sign-in address."),
    "keys": Verb("bmo.app.keys_command", "keys", "Say which programs may talk to BMO, and for whom."),
    "models": Verb("bmo.run.models_command", "models", "See, fetch, check and delete models."),
    "search": Verb("bmo.run.search_command", "search", "Index documents, and find passages in them."),
    "roll": Verb("bmo.run.dnd_command", "roll", "Roll dice, such as 4d6kh3."),
    "dnd": Verb(
        "bmo.run.dnd_command", "dnd", "Take in the SRD, run the rules on their own, and keep sessions as files."
    ),
    "doctor": Verb("bmo.run.doctor", "doctor", "Say what is set, what is here, and what is missing."),
    "voice": Verb("bmo.device.voice_command", "voice", "Listen and speak with this machine's microphone and speaker."),
    "redteam": Verb("bmo.app.redteam", "redteam", "Attack BMO with injections, and see that nothing comes of it."),
    "app": Verb("bmo.app.command", "app", "Serve the page, REST and sockets (started by run)."),
    "wyoming": Verb("bmo.app.wyoming.command", "wyoming", "Offer BMO's ears and voice to Home Assistant."),
    "ai-server": Verb("bmo.run.ai_server_command", "ai_server", "Serve models to BMO (started by run)."),
}


class Sentence(click.ClickException):
    """A fault as people read it."""

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        click.echo(self.message, err=True)


class Misused(Sentence):
    """A command line that cannot be followed; the status is the one shells know for that."""

    exit_code = 2


class Verbs(click.Group):
    """The verbs of the table above; faults become one sentence and exit status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        command: click.Command = getattr(importlib.import_module(verb.module), verb.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.help) for name, verb in VERBS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BmoError as error:
            raise Sentence(error.sentence) from error
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            verb = error.ctx.command_path if error.ctx else "bmo"
            raise Misused(f"{error.format_message()} `{verb} --help` tells more.") from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as fault:
            if os.environ.get("BMO_DEBUG"):
                raise
            what = f"{type(fault).__name__}: {fault}"
            raise Sentence(f"Something broke inside BMO ({what}). BMO_DEBUG=1 shows where.") from fault


@click.group(cls=Verbs)
@click.version_option(__version__, prog_name="bmo")
def cli() -> None:
    """BMO: a self-hosted assistant with a face."""


def main() -> None:
    """The entry point of `bmo` and `python -m bmo.cli`."""
    cli(prog_name="bmo")


if __name__ == "__main__":
    main()
