"""`bmo roll`: dice for the table, and for anybody else."""

import json
from dataclasses import asdict

import click

from bmo.dnd.dice import Advantage, ScriptedLuck, SystemLuck
from bmo.dnd.dice import roll as throw


@click.command(name="roll", context_settings={"ignore_unknown_options": True})
@click.argument("dice", nargs=-1, required=True)
@click.option("--advantage", "way", flag_value=Advantage.ADVANTAGE, type=Advantage, help="Two d20, the higher counts.")
@click.option("--disadvantage", "way", flag_value=Advantage.DISADVANTAGE, type=Advantage, help="... the lower counts.")
@click.option("--critical", is_flag=True, help="A critical hit: twice the dice.")
@click.option("--faces", help="Faces that real dice showed, in order: 3,17.")
@click.option("--json", "as_json", is_flag=True, help="Every die, as JSON.")
def roll(dice: tuple[str, ...], way: Advantage | None, critical: bool, faces: str | None, as_json: bool) -> None:
    """Roll dice: bmo roll 4d6kh3, bmo roll "2d6[fire]+1d8"."""
    luck = SystemLuck() if faces is None else ScriptedLuck(_faces(faces))
    rolled = throw(" ".join(dice), luck, advantage=way or Advantage.NONE, critical_hit=critical)
    click.echo(json.dumps(asdict(rolled)) if as_json else rolled.text)


def _faces(text: str) -> list[int]:
    try:
        return [int(face) for face in text.split(",")]
    except ValueError as fault:
        raise click.BadParameter(
            "faces are numbers with commas between them, such as 3,17", param_hint="--faces"
        ) from fault
