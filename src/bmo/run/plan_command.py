"""`bmo ai-server plan`: which models fit a machine together, before it is rented."""

import json

import click

from bmo.ai_server.planner.arithmetic import Configuration, judge
from bmo.ai_server.planner.machines import MACHINES, Machine, described, machine
from bmo.ai_server.planner.models import SETS, chat_model, helpers
from bmo.ai_server.planner.text import legend, sum_lines, tier_json, tier_lines, verdict_json
from bmo.ai_server.planner.tiers import USUAL_CONTEXT, best, instead, tiers
from bmo.core.errors import Refused


@click.command()
@click.option("--machine", "name", type=click.Choice([one.name for one in MACHINES]), help="A machine by name.")
@click.option("--vram", type=float, help="GB of memory on the GPU; 0 for none.")
@click.option("--ram", type=float, help="GB of main memory.")
@click.option("--bandwidth", type=float, default=0.0, help="GB/s of the memory that the weights lie in.")
@click.option("--model", help="One model, as Ollama names it: the whole sum, and exit status 1 if it does not fit.")
@click.option(
    "--context", type=click.IntRange(256, 1_048_576), default=USUAL_CONTEXT, help="Tokens.", show_default=True
)
@click.option(
    "--beside", default="full", help=f"With --model: {', '.join(SETS)}, or helpers with commas.", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def plan(
    name: str | None,
    vram: float | None,
    ram: float | None,
    bandwidth: float,
    model: str | None,
    context: int,
    beside: str,
    as_json: bool,
) -> None:
    """Work out which models fit a machine together, and how fast they answer. Without a machine: all that are known."""
    machines = _machines(name, vram, ram, bandwidth)
    if model is None:
        _tables(machines, context, as_json)
        return
    if len(machines) > 1:
        raise click.UsageError("--model needs a machine: --machine NAME, or --vram and --ram.")
    beside = beside if machines[0].vram or beside != "full" else "small"
    _one(Configuration(chat_model(model), context, helpers(beside)), machines[0], as_json)


def _machines(name: str | None, vram: float | None, ram: float | None, bandwidth: float) -> tuple[Machine, ...]:
    if name is not None:
        if vram is not None or ram is not None:
            raise click.UsageError("--machine and --vram or --ram exclude each other.")
        return (machine(name),)
    if vram is None and ram is None:
        return MACHINES
    return (described(vram or 0.0, 16.0 if ram is None else ram, bandwidth),)


def _tables(machines: tuple[Machine, ...], context: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([tier_json(one, tiers(one, context), context) for one in machines], indent=1))
        return
    for one in machines:
        for line in tier_lines(one, tiers(one, context), context):
            click.echo(line)
        if len(machines) == 1 and (found := best(one, context)):
            click.echo("\nBest here:")
            for line in sum_lines(found[0], one, judge(found[0], one)):
                click.echo(line)
        click.echo()
    for line in legend():
        click.echo(line)


def _one(wanted: Configuration, one: Machine, as_json: bool) -> None:
    verdict = judge(wanted, one)
    ways = [] if verdict.fits else instead(wanted, one)
    if as_json:
        click.echo(json.dumps(verdict_json(wanted, one, verdict, ways), indent=1))
    else:
        for line in sum_lines(wanted, one, verdict):
            click.echo(line)
    if not verdict.fits:
        raise Refused(" ".join([f"This does not fit {one.name}. {verdict.obstacle}", *ways]), code="does_not_fit")
