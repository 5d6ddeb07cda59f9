"""Damage that no attack did, healing, conditions, dying, slots and rests, as the Dungeon Master or a player says."""

from bmo.dnd.dice import Roll, roll
from bmo.dnd.rules.attacks import typed
from bmo.dnd.rules.conditions import Reasons
from bmo.dnd.rules.damage import all_taken, heal, protect
from bmo.dnd.rules.dying import STABILISE_DIFFICULTY
from bmo.dnd.rules.terms import Condition, Skill
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.fighting import COVER
from bmo.dnd.table.harm import afflict, die, end_concentration, roll_death_save, suffer, tire
from bmo.dnd.table.rolling import ability_check, faces_of, saving_throw
from bmo.dnd.table.scene import No, Scene
from bmo.dnd.table.state import Concentrating, Held


def _rolled(scene: Scene, amount: int | str) -> tuple[int, Roll | None]:
    if isinstance(amount, int):
        return amount, None
    rolled = roll(amount, scene.luck)
    return max(0, rolled.total), rolled


def damage(scene: Scene, call: c.Damage) -> None:
    """Rolled once for all; who saves takes half or none. SRD 5.1 "Damage Rolls"."""
    targets = scene.all_living(call.targets)
    by = scene.find(call.source).id if call.source is not None else None
    total, rolled = _rolled(scene, call.amount)
    amounts = typed(rolled.by_type if rolled else {"": total}, call.type)
    text, faces = (rolled.text, faces_of(rolled)) if rolled else ("", ())
    for one in targets:
        saved = call.save is not None and saving_throw(scene, one, call.save, call.dc or 0)
        if saved and not call.half:
            continue
        suffer(scene, one, all_taken(amounts, one.defences, halved=saved), text=text, faces=faces, by=by)


def healing(scene: Scene, call: c.Heal) -> None:
    """Never above the maximum. SRD 5.1 "Healing"."""
    one = scene.living(call.target)
    total, rolled = _rolled(scene, call.amount)
    before = one.points(scene.edition)
    after = heal(before, total)
    gained = after.current - before.current
    scene.emit(e.Healed(id=one.id, amount=gained, faces=faces_of(rolled) if rolled else (), hp=after.current))


def temporary(scene: Scene, call: c.TemporaryHp) -> None:
    """The higher number stays. SRD 5.1 "Temporary Hit Points"."""
    one = scene.living(call.target)
    after = protect(one.points(scene.edition), _rolled(scene, call.amount)[0])
    scene.emit(e.Protected(id=one.id, temporary=after.temporary))


def check(scene: Scene, call: c.Check) -> None:
    """An ability check; players name no DC and no reasons."""
    one = scene.acting(call.who)
    if call.secret:
        scene.only_dm("what is rolled in secret")
    if call.advantage or call.disadvantage or call.dc is not None:
        scene.only_dm("how hard a check is")
    of = call.skill or call.ability
    if of is None:
        raise No("A check needs an ability or a skill.", code="what")
    if one.life != "up" or Condition.UNCONSCIOUS in one.conditions:
        raise No(f"{one.name} is unconscious.", "Conditions: Unconscious", code="incapacitated")
    more = Reasons(call.advantage, call.disadvantage)
    ability_check(scene, one, of, call.dc, ability=call.ability, more=more, secret=call.secret)


def save(scene: Scene, call: c.Save) -> None:
    """A saving throw that the Dungeon Master asks for."""
    one = scene.acting(call.who)
    more = Reasons(call.advantage, call.disadvantage)
    saving_throw(scene, one, call.ability, call.dc, cover=COVER[call.cover].bonus, more=more, secret=call.secret)


def add_condition(scene: Scene, call: c.AddCondition) -> None:
    """With its duration, from now."""
    one = scene.living(call.who)
    by = scene.find(call.by).id if call.by is not None else None
    if (call.save is None) != (call.dc is None):
        raise No("A repeated save needs both save and dc.", code="save_and_dc")
    if call.condition in one.sheet.condition_immunities:
        raise No(f"{one.name} cannot be {call.condition}.", "Conditions: immunity", code="immune")
    until = scene.after(call.rounds, by or one.id, call.ends) if call.rounds is not None else None
    again = e.SaveAgain(ability=call.save, dc=call.dc) if call.save is not None and call.dc is not None else None
    afflict(scene, one, Held(str(call.condition), by, None, until, again))


def remove_condition(scene: Scene, call: c.RemoveCondition) -> None:
    """It is over, whoever it came from."""
    one = scene.find(call.who)
    if not one.has(call.condition):
        raise No(f"{one.name} is not {call.condition}.", code="no_condition")
    if call.condition == Condition.UNCONSCIOUS and one.life != "up":
        raise No(f"{one.name} has 0 hit points: healing wakes it.", "Falling Unconscious", code="unconscious")
    scene.emit(e.ConditionRemoved(id=one.id, condition=call.condition, every=True, why="removed"))


def exhaustion(scene: Scene, call: c.SetExhaustion) -> None:
    """SRD 5.1 "Exhaustion"."""
    tire(scene, scene.living(call.who), call.level)


def concentrate(scene: Scene, call: c.Concentrate) -> None:
    """What was held before ends. SRD 5.1 "Concentration"."""
    one = scene.acting(call.who)
    scene.able(one)
    end_concentration(scene, one, f"concentrates on {call.spell}")
    held = Concentrating(call.spell, scene.after(call.rounds, one.id) if call.rounds is not None else None)
    scene.emit(e.ConcentrationBegan(id=one.id, spell=held.spell, until=held.until))


def let_go(scene: Scene, call: c.EndConcentration) -> None:
    """At any time, without an action."""
    one = scene.acting(call.who)
    if one.concentration is None:
        raise No(f"{one.name} concentrates on nothing.", "Concentration", code="no_concentration")
    end_concentration(scene, one, "let go")


def death_save(scene: Scene, call: c.RollDeathSave) -> None:
    """For who is dying. In a fight they roll by themselves, when the turn begins."""
    one = scene.acting(call.who)
    if one.life != "dying":
        raise No(f"{one.name} is not dying.", "Death Saving Throws", code="not_dying")
    if scene.state.encounter is not None:
        scene.only_dm("more death saving throws in a fight: they are rolled at the start of the turn")
    roll_death_save(scene, one)


def stabilise(scene: Scene, call: c.Stabilise) -> None:
    """SRD 5.1 "Stabilizing a Creature"."""
    one = scene.living(call.target)
    if one.life != "dying":
        raise No(f"{one.name} is not dying.", "Stabilizing a Creature", code="not_dying")
    if call.by is None:
        scene.only_dm("who is stable without anybody's help")
    else:
        helper = scene.acting(call.by)
        scene.spend(helper, "action")
        if ability_check(scene, helper, Skill.MEDICINE, STABILISE_DIFFICULTY).total < STABILISE_DIFFICULTY:
            return
    scene.emit(e.Stabilised(id=one.id))


def kill(scene: Scene, call: c.Kill) -> None:
    """Whatever the hit points."""
    die(scene, scene.living(call.who), call.why)


def revive(scene: Scene, call: c.Revive) -> None:
    """The only way back. SRD 5.1 "Death": spells such as Raise Dead."""
    one = scene.find(call.who)
    if not one.dead:
        raise No(f"{one.name} is not dead.", code="not_dead")
    scene.emit(e.Revived(id=one.id, hp=min(call.hp, one.max_hp(scene.edition))))


def spend_slot(scene: Scene, call: c.SpendSlot) -> None:
    """Raises `No` when none is left."""
    one = scene.acting(call.who)
    left = one.slots.get(call.level, 0)
    if not left:
        raise No(f"{one.name} has no spell slot of level {call.level} left.", "Spell Slots", code="no_slot")
    scene.emit(e.SlotSpent(id=one.id, level=call.level, left=left - 1))


def restore_slot(scene: Scene, call: c.RestoreSlot) -> None:
    """Never more than there are after a long rest."""
    one = scene.living(call.who)
    left, most = one.slots.get(call.level, 0), one.sheet.slots.get(call.level, 0)
    if left >= most:
        raise No(f"{one.name} has all {most} spell slots of level {call.level}.", "Spell Slots", code="no_slot")
    scene.emit(e.SlotSpent(id=one.id, level=call.level, left=left + 1))
