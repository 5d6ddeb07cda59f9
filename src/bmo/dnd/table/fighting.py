"""Attacks, grapples and shoves: who may make them, what they need, what they do."""

from dataclasses import dataclass

from bmo.dnd.dice import Critical
from bmo.dnd.rules.attacks import Circumstances, check_reach, deal, reasons
from bmo.dnd.rules.checks import advantage_of, d20
from bmo.dnd.rules.conditions import Reasons, critical_when_hit, incapacitated
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.movement import grapple_difficulty_5_2, may_grapple
from bmo.dnd.rules.terms import Ability, Condition, Edition, Skill
from bmo.dnd.rules.weapons import too_heavy
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.combatant import AttackLine
from bmo.dnd.table.harm import afflict, suffer
from bmo.dnd.table.rolling import ability_check, faces_of, saving_throw
from bmo.dnd.table.scene import No, Scene, gap
from bmo.dnd.table.state import Creature, Held

COVER = {"none": Cover.NONE, "half": Cover.HALF, "three-quarters": Cover.THREE_QUARTERS, "total": Cover.TOTAL}
FAR = 30
"""Feet between an archer and a target when nobody said where they are."""


def attack(scene: Scene, call: c.Attack) -> None:
    """One attack, as `Attack` asks."""
    _players_say_no_more(scene, call)
    one, target = scene.acting(call.who), scene.living(call.target)
    if one.id == target.id:
        raise No(f"{one.name} does not attack itself.", code="oneself")
    line = call.line or line_of(one, call.attack)
    around = circumstances(scene, one, target, line, call.distance, COVER[call.cover])
    check_reach(around, line.reach)
    _allowed_reaction(scene, one, target, call)
    scene.spend(one, call.using, attack=True)
    more = Reasons(call.advantage, call.disadvantage)
    struck = strike(scene, one, target, line, around, more)
    if struck.hit:
        damage = f"{line.damage}+{call.extra}" if call.extra else line.damage
        dealt = deal(damage, line.type, scene.luck, target.defences, critical=struck.critical)
        suffer(
            scene, target, dealt.suffered, text=dealt.roll.text, faces=faces_of(dealt.roll), by=one.id,
            critical=struck.critical, knock_out=call.knock_out and not line.ranged,
        )  # fmt: skip


def _players_say_no_more(scene: Scene, call: c.Attack) -> None:
    for told, what in (
        (call.line, "what an attack is that is not on the sheet"),
        (call.advantage or call.disadvantage, "what else is for or against an attack"),
        (call.cover != "none", "what stands in the way"),
        (call.distance is not None, "how far away something is"),
        (call.extra, "what more an attack does"),
    ):
        if told:
            scene.only_dm(what)


def _allowed_reaction(scene: Scene, one: Creature, target: Creature, call: c.Attack) -> None:
    if call.using != "reaction" or scene.role.dm or scene.state.encounter is None:
        return
    if (one.id, target.id) not in scene.fight().offers and "ready" not in one.stances:
        raise No(f"{target.name} has not left {one.name}'s reach.", "Opportunity Attacks", code="no_opportunity")


def line_of(one: Creature, name: str | None) -> AttackLine:
    """An attack of the sheet by its name, or the first. Raises `No`."""
    for line in one.sheet.attacks:
        if name is None or line.name.casefold() == name.casefold():
            return line
    known = ", ".join(line.name for line in one.sheet.attacks)
    has = f"It has: {known}." if known else "It has none on its sheet."
    raise No(f"{one.name} has no attack{f' called {name}' if name else ''}. {has}", code="no_such_attack")


def circumstances(
    scene: Scene, one: Creature, target: Creature, line: AttackLine, given: float | None, cover: Cover
) -> Circumstances:
    """Everything around an attack that the table knows."""
    known = gap(one, target) if given is None else given
    usual = min(FAR, line.range or FAR) if line.ranged else min(5, line.reach)
    return Circumstances(
        attacker=one.conditions,
        target=target.conditions,
        distance=usual if known is None else known,
        ranged=line.ranged,
        normal_range=line.range,
        long_range=line.long_range,
        enemy_near=enemy_near(scene, one),
        attacker_unseen=one.hidden,
        target_unseen=target.hidden and not scene.role.dm,
        at_grappler=target.id in _causes(one, Condition.GRAPPLED),
        at_charmer=target.id in _causes(one, Condition.CHARMED),
        dodging="dodge" in target.stances,
        helped=one.helped_by is not None,
        cover=cover,
        too_heavy=line.heavy and _too_heavy(scene, one, line),
        exhaustion=one.exhaustion,
        target_exhaustion=target.exhaustion,
        edition=scene.edition,
    )


def _causes(one: Creature, condition: Condition) -> set[str | None]:
    return {held.by for held in one.held if held.name == condition}


def _too_heavy(scene: Scene, one: Creature, line: AttackLine) -> bool:
    scores = one.sheet.scores
    strength, dexterity = scores.get(Ability.STRENGTH, 10), scores.get(Ability.DEXTERITY, 10)
    return too_heavy(one.sheet.size, strength, dexterity, ranged=line.ranged, edition=scene.edition)


def enemy_near(scene: Scene, one: Creature) -> bool:
    """Whether somebody hostile, who sees and acts, is within 5 feet. SRD 5.1 "Ranged Attacks in Close Combat".

    What is hidden disturbs nobody: the disadvantage would tell that it is there.
    """
    for other in scene.others(one):
        near = gap(one, other)
        able = not incapacitated(other.conditions) and Condition.BLINDED not in other.conditions
        if near is not None and near <= 5 and able and not other.hidden and "neutral" not in (one.side, other.side):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Struck:
    """What an attack roll came to."""

    hit: bool
    critical: bool


def strike(
    scene: Scene, one: Creature, target: Creature, line: AttackLine, around: Circumstances, more: Reasons
) -> Struck:
    """Roll to hit. Whoever attacks out of hiding is seen afterwards. SRD 5.1 "Making an Attack", "Critical Hits"."""
    why = reasons(around) + more
    advantage = advantage_of(why.advantage, why.disadvantage)
    bonus = line.bonus - scene.worn(one).d20_penalty
    rolled = d20(bonus, scene.luck, advantage)
    needed = target.sheet.ac + around.cover.bonus
    natural = next(die.faces[-1] for die in rolled.dice if die.kept)
    hit = rolled.critical is not Critical.MISS and (natural == 20 or rolled.total >= needed)
    critical = hit and (natural >= line.critical_from or critical_when_hit(around.target, around.distance))
    if one.hidden:
        scene.emit(e.Revealed(id=one.id))
    scene.emit(
        e.Attacked(
            id=one.id, target=target.id, attack=line.name, faces=faces_of(rolled), total=rolled.total, bonus=bonus,
            ac=needed, hit=hit, critical=critical, advantage=advantage, why=why.advantage, why_not=why.disadvantage,
            cover="half" if around.cover is Cover.HALF else "none" if not around.cover else "three-quarters",
        )
    )  # fmt: skip
    return Struck(hit, critical)


def wrestle(scene: Scene, call: c.Wrestle) -> None:
    """Grapple, shove or escape. SRD 5.1 "Grappling", "Shoving a Creature"; SRD 5.2.1 "Unarmed Strike"."""
    one, target = scene.acting(call.who), scene.living(call.target)
    away = gap(one, target)
    if one.id == target.id or (away is not None and away > 5):
        raise No(f"{target.name} is not within reach.", "Grappling", code="out_of_range")
    if call.aim == "escape":
        _escape(scene, one, target)
        return
    if not may_grapple(one.sheet.size, target.sheet.size):
        raise No(f"{target.name} is more than one size larger.", "Grappling", code="too_large")
    scene.spend(one, "action", attack=True)
    if _overcome(scene, one, target, call.defence):
        _wrestled(scene, one, target, call.aim)


def _overcome(scene: Scene, one: Creature, target: Creature, defence: str | None) -> bool:
    if incapacitated(target.conditions):
        return True
    if scene.edition is Edition.SRD_5_2:
        strong = target.sheet.save_bonus(Ability.STRENGTH) >= target.sheet.save_bonus(Ability.DEXTERITY)
        ability = Ability.STRENGTH if strong else Ability.DEXTERITY
        return not saving_throw(scene, target, ability, _grapple_dc(one))
    skill = Skill(defence) if defence else _better(target)
    attempt = ability_check(scene, one, Skill.ATHLETICS, None, kind="contest")
    return attempt.total > ability_check(scene, target, skill, None, kind="contest").total


def _wrestled(scene: Scene, one: Creature, target: Creature, aim: str) -> None:
    if aim == "grapple":
        afflict(scene, target, Held(Condition.GRAPPLED, one.id))
    elif aim == "prone":
        afflict(scene, target, Held(Condition.PRONE, one.id))
    elif one.at is not None and target.at is not None:
        ways = [(there > here) - (there < here) for here, there in zip(one.at, target.at, strict=True)]
        x, y, height = (there + 5 * way for there, way in zip(target.at, ways, strict=True))
        scene.emit(e.Moved(id=target.id, to=(x, y, height)))


def _escape(scene: Scene, one: Creature, grappler: Creature) -> None:
    if not any(held.name == Condition.GRAPPLED and held.by == grappler.id for held in one.held):
        raise No(f"{grappler.name} does not grapple {one.name}.", "Grappling", code="not_grappled")
    scene.spend(one, "action")
    if scene.edition is Edition.SRD_5_2:
        dc = _grapple_dc(grappler)
        free = ability_check(scene, one, _better(one), dc).total >= dc
    else:
        tried = ability_check(scene, one, _better(one), None, kind="contest")
        free = tried.total > ability_check(scene, grappler, Skill.ATHLETICS, None, kind="contest").total
    if free:
        scene.emit(e.ConditionRemoved(id=one.id, condition=Condition.GRAPPLED, by=grappler.id, why="escaped"))


def _better(one: Creature) -> Skill:
    strong = one.sheet.skill_bonus(Skill.ATHLETICS) >= one.sheet.skill_bonus(Skill.ACROBATICS)
    return Skill.ATHLETICS if strong else Skill.ACROBATICS


def _grapple_dc(one: Creature) -> int:
    return grapple_difficulty_5_2(one.sheet.modifier(Ability.STRENGTH), one.sheet.proficiency)
