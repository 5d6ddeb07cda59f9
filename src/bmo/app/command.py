"""`bmo app`."""

import click

from bmo.core.trace import log_to_stderr
from bmo.settings.load import load_app


@click.command()
@click.option("--host", help="Address to listen on; beyond loopback only once a PIN is set.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
def app(host: str | None, port: int | None) -> None:
    """Serve BMO's page, REST and sockets until Ctrl-C. `bmo run` starts this together with all else."""
    from bmo.app.serve import serve

    log_to_stderr(program="app")
    given = {key: value for key, value in {"app.host": host, "app.port": port}.items() if value is not None}
    loaded = load_app(command_line=given)
    for notice in loaded.notices:
        click.echo(notice, err=True)
    serve(loaded)
