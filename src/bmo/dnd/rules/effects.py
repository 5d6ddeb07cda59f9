"""What an area does to everybody in it: damage is rolled once, each throws a save of its own.

SRD 5.1 "Areas of Effect", "Damage Rolls", "Spell Saving Throws".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bmo.dnd.dice import Luck, Roll, roll
from bmo.dnd.rules.attacks import typed
from bmo.dnd.rules.checks import Tested, advantage_of, save
from bmo.dnd.rules.conditions import exhausted, fails_saves, incapacitated, on_saves
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.damage import NO_DEFENCES, Defences, Suffered, all_taken
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody in an area."""

    name: str
    save_bonus: int = 0
    conditions: frozenset[Condition] = frozenset()
    defences: Defences = NO_DEFENCES
    cover: Cover = Cover.NONE
    """From where the effect begins: it adds to Dexterity saves, and total cover keeps the effect out."""
    dodging: bool = False
    evasion: bool = False
    """SRD 5.1 "Evasion": of a Dexterity save for half, nothing after a success and half after a failure."""
    magic_resistance: bool = False
    """Advantage on this save."""
    exhaustion: int = 0


@dataclass(frozen=True, slots=True)
class Blasted:
    """What one of them suffers."""

    name: str
    save: Tested | None
    """None where no save is asked for."""
    suffered: tuple[Suffered, ...]

    @property
    def total(self) -> int:
        """What it loses."""
        return sum(part.taken for part in self.suffered)


@dataclass(frozen=True, slots=True)
class Blast:
    """What came of it."""

    roll: Roll
    """Of the damage, once for all."""
    targets: tuple[Blasted, ...]


def blast(
    dice: str,
    usual: DamageType,
    ability: Ability | None,
    difficulty: int,
    targets: Sequence[Target],
    luck: Luck,
    *,
    half: bool = True,
    around_corners: bool = False,
    edition: Edition = Edition.SRD_5_1,
) -> Blast:
    """Damage for everybody of `targets` who is not behind total cover (`around_corners`: also there), in their order.

    `half`: a successful save halves it rather than sparing them. Without an `ability` nobody saves. Raises `DiceError`,
    and `Refused` for an annotation that is no type of damage.
    """
    reached = [one for one in targets if around_corners or one.cover is not Cover.TOTAL]
    rolled = roll(dice, luck)
    amounts = typed(rolled.by_type, usual)
    blasted = []
    for one in reached:
        saved = None if ability is None else area_save(one, ability, difficulty, luck, edition)
        share = _share(one, ability, saved, half=half)
        suffered = all_taken(amounts, one.defences, halved=share == "half") if share != "none" else ()
        blasted.append(Blasted(one.name, saved, suffered))
    return Blast(rolled, tuple(blasted))


def area_save(
    target: Target, ability: Ability, difficulty: int, luck: Luck, edition: Edition = Edition.SRD_5_1
) -> Tested:
    """One target's save, with cover for Dexterity, its conditions and exhaustion."""
    found = on_saves(target.conditions, ability, dodging=target.dodging, exhaustion=target.exhaustion, edition=edition)
    better = [*found.advantage, *(["magic resistance"] if target.magic_resistance else [])]
    bonus = target.save_bonus + (target.cover.bonus if ability is Ability.DEXTERITY else 0)
    bonus -= exhausted(target.exhaustion, edition).d20_penalty
    fails = fails_saves(target.conditions, ability)
    return save(bonus, difficulty, luck, advantage_of(better, found.disadvantage), fails=fails)


def _share(target: Target, ability: Ability | None, saved: Tested | None, *, half: bool) -> str:
    success = saved is not None and saved.success
    evades = target.evasion and half and ability is Ability.DEXTERITY and not incapacitated(target.conditions)
    if success:
        return "half" if half and not evades else "none"
    return "half" if evades else "all"
