"""`bmo ai-server modelfile`."""

import click

from bmo.ai_server.modelfile import Kind, modelfile


@click.command("modelfile")
@click.argument("kind", type=click.Choice(["cloud", "pi"]))
@click.option("--from", "base", help="Another model, such as the one `bmo ai-server plan` finds for your machine.")
@click.option("--context", type=click.IntRange(256, 1_048_576), help="Another context, in tokens.")
def print_modelfile(kind: Kind, base: str | None, context: int | None) -> None:
    """Print the Modelfile of `bmo`: `bmo ai-server modelfile pi > Modelfile && ollama create bmo -f Modelfile`."""
    click.echo(modelfile(kind, base, context), nl=False)
