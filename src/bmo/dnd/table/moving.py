"""Places: walking, standing up, and who may strike at somebody who walks away."""

from bmo.dnd.rules.conditions import incapacitated
from bmo.dnd.rules.movement import can_stand_up, cost, provokes, standing_up
from bmo.dnd.rules.terms import Condition
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.combatant import Place
from bmo.dnd.table.scene import No, Scene, gap
from bmo.dnd.table.state import Creature


def move(scene: Scene, call: c.Move) -> None:
    """Walk, or be put somewhere. In a fight it costs movement, and enemies left behind may strike."""
    one = scene.find(call.who) if scene.role.dm and call.teleport else scene.acting(call.who)
    if one.at is None or call.teleport:
        scene.only_dm("where somebody appears")
        scene.emit(e.Moved(id=one.id, to=call.to))
    elif scene.state.encounter is None:
        scene.able(one)
        scene.emit(e.Moved(id=one.id, to=call.to))
    else:
        _walk(scene, one, call)
    _tear_loose(scene, one)


def _walk(scene: Scene, one: Creature, call: c.Move) -> None:
    scene.able(one)
    scene.on_turn(one)
    way = _feet(one, call.to)
    price = cost(way, difficult=call.difficult, crawling=Condition.PRONE in one.conditions, edition=scene.edition)
    left = feet_left(scene, one)
    if price > left + 1e-6:
        raise No(
            f"That way costs {price:g} feet; {one.name} has {left:g} left.", "Movement and Position", code="too_far"
        )
    offers = _left_behind(scene, one, call.to)
    scene.emit(e.Moved(id=one.id, to=call.to, cost=price), *offers)


def feet_left(scene: Scene, one: Creature) -> float:
    """Of the movement of this turn."""
    return max(0.0, one.speed(scene.edition) * (1 + one.spent.dashed) - one.spent.feet)


def _feet(one: Creature, to: Place) -> float:
    return max(abs(there - here) for here, there in zip(one.at or to, to, strict=True))


def _left_behind(scene: Scene, one: Creature, to: Place) -> list[e.Event]:
    """SRD 5.1 "Opportunity Attacks"."""
    moved = one.copy()
    moved.at = to
    fighting = {turn.id for turn in scene.fight().order}
    offers: list[e.Event] = []
    for enemy in scene.others(one):
        before, after = gap(enemy, one), gap(enemy, moved)
        if before is None or after is None or enemy.id not in fighting or "neutral" in (enemy.side, one.side):
            continue
        reach = max((line.reach for line in enemy.sheet.attacks if not line.ranged), default=0)
        sees = (
            not one.hidden and not {Condition.INVISIBLE} & one.conditions and Condition.BLINDED not in enemy.conditions
        )
        if provokes(
            leaves_reach=before <= reach < after,
            disengaged="disengage" in one.stances,
            enemy_sees=sees,
            enemy_has_reaction=not enemy.spent.reaction and not incapacitated(enemy.conditions),
        ):
            offers.append(e.Offered(id=enemy.id, target=one.id))
    return offers


def _tear_loose(scene: Scene, one: Creature) -> None:
    """A grapple ends when the two are moved apart. SRD 5.1 "Grappled"."""
    for other in scene.state.creatures.values():
        for held in list(other.held):
            grappler = scene.state.creatures.get(held.by or "")
            if held.name != Condition.GRAPPLED or grappler is None or one.id not in (other.id, grappler.id):
                continue
            if (gap(other, grappler) or 0) > 5:
                scene.emit(e.ConditionRemoved(id=other.id, condition=held.name, by=held.by, why="moved apart"))


def stand_up(scene: Scene, call: c.StandUp) -> None:
    """Half the speed. SRD 5.1 "Being Prone"."""
    one = scene.acting(call.who)
    if not one.has(Condition.PRONE):
        raise No(f"{one.name} does not lie prone.", "Being Prone", code="not_prone")
    scene.able(one)
    if scene.state.encounter is not None:
        scene.on_turn(one)
        speed, left = one.speed(scene.edition), feet_left(scene, one)
        if not can_stand_up(speed, left):
            raise No(
                f"Standing up costs {standing_up(speed)} feet; {one.name} has {left:g} left.", "Being Prone",
                code="too_far",
            )  # fmt: skip
        scene.emit(e.Spent(id=one.id, what="movement", feet=standing_up(speed)))
    scene.emit(e.ConditionRemoved(id=one.id, condition=Condition.PRONE, every=True, why="stood up"))


def take_action(scene: Scene, call: c.TakeAction) -> None:
    """Dodge, Disengage, Dash, Help, Hide, Ready. SRD 5.1 "Actions in Combat"."""
    one = scene.acting(call.who)
    helped = None
    if call.action == "help":
        if call.target is None:
            raise No("Say whom to help.", "Help", code="who")
        helped = scene.living(call.target)
        if helped.id == one.id:
            raise No(f"{one.name} cannot help itself.", "Help", code="oneself")
    scene.spend(one, call.using)
    scene.emit(e.Stood(id=one.id, stance=call.action, helps=helped.id if helped else None))


def spend(scene: Scene, call: c.Spend) -> None:
    """For what the engine does not know."""
    one = scene.acting(call.who)
    scene.fight()
    if call.what == "movement":
        scene.able(one)
        scene.on_turn(one)
        if call.feet > feet_left(scene, one):
            raise No(f"{one.name} has {feet_left(scene, one):g} feet left.", "Movement and Position", code="too_far")
        scene.emit(e.Spent(id=one.id, what="movement", feet=call.feet))
    else:
        scene.spend(one, call.what)
