"""Moving in a fight: what it costs, standing up, grappling and shoving, opportunity attacks, falling, jumping."""

from dataclasses import dataclass

from bmo.dnd.dice import Advantage, Luck, Roll, roll
from bmo.dnd.rules.checks import Contested, Tested, contest, save
from bmo.dnd.rules.terms import Edition, Size

SQUARE = 5
"""Feet."""
MOST_FALL_DICE = 20


def cost(
    feet: float,
    *,
    difficult: bool = False,
    climbing_or_swimming: bool = False,
    crawling: bool = False,
    dragging: bool = False,
    edition: Edition = Edition.SRD_5_1,
) -> float:
    """Feet of speed that a way costs: one more a foot for each of these; difficult terrain counts once.

    `climbing_or_swimming` without a speed for it, `dragging` somebody who is not light (`drags_freely`): in SRD 5.1
    that halves the speed, so everything costs twice; in 5.2.1 it is one more foot. SRD 5.1 "Difficult Terrain", "Being
    Prone", "Climbing, Swimming, and Crawling", "Grappling"; SRD 5.2.1 "Grappled".
    """
    each = 1 + difficult + climbing_or_swimming + crawling
    if dragging:
        each = 2 * each if edition is Edition.SRD_5_1 else each + 1
    return feet * each


def drags_freely(dragger: Size, dragged: Size, edition: Edition = Edition.SRD_5_1) -> bool:
    """Whether a grappled creature slows nobody down: two sizes smaller; in SRD 5.2.1 also a Tiny one. SRD 5.1
    "Grappling", SRD 5.2.1 "Grappled"."""
    return dragger.larger_by(dragged) >= 2 or (edition is Edition.SRD_5_2 and dragged is Size.TINY)


def standing_up(speed: int) -> int:
    """Half the speed. SRD 5.1 "Being Prone"."""
    return speed // 2


def can_stand_up(speed: int, left: float) -> bool:
    """Whether somebody prone gets up with what is left of the movement; nobody does whose speed is 0."""
    return speed > 0 and left >= standing_up(speed)


def may_grapple(attacker: Size, target: Size, *, free_hand: bool = True) -> bool:
    """Up to one size larger, and with a hand free. SRD 5.1 "Grappling"; for shoving no hand is needed."""
    return free_hand and target.larger_by(attacker) <= 1


def grapple_5_1(
    athletics: int,
    resistance: int,
    luck: Luck,
    attempt_advantage: Advantage = Advantage.NONE,
    resistance_advantage: Advantage = Advantage.NONE,
) -> Contested:
    """Strength (Athletics) against the target's Athletics or Acrobatics, whichever it chose; for an escape the other
    way round. SRD 5.1 "Grappling", "Shoving a Creature"."""
    return contest(athletics, resistance, luck, attempt_advantage, resistance_advantage)


def grapple_difficulty_5_2(strength_modifier: int, proficiency: int) -> int:
    """Of the target's Strength or Dexterity save against being grappled or shoved, and of the check to escape. SRD
    5.2.1 "Rules Glossary: Unarmed Strike"."""
    return 8 + strength_modifier + proficiency


def grapple_5_2(
    save_bonus: int, difficulty: int, luck: Luck, advantage: Advantage = Advantage.NONE, *, fails: bool = False
) -> Tested:
    """The target's save; a failure means grappled, pushed 5 feet or prone. SRD 5.2.1 "Rules Glossary: Unarmed
    Strike"."""
    return save(save_bonus, difficulty, luck, advantage, fails=fails)


def provokes(
    *,
    leaves_reach: bool,
    disengaged: bool = False,
    teleported: bool = False,
    moved_by_others: bool = False,
    enemy_sees: bool = True,
    enemy_has_reaction: bool = True,
) -> bool:
    """Whether an enemy may make an opportunity attack. SRD 5.1 "Opportunity Attacks"."""
    spared = disengaged or teleported or moved_by_others
    return leaves_reach and not spared and enemy_sees and enemy_has_reaction


@dataclass(frozen=True, slots=True)
class Fallen:
    """What a fall does."""

    roll: Roll | None
    damage: int
    """Bludgeoning."""
    prone: bool


def fall(feet: float, luck: Luck) -> Fallen:
    """1d6 for every 10 feet, at most 20d6; whoever takes damage lies prone. SRD 5.1 "Falling"."""
    dice = min(MOST_FALL_DICE, int(feet // 10))
    if not dice:
        return Fallen(None, 0, False)
    rolled = roll(f"{dice}d6", luck)
    return Fallen(rolled, rolled.total, True)


def long_jump(strength: int, *, running: bool = True) -> float:
    """Feet: the Strength score after 10 feet on foot, else half of it. SRD 5.1 "Jumping"."""
    return strength if running else strength / 2


def high_jump(strength_modifier: int, *, running: bool = True) -> float:
    """Feet: 3 and the Strength modifier after 10 feet on foot, else half of it; never below 0. SRD 5.1 "Jumping"."""
    height = max(0, 3 + strength_modifier)
    return height if running else height / 2


def carries(strength: int, size: Size = Size.MEDIUM) -> float:
    """Pounds somebody carries: 15 a point of Strength, twice for each size above Medium, half for Tiny. SRD 5.1
    "Lifting and Carrying"."""
    above = size.larger_by(Size.MEDIUM)
    return 15 * strength * (2**above if above > 0 else 0.5 if size is Size.TINY else 1)
