"""Fights by turns: initiative, whose turn it is, and what happens by itself when one begins or ends."""

from bmo.core.errors import Refused
from bmo.dnd.rules.encounter import shared_xp
from bmo.dnd.rules.initiative import following, initiative
from bmo.dnd.rules.terms import Edition
from bmo.dnd.table import calls as c
from bmo.dnd.table import events as e
from bmo.dnd.table.belongings import gain_xp
from bmo.dnd.table.harm import expire, roll_death_save
from bmo.dnd.table.rolling import faces_of, saving_throw
from bmo.dnd.table.scene import No, Scene
from bmo.dnd.table.state import Creature


def start(scene: Scene, call: c.StartEncounter) -> None:
    """Everybody rolls; round and turn begin. SRD 5.1 "The Order of Combat"."""
    if scene.state.encounter is not None:
        raise No("A fight goes on already. End it first.", code="encounter_goes_on")
    everybody = [one for one in scene.state.creatures.values() if not one.dead]
    fighters = everybody if call.who is None else scene.all_living(call.who)
    if not fighters:
        raise No("Nobody is there to fight.", code="nobody")
    surprised = {scene.find(whom).id for whom in call.surprised}
    given = {scene.find(whom).id: total for whom, total in call.given.items()}
    scene.emit(e.EncounterBegan(name=call.name))
    for one in fighters:
        _place(scene, one, given.get(one.id), surprised=one.id in surprised)
    scene.emit(e.RoundBegan(round=scene.state.round + 1))
    _begin(scene, scene.fight().order[0].id)


def join(scene: Scene, call: c.RollInitiative) -> None:
    """Somebody comes later; nobody else's place changes."""
    scene.fight()
    _place(scene, scene.living(call.who), call.total)


def _place(scene: Scene, one: Creature, total: int | None, *, surprised: bool = False) -> None:
    faces: tuple[int, ...] = ()
    if total is None:
        rolled = initiative(
            one.sheet.initiative_bonus, scene.luck, surprised=surprised, conditions=one.conditions,
            exhaustion=one.exhaustion, edition=scene.edition,
        )  # fmt: skip
        total, faces = rolled.total, faces_of(rolled)
    waits = surprised and scene.edition is Edition.SRD_5_1
    scene.emit(e.Initiative(id=one.id, total=total, faces=faces, surprised=waits))


def next_turn(scene: Scene, _call: c.NextTurn) -> None:
    """The current turn ends and the next begins. Players end only their own."""
    fight = scene.fight()
    current = scene.state.creatures.get(fight.current or "")
    if not scene.role.dm and (current is None or current.player != scene.role.name):
        raise No("It is not your turn that would end.", "The Order of Combat", code="not_your_turn")
    go_on(scene)


def go_on(scene: Scene) -> None:
    """End the current turn, begin the next. Raises `No` when nobody is left."""
    fight = scene.fight()
    current = scene.state.creatures.get(fight.current or "")
    if current is not None:
        _end(scene, current)
    gone = [turn.id for turn in fight.order if scene.state.creatures[turn.id].dead]
    if len(gone) == len(fight.order):
        raise No("Nobody is left in the order. End the encounter.", code="nobody_left")
    order = [turn.id for turn in fight.order]
    if fight.current is None:
        chosen, again = next(id for id in order if id not in gone), False
    else:
        chosen, again = following(order, fight.current, gone)
    if again:
        scene.emit(e.RoundBegan(round=scene.state.round + 1))
        expire(scene, None, "overdue")
    _begin(scene, chosen)


def _end(scene: Scene, one: Creature) -> None:
    """Saves at the end of the turn, and what lasts until then. A condition ends before its last save is needed."""
    expire(scene, one.id, "end")
    for held in list(one.held):
        again = held.save
        if again is None or one.dead or held not in one.held:
            continue
        if saving_throw(scene, one, again.ability, again.dc):
            scene.emit(e.ConditionRemoved(id=one.id, condition=held.name, by=held.by, why="saved"))


def _begin(scene: Scene, id: str) -> None:
    scene.emit(e.TurnBegan(id=id))
    expire(scene, id, "start")
    one = scene.state.creatures[id]
    if one.life == "dying":
        roll_death_save(scene, one)


def leave(scene: Scene, call: c.RemoveCreature) -> None:
    """Somebody leaves. When it is its turn, the next one's begins first: nobody's is skipped or shifted."""
    one = scene.find(call.who)
    fight = scene.state.encounter
    if fight is not None and fight.current == one.id and len(fight.order) > 1:
        able = [turn.id for turn in fight.order if turn.id != one.id and not scene.state.creatures[turn.id].dead]
        if able:
            go_on(scene)
    _forget(scene, one)
    scene.emit(e.Left(id=one.id))


def _forget(scene: Scene, one: Creature) -> None:
    """What it held on others by concentrating or grappling ends with it."""
    if one.concentration is not None:
        scene.emit(e.ConcentrationEnded(id=one.id, spell=one.concentration.spell, why="left"))
    for other in scene.state.creatures.values():
        for held in list(other.held):
            if held.by == one.id and (held.spell is not None or held.name == "grappled"):
                scene.emit(e.ConditionRemoved(id=other.id, condition=held.name, by=held.by, why="left"))


def end(scene: Scene, call: c.EndEncounter) -> None:
    """The fight is over; with `award` the dead enemies' XP is shared. SRD 5.1 "Experience Points"."""
    fight = scene.fight()
    everybody = [scene.state.creatures[turn.id] for turn in fight.order]
    if call.award:
        party = [one for one in scene.state.creatures.values() if one.side == "party" and not one.dead]
        beaten = [one.sheet.challenge for one in everybody if one.side == "enemy" and one.dead and one.sheet.challenge]
        if not party:
            raise No("Nobody of the party lives to get experience.", code="nobody")
        try:
            share = shared_xp(beaten, len(party))
        except Refused as fault:
            raise No(fault.sentence, "Experience Points", code=fault.code) from fault
        for one in party if share else []:
            gain_xp(scene, one, share)
    scene.emit(e.EncounterEnded())
