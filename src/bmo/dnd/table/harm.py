"""What damage leads to, and what ends with it: dropping, death, concentration, conditions."""

from collections.abc import Sequence

from bmo.dnd.rules import concentration
from bmo.dnd.rules.conditions import WORST, incapacitated
from bmo.dnd.rules.damage import Suffered, hurt
from bmo.dnd.rules.damage import knock_out as spare
from bmo.dnd.rules.dying import Fate, death_save, hurt_while_down
from bmo.dnd.rules.terms import Ability, Condition
from bmo.dnd.table import events as e
from bmo.dnd.table.rolling import faces_of, saving_throw
from bmo.dnd.table.scene import Scene
from bmo.dnd.table.state import Creature, Held


def suffer(
    scene: Scene,
    one: Creature,
    parts: Sequence[Suffered],
    *,
    text: str = "",
    faces: tuple[int, ...] = (),
    by: str | None = None,
    critical: bool = False,
    knock_out: bool = False,
) -> None:
    """Somebody takes damage, and everything that follows from it happens."""
    total = sum(part.taken for part in parts)
    life = one.life
    done = hurt(one.points(scene.edition), total)
    spared = knock_out and done.dropped and not done.killed
    left = spare(done, melee=True, edition=scene.edition) if spared else done.after
    told = tuple(e.Part(type=part.type, rolled=part.rolled, taken=part.taken, why=part.why) for part in parts)
    scene.emit(
        e.Damaged(
            id=one.id, by=by, amount=total, parts=told, text=text, faces=faces,
            hp=left.current, temporary=left.temporary, critical=critical,
        )
    )  # fmt: skip
    if life in ("dying", "stable"):
        _hurt_while_down(scene, one, total - done.absorbed, critical=critical)
    elif done.killed:
        die(scene, one, "massive damage")
    elif left.current and spared:
        afflict(scene, one, Held(Condition.UNCONSCIOUS))
    elif done.dropped:
        _drop(scene, one, knock_out=knock_out)
    elif total and one.concentration is not None:
        _hold(scene, one, total)


def _drop(scene: Scene, one: Creature, *, knock_out: bool) -> None:
    if not one.sheet.death_saves and not knock_out:
        die(scene, one, "0 hit points")
        return
    end_concentration(scene, one, "unconscious")
    scene.emit(e.Dropped(id=one.id, stable=knock_out))
    _let_go(scene, one)


def _hurt_while_down(scene: Scene, one: Creature, damage: int, *, critical: bool) -> None:
    if damage <= 0:
        return
    saves, fate = hurt_while_down(one.saves, damage, one.max_hp(scene.edition), critical=critical)
    scene.emit(e.DeathSave(id=one.id, successes=saves.successes, failures=saves.failures))
    if fate is Fate.DEAD:
        die(scene, one, "damage at 0 hit points")


def _hold(scene: Scene, one: Creature, damage: int) -> None:
    """SRD 5.1 "Concentration"."""
    needed = concentration.difficulty(damage, scene.edition)
    if not saving_throw(scene, one, Ability.CONSTITUTION, needed, kind="concentration"):
        end_concentration(scene, one, "damage")


def die(scene: Scene, one: Creature, why: str) -> None:
    """Somebody dies; what it held ends."""
    end_concentration(scene, one, "dead")
    scene.emit(e.Died(id=one.id, why=why))
    _let_go(scene, one)


def roll_death_save(scene: Scene, one: Creature) -> None:
    """SRD 5.1 "Death Saving Throws"."""
    penalty = scene.worn(one).d20_penalty
    saved = death_save(one.saves, scene.luck, bonus=-penalty)
    faces = faces_of(saved.roll)
    if saved.fate is Fate.BACK:
        scene.emit(
            e.DeathSave(id=one.id, faces=faces, successes=one.successes, failures=one.failures),
            e.Healed(id=one.id, amount=1, hp=1),
        )
        return
    successes = 3 if saved.fate is Fate.STABLE else saved.saves.successes
    scene.emit(e.DeathSave(id=one.id, faces=faces, successes=successes, failures=saved.saves.failures))
    if saved.fate is Fate.DEAD:
        die(scene, one, "three failed death saving throws")
    elif saved.fate is Fate.STABLE:
        scene.emit(e.Stabilised(id=one.id))


def end_concentration(scene: Scene, one: Creature, why: str) -> None:
    """Let go of the spell, if there is one; what it held on others ends."""
    if one.concentration is None:
        return
    spell = one.concentration.spell
    scene.emit(e.ConcentrationEnded(id=one.id, spell=spell, why=why))
    for other in scene.state.creatures.values():
        for held in [held for held in other.held if held.by == one.id and held.spell == spell]:
            scene.emit(e.ConditionRemoved(id=other.id, condition=held.name, by=held.by, why="concentration ended"))


def afflict(scene: Scene, one: Creature, held: Held) -> bool:
    """A condition begins, unless somebody is immune to it; who cannot act any more concentrates no more.

    Tells whether it did. SRD 5.1 "Conditions".
    """
    if one.dead or held.name in one.sheet.condition_immunities:
        return False
    scene.emit(
        e.ConditionAdded(
            id=one.id, condition=held.name, by=held.by, spell=held.spell, until=held.until, save=held.save
        )
    )  # fmt: skip
    if incapacitated(one.conditions):
        end_concentration(scene, one, held.name)
        _let_go(scene, one)
    return True


def _let_go(scene: Scene, one: Creature) -> None:
    """Nobody is grappled by somebody who cannot. SRD 5.1 "Grappled"."""
    for other in scene.state.creatures.values():
        if any(held.name == Condition.GRAPPLED and held.by == one.id for held in other.held):
            scene.emit(e.ConditionRemoved(id=other.id, condition=Condition.GRAPPLED, by=one.id, why="let go"))


def tire(scene: Scene, one: Creature, level: int) -> None:
    """Levels of exhaustion; the sixth kills."""
    scene.emit(e.Exhausted(id=one.id, level=level))
    if level >= WORST:
        die(scene, one, "exhaustion")


def expire(scene: Scene, of: str | None, when: str) -> None:
    """What ends by itself now: at the start or end of somebody's turn. `of` None: whatever is overdue, because
    whose turn it waited for has none any more, or time went by."""
    for one in list(scene.state.creatures.values()):
        holding = one.concentration
        if holding is not None and _due(scene, holding.until, of, when):
            end_concentration(scene, one, "its time is over")
        for held in list(one.held):
            if held in one.held and _due(scene, held.until, of, when):
                scene.emit(e.ConditionRemoved(id=one.id, condition=held.name, by=held.by, why="its time is over"))


def _due(scene: Scene, until: e.Until | None, of: str | None, when: str) -> bool:
    if until is None:
        return False
    if of is None:
        return until.round < scene.state.round + (when == "passed")
    return until.of == of and until.when == when and until.round <= scene.state.round
