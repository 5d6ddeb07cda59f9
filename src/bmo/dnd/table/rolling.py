"""A d20 for somebody at the table: bonus, reasons for and against, and what came of it, as one event."""

from typing import Literal

from bmo.dnd.dice import Roll
from bmo.dnd.rules.checks import advantage_of, d20
from bmo.dnd.rules.conditions import Reasons, fails_saves, on_checks, on_saves
from bmo.dnd.rules.terms import Ability, Skill
from bmo.dnd.table import events as e
from bmo.dnd.table.scene import Scene
from bmo.dnd.table.state import Creature

Kind = Literal["check", "save", "concentration", "contest"]


def faces_of(roll: Roll) -> tuple[int, ...]:
    """Every face of every die, rerolled and dropped ones included."""
    return tuple(face for die in roll.dice for face in die.faces)


def saving_throw(
    scene: Scene,
    one: Creature,
    ability: Ability,
    dc: int,
    *,
    kind: Kind = "save",
    cover: int = 0,
    more: Reasons | None = None,
    secret: bool = False,
) -> bool:
    """Whether it succeeds. SRD 5.1 "Saving Throws"; `cover` adds to Dexterity saves."""
    worn = scene.worn(one)
    why = on_saves(
        one.conditions, ability, dodging="dodge" in one.stances, exhaustion=one.exhaustion, edition=scene.edition
    )
    why += more or Reasons()
    bonus = one.sheet.save_bonus(ability) - worn.d20_penalty + (cover if ability is Ability.DEXTERITY else 0)
    advantage = advantage_of(why.advantage, why.disadvantage)
    rolled = d20(bonus, scene.luck, advantage)
    fails = fails_saves(one.conditions, ability)
    success = rolled.total >= dc and not fails
    if fails:
        why += Reasons((), ("fails by itself: " + ", ".join(sorted(one.conditions)),))
    scene.emit(
        e.Tested(
            id=one.id, kind=kind, of=ability, faces=faces_of(rolled), total=rolled.total, bonus=bonus, dc=dc,
            success=success, advantage=advantage, why=why.advantage, why_not=why.disadvantage, secret=secret,
        )
    )  # fmt: skip
    return success


def ability_check(
    scene: Scene,
    one: Creature,
    of: Ability | Skill,
    dc: int | None,
    *,
    ability: Ability | None = None,
    kind: Kind = "check",
    more: Reasons | None = None,
    secret: bool = False,
) -> Roll:
    """SRD 5.1 "Ability Checks". A skill may go with another `ability` than usual."""
    why = on_checks(one.conditions, exhaustion=one.exhaustion, edition=scene.edition)
    if one.helped_by is not None:
        why += Reasons(("helped",), ())
    why += more or Reasons()
    bonus = _bonus(one, of, ability) - scene.worn(one).d20_penalty
    advantage = advantage_of(why.advantage, why.disadvantage)
    rolled = d20(bonus, scene.luck, advantage)
    scene.emit(
        e.Tested(
            id=one.id, kind=kind, of=of, faces=faces_of(rolled), total=rolled.total, bonus=bonus, dc=dc,
            success=None if dc is None else rolled.total >= dc, advantage=advantage, why=why.advantage,
            why_not=why.disadvantage, secret=secret,
        )
    )  # fmt: skip
    return rolled


def _bonus(one: Creature, of: Ability | Skill, ability: Ability | None) -> int:
    if isinstance(of, Ability):
        return one.sheet.modifier(of)
    bonus = one.sheet.skill_bonus(of)
    if ability is None or ability is of.ability:
        return bonus
    return bonus - one.sheet.modifier(of.ability) + one.sheet.modifier(ability)
