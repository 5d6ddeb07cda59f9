"""Spells: what they cost, whom they catch, what they do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from bmo.dnd.dice import roll
from bmo.dnd.rules import areas
from bmo.dnd.rules.attacks import Dealt, check_reach, deal
from bmo.dnd.rules.casting import Cast as Spell
from bmo.dnd.rules.casting import Caster, CastingTime, Components, check_components, check_turn
from bmo.dnd.rules.conditions import Reasons, silent
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.damage import all_taken, heal, protect
from bmo.dnd.rules.slots import cantrip_dice, slot_for
from bmo.dnd.rules.terms import Condition
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.combatant import ActionKind, AreaOf, AttackLine, Casting, Place, SpellRule
from bmo.dnd.table.fighting import COVER, circumstances, strike
from bmo.dnd.table.harm import afflict, end_concentration, suffer
from bmo.dnd.table.rolling import faces_of, saving_throw
from bmo.dnd.table.scene import No, Scene, gap
from bmo.dnd.table.state import Creature, Held

T = TypeVar("T")
_FIRST_DICE = re.compile(r"^(\d+)(d\d+)")


@dataclass(frozen=True, slots=True)
class Cast:
    """A spell that is being cast."""

    one: Creature
    rule: SpellRule
    casting: Casting
    above: int
    """Slot levels above its own."""
    targets: tuple[Creature, ...]
    cover: dict[str, Cover]


def cast(scene: Scene, call: c.Cast) -> None:
    """SRD 5.1 "Casting a Spell"; nothing is spent before all of it is known to be possible."""
    if call.rule is not None:
        scene.only_dm("what a spell does that is not in the library")
    if call.cover:
        scene.only_dm("what stands in the way")
    one = scene.acting(call.who)
    casting = one.sheet.casting
    if casting is None:
        raise No(f"{one.name} casts no spells.", "Spellcasting", code="no_caster")
    rule = call.rule or scene.library.spell(call.spell)
    _known(scene, one, casting, rule)
    slot = None if call.ritual else slot_for(rule.level, one.slots, call.slot)
    _sayable(scene, one, rule)
    targets = _aimed(one, rule, slot, _whom(scene, one, rule, call))
    _spend(scene, one, rule, slot, ritual=call.ritual)
    scene.emit(
        e.SpellCast(
            id=one.id, spell=rule.name, level=rule.level, slot=slot, using=_using(rule),
            targets=tuple(dict.fromkeys(target.id for target in targets)), dc=casting.dc if rule.save else None,
        )
    )  # fmt: skip
    if rule.concentration:
        end_concentration(scene, one, f"casts {rule.name}")
        scene.emit(e.ConcentrationBegan(id=one.id, spell=rule.name, until=_until(scene, one, rule)))
    cover = {scene.find(whom).id: COVER[what] for whom, what in call.cover.items()}
    _work(scene, Cast(one, rule, casting, (slot or rule.level) - rule.level, targets, cover))


def _known(scene: Scene, one: Creature, casting: Casting, rule: SpellRule) -> None:
    known = {spell.casefold() for spell in casting.spells}
    if rule.name.casefold() not in known and not scene.role.dm:
        raise No(f"{one.name} has not prepared {rule.name}.", "Known and Prepared Spells", code="not_prepared")


def _sayable(scene: Scene, one: Creature, rule: SpellRule) -> None:
    """SRD 5.1 "Components". Whoever is `silenced` or `bound`, a word that lasts on them, cannot speak or gesture."""
    needed = rule.material
    owned = frozenset([needed] if needed and any(needed.casefold() in item.casefold() for item in one.items) else [])
    speaks = not one.has("silenced") and not silent(one.conditions, scene.edition)
    caster = Caster(speaks=speaks, free_hand=not one.has("bound"), owned=owned)
    check_components(Components(rule.verbal, rule.somatic, rule.focus, needed), caster)


def _time(using: ActionKind) -> CastingTime:
    return "action" if using == "free" else using


def _using(rule: SpellRule) -> ActionKind:
    return "action" if rule.casting == "longer" else rule.casting


def _spend(scene: Scene, one: Creature, rule: SpellRule, slot: int | None, *, ritual: bool) -> None:
    fighting = scene.state.encounter is not None
    if fighting and (rule.casting == "longer" or ritual):
        raise No(f"{rule.name} takes longer than a fight leaves time for.", "Casting Time", code="too_long")
    if fighting and rule.casting != "reaction":
        before = [Spell(level, _time(using), took) for level, using, took in one.spent.spells if using != "reaction"]
        check_turn(before, Spell(rule.level, rule.casting, slot is not None), scene.edition)
    scene.spend(one, _using(rule))
    if slot is not None:
        scene.emit(e.SlotSpent(id=one.id, level=slot, left=one.slots[slot] - 1))
    if rule.material and rule.consumed:
        item = next(item for item in one.items if rule.material.casefold() in item.casefold())
        scene.emit(e.Items(id=one.id, item=item, count=one.items[item] - 1, change=-1))


def _whom(scene: Scene, one: Creature, rule: SpellRule, call: c.Cast) -> tuple[Creature, ...]:
    named = tuple(scene.all_living(call.targets))
    if rule.area is not None and call.at is not None:
        _in_range(rule, one.at, call.at)
        return named or tuple(_caught(scene, one, rule, rule.area, call.at))
    if rule.area is None and not rule.shots and len(named) > rule.targets and not scene.role.dm:
        raise No(f"{rule.name} is for {rule.targets} at most.", "Targets", code="too_many_targets")
    needs = rule.attack or rule.damage or rule.healing or rule.temporary or rule.condition
    if not named and needs:
        raise No(f"Say whom {rule.name} is for" + (", or where." if rule.area else "."), "Targets", code="who")
    for target in named:
        away = gap(one, target)
        if rule.range is not None and away is not None and rule.area is None and away > max(5, rule.range):
            raise No(f"{target.name} is {away:g} feet away; {rule.name} reaches {rule.range} feet.", "Range",
                     code="out_of_range")  # fmt: skip
        if COVER.get(call.cover.get(target.id, "none")) is Cover.TOTAL:
            raise No(f"{target.name} is behind total cover.", "Cover", code="total_cover")
    return named


def _aimed(one: Creature, rule: SpellRule, slot: int | None, named: tuple[Creature, ...]) -> tuple[Creature, ...]:
    """Each dart or ray at one of them; those left over at the last."""
    shots = _at(rule.shots, _step(one, rule, (slot or rule.level) - rule.level))
    if shots is None or not named:
        return named
    if len(named) > shots:
        raise No(f"{rule.name} has {shots} shots, not {len(named)}.", "Targets", code="too_many_targets")
    return (*named, *[named[-1]] * (shots - len(named)))


def _step(one: Creature, rule: SpellRule, above: int) -> int:
    """What a spell grows with: the slot, for a cantrip the caster's level."""
    return rule.level + above if rule.level else max(1, one.sheet.level)


def _at(steps: Mapping[int, T], step: int) -> T | None:
    return steps.get(max((one for one in steps if one <= step), default=0))


def _in_range(rule: SpellRule, start: Place | None, at: Place) -> None:
    self_centred = rule.area is not None and rule.area.shape in ("cone", "line")
    if start is None or rule.range is None or self_centred:
        return
    away = areas.distance(start, at)
    if away > max(5, rule.range):
        raise No(f"That is {away:g} feet away; {rule.name} reaches {rule.range} feet.", "Range", code="out_of_range")


def _caught(scene: Scene, one: Creature, rule: SpellRule, area: AreaOf, at: Place) -> list[Creature]:
    """Everybody alive in the area, the caster too where it reaches that far. A cube of a spell from oneself begins at
    the caster, another one stands around its point. SRD 5.1 "Areas of Effect"."""
    shape = _shape(one, area, at, from_self=not rule.range)
    here = [other for other in scene.state.creatures.values() if not other.dead and other.at is not None]
    spots = [(each.id, spot) for each in here for spot in areas.squares(each.at or at, each.sheet.size)]
    found = set(areas.caught(shape, spots))
    spared = one.id if area.shape == "cube" and not rule.range else ""
    return [other for other in here if other.id in found and other.id != spared]


def _shape(one: Creature, area: AreaOf, at: Place, *, from_self: bool) -> areas.Area:
    if area.shape == "sphere":
        return areas.Sphere(at, area.size)
    if area.shape == "cylinder":
        return areas.Cylinder(at, area.size, area.height)
    if area.shape == "cube" and not from_self:
        return areas.Cube((at[0] - area.size / 2, at[1] - area.size / 2, at[2]), area.size)
    if one.at is None:
        raise No(f"{one.name} has no place from which a {area.shape} could begin.", "Areas of Effect", code="no_place")
    if area.shape == "emanation":
        return areas.Emanation(one.at, one.sheet.size.feet, area.size)
    if one.at == at:
        raise No(f"Say where the {area.shape} points to.", "Areas of Effect", code="no_direction")
    if area.shape == "cube":
        return areas.cube_from(one.at, at, area.size)
    if area.shape == "cone":
        return areas.Cone(one.at, at, area.size)
    return areas.Line(one.at, at, area.size, area.width)


def _work(scene: Scene, spell: Cast) -> None:
    """What it does to each. Damage of a saved-against spell is rolled once for all. SRD 5.1 "Damage Rolls"."""
    dealt = None
    rule = spell.rule
    if rule.damage and rule.attack is None:
        dealt = deal(_damage(spell), rule.type, scene.luck) if spell.targets else None
    for target in spell.targets:
        if target.dead:
            continue
        if rule.attack is not None:
            worked = _struck(scene, spell, target)
        else:
            saved = _saved(scene, spell, target)
            worked = not saved
            if dealt is not None and (worked or rule.half):
                _hurt(scene, spell, target, dealt, halved=saved)
        if worked:
            _lasting(scene, spell, target)
    _mend(scene, spell)


def _damage(spell: Cast) -> str:
    rule = spell.rule
    if rule.steps and not rule.healing:
        return _at(rule.steps, _step(spell.one, rule, spell.above)) or rule.damage or "0"
    dice = rule.damage or "0"
    first = _FIRST_DICE.match(dice)
    if rule.scales and rule.level == 0 and first:
        times = cantrip_dice(max(1, spell.one.sheet.level))
        dice = f"{int(first[1]) * times}{first[2]}{dice[first.end() :]}"
    return "+".join([dice, *[rule.higher] * spell.above]) if rule.higher else dice


def _struck(scene: Scene, spell: Cast, target: Creature) -> bool:
    """A spell attack; damage is rolled for each. Also after a miss nothing else happens."""
    rule = spell.rule
    ranged = rule.attack == "ranged"
    line = AttackLine(name=rule.name, bonus=spell.casting.attack, ranged=ranged, reach=max(5, rule.range or 5),
                      range=rule.range if ranged else None, damage=_damage(spell), type=rule.type)  # fmt: skip
    around = circumstances(scene, spell.one, target, line, None, spell.cover.get(target.id, Cover.NONE))
    check_reach(around, line.reach)
    struck = strike(scene, spell.one, target, line, around, Reasons())
    if struck.hit and rule.damage:
        dealt = deal(line.damage, rule.type, scene.luck, target.defences, critical=struck.critical)
        suffer(scene, target, dealt.suffered, text=dealt.roll.text, faces=faces_of(dealt.roll), by=spell.one.id,
               critical=struck.critical)  # fmt: skip
    return struck.hit


def _saved(scene: Scene, spell: Cast, target: Creature) -> bool:
    if spell.rule.save is None:
        return False
    cover = spell.cover.get(target.id, Cover.NONE)
    return saving_throw(scene, target, spell.rule.save, spell.casting.dc, cover=cover.bonus)


def _hurt(scene: Scene, spell: Cast, target: Creature, dealt: Dealt, *, halved: bool) -> None:
    amounts = {part.type: part.rolled for part in dealt.suffered}
    suffered = all_taken(amounts, target.defences, halved=halved)
    suffer(scene, target, suffered, text=dealt.roll.text, faces=faces_of(dealt.roll), by=spell.one.id)


def _until(scene: Scene, one: Creature, rule: SpellRule) -> e.Until | None:
    return scene.after(rule.rounds, one.id) if rule.rounds else None


def _lasting(scene: Scene, spell: Cast, target: Creature) -> None:
    rule, one = spell.rule, spell.one
    if rule.condition is None or target.dead:
        return
    if rule.concentration and (one.concentration is None or one.concentration.spell != rule.name):
        return  # the caster was caught too, and holds it no more
    save = e.SaveAgain(ability=rule.save, dc=spell.casting.dc) if rule.save_again and rule.save else None
    spell_name = rule.name if rule.concentration else None
    afflict(scene, target, Held(Condition(rule.condition), one.id, spell_name, _until(scene, one, rule), save))


def _mend(scene: Scene, spell: Cast) -> None:
    """Healing and temporary hit points, rolled for each."""
    rule = spell.rule
    for target in spell.targets if rule.healing or rule.temporary else ():
        if target.dead:
            continue
        before = target.points(scene.edition)
        if rule.healing:
            rolled = roll(
                f"{_healing(spell, rule.healing)}{spell.casting.modifier * rule.adds_modifier:+d}", scene.luck
            )
            after = heal(before, rolled.total)
            amount = after.current - before.current
            scene.emit(e.Healed(id=target.id, by=spell.one.id, amount=amount, faces=faces_of(rolled), hp=after.current))
        if rule.temporary:
            after = protect(before, max(0, roll(rule.temporary, scene.luck).total))
            scene.emit(e.Protected(id=target.id, temporary=after.temporary))


def _healing(spell: Cast, usual: str) -> str:
    rule = spell.rule
    if rule.steps:
        return _at(rule.steps, _step(spell.one, rule, spell.above)) or usual
    return "+".join([usual, *([rule.higher] * spell.above if rule.higher else [])])
