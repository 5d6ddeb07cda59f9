"""`bmo ai-server`: serve, and what a server's owner does besides."""

import click

from bmo.core.trace import log_to_stderr
from bmo.run.keys_command import keys
from bmo.run.modelfile_command import print_modelfile
from bmo.run.plan_command import plan
from bmo.settings.load import load_ai_server


@click.group("ai-server", invoke_without_command=True)
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.pass_context
def ai_server(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve models to BMO until Ctrl-C. `bmo run` starts one on this machine; a GPU machine runs its own."""
    given = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    if context.invoked_subcommand is None:
        _serve(given)
    elif given:
        raise click.UsageError(f"--host and --port are for serving, not for {context.invoked_subcommand!r}.")


def _serve(given: dict[str, str | int]) -> None:
    from bmo.ai_server.serve import serve

    log_to_stderr(program="ai-server")
    loaded = load_ai_server(command_line=given)
    for notice in loaded.notices:
        click.echo(notice, err=True)
    serve(loaded.settings)


ai_server.add_command(keys)
ai_server.add_command(plan)
ai_server.add_command(print_modelfile)
