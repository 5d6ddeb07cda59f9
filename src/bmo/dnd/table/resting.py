"""Rests and the time between fights. SRD 5.1 "Resting"."""

from bmo.dnd.rules.dying import hours_until_awake
from bmo.dnd.rules.rest import LONG_HOURS, SHORT_HOURS, HitDice, long_rest, may_rest_again, spend_hit_die
from bmo.dnd.rules.terms import Ability
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.belongings import party
from bmo.dnd.table.harm import end_concentration, expire
from bmo.dnd.table.rolling import faces_of
from bmo.dnd.table.scene import No, Scene
from bmo.dnd.table.state import Creature

ROUNDS_A_MINUTE = 10
ROUNDS_AN_HOUR = 60 * ROUNDS_A_MINUTE


def short(scene: Scene, call: c.ShortRest) -> None:
    """An hour; hit dice are rolled and their Constitution modifier added."""
    resting = _resting(scene, call.who)
    spent = {scene.find(whom).id: dice for whom, dice in call.dice.items()}
    if strangers := set(spent) - {one.id for one in resting}:
        raise No(f"{scene.find(sorted(strangers)[0]).name} does not rest.", "Short Rest", code="not_resting")
    for one in resting:
        for sides, count in spent.get(one.id, {}).items():
            for _ in range(count):
                _spend_die(scene, one, sides)
    _pass(scene, SHORT_HOURS * ROUNDS_AN_HOUR)
    for one in resting:
        slots = dict(one.sheet.slots) if one.sheet.pact else dict(one.slots)
        scene.emit(e.Rested(id=one.id, kind="short", hp=one.hp, slots=slots, exhaustion=one.exhaustion))


def _spend_die(scene: Scene, one: Creature, sides: int) -> None:
    if one.hp < 1:
        raise No(f"{one.name} has 0 hit points and spends no hit dice.", "Short Rest", code="no_rest_at_0")
    dice = HitDice(sides, one.hit_dice.get(sides, 0), one.sheet.hit_dice.get(sides, 0))
    done = spend_hit_die(one.points(scene.edition), dice, one.sheet.modifier(Ability.CONSTITUTION), scene.luck)
    left, hp = done.dice.left, done.points.current
    scene.emit(e.HitDieSpent(id=one.id, sides=sides, faces=faces_of(done.roll), left=left, hp=hp))


def long(scene: Scene, call: c.LongRest) -> None:
    """Eight hours. Who is at 0 hit points gains nothing; nobody rests twice in 24 hours."""
    resting = [one for one in _resting(scene, call.who) if call.who is not None or one.hp > 0]
    for one in resting:
        if one.hp < 1:
            raise No(f"{one.name} has 0 hit points and gains nothing from a long rest.", "Long Rest",
                     code="no_rest_at_0")  # fmt: skip
        if one.rested is not None and not may_rest_again((scene.state.round - one.rested) / ROUNDS_AN_HOUR):
            raise No(f"{one.name} has had a long rest in the last 24 hours.", "Long Rest", code="rested")
    for one in resting:
        end_concentration(scene, one, "sleeps")
    _pass(scene, LONG_HOURS * ROUNDS_AN_HOUR)
    for one in resting:
        _rest(scene, one, fed=call.fed)


def _rest(scene: Scene, one: Creature, *, fed: bool) -> None:
    sheet = one.sheet
    dice = tuple(HitDice(sides, one.hit_dice.get(sides, 0), most) for sides, most in sheet.hit_dice.items())
    rested = long_rest(one.points(scene.edition), dice, sheet.slots, one.exhaustion, fed=fed, edition=scene.edition)
    scene.emit(e.Exhausted(id=one.id, level=rested.exhaustion))
    scene.emit(
        e.Rested(
            id=one.id, kind="long", hp=one.max_hp(scene.edition), slots=rested.slots,
            hit_dice={kind.sides: kind.left for kind in rested.dice}, exhaustion=rested.exhaustion,
        )
    )  # fmt: skip


def _resting(scene: Scene, who: tuple[str, ...] | None) -> list[Creature]:
    if scene.state.encounter is not None:
        raise No("Nobody rests in a fight.", "Resting", code="encounter_goes_on")
    resting = party(scene) if who is None else scene.all_living(who)
    if not resting:
        raise No("Nobody is there to rest.", code="nobody")
    return resting


def pass_time(scene: Scene, call: c.PassTime) -> None:
    """What lasts shorter ends; who is stable wakes after 1d4 hours."""
    if scene.state.encounter is not None:
        raise No("In a fight time goes by turns.", "The Order of Combat", code="encounter_goes_on")
    rounds = call.rounds + call.minutes * ROUNDS_A_MINUTE + call.hours * ROUNDS_AN_HOUR
    if not 0 < rounds <= 1_000_000 - scene.state.round:
        raise No("Say how much time goes by.", code="no_time")
    _pass(scene, rounds)


def _pass(scene: Scene, rounds: int) -> None:
    scene.emit(e.TimePassed(rounds=rounds))
    expire(scene, None, "passed")
    for one in scene.state.creatures.values():
        if (
            one.life == "stable"
            and rounds >= ROUNDS_AN_HOUR
            and hours_until_awake(scene.luck) * ROUNDS_AN_HOUR <= rounds
        ):
            scene.emit(e.Healed(id=one.id, amount=1, hp=1))
