"""`bmo ai-server`."""

import click

from bmo.core.trace import log_to_stderr
from bmo.settings.load import load_ai_server


@click.command("ai-server")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
def ai_server(host: str | None, port: int | None) -> None:
    """Serve models to BMO until Ctrl-C. `bmo run` starts one on this machine; a GPU machine runs its own."""
    from bmo.ai_server.serve import serve

    log_to_stderr(program="ai-server")
    given = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    loaded = load_ai_server(command_line=given)
    for notice in loaded.notices:
        click.echo(notice, err=True)
    serve(loaded.settings)
