"""An attack: why it has advantage or not, whether it hits, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass

from bmo.core.errors import Refused
from bmo.dnd.dice import Advantage, Critical, Luck, Roll, roll
from bmo.dnd.rules.checks import advantage_of, d20
from bmo.dnd.rules.conditions import Reasons, critical_when_hit, on_attacking, on_being_attacked
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.damage import NO_DEFENCES, Defences, Suffered, all_taken
from bmo.dnd.rules.terms import Condition, DamageType

REACH = 5
"""Feet: how near an enemy disturbs an archer, and how far most melee weapons reach."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything around an attack that decides whether a d20 is thrown twice; distances in feet."""

    attacker: frozenset[Condition] = frozenset()
    target: frozenset[Condition] = frozenset()
    distance: float = 5
    ranged: bool = False
    normal_range: int | None = None
    """Of a ranged or thrown weapon; None for spells and melee."""
    long_range: int | None = None
    enemy_near: bool = False
    """A hostile creature that sees the attacker and is not incapacitated stands within 5 feet of it."""
    attacker_unseen: bool = False
    target_unseen: bool = False
    dodging: bool = False
    """The target dodges, sees the attacker, and can move."""
    helped: bool = False
    """Somebody took the Help action for this attack."""
    cover: Cover = Cover.NONE
    heavy_and_small: bool = False
    """A Small creature with a heavy weapon (SRD 5.1 "Weapon Properties")."""
    underwater_unfit: bool = False
    """Under water without a fitting weapon and a swimming speed (SRD 5.1 "Underwater Combat")."""
    exhaustion: int = 0


def reasons(around: Circumstances) -> Reasons:
    """Why this attack has advantage or disadvantage. SRD 5.1 "Making an Attack", "Unseen Attackers and Targets"."""
    return (
        on_attacking(around.attacker)
        + on_being_attacked(around.target, around.distance)
        + _of_sight(around)
        + _of_range(around)
        + _of_deeds(around)
    )


def _of_sight(around: Circumstances) -> Reasons:
    unseen = around.attacker_unseen and Condition.INVISIBLE not in around.attacker
    unseeing = around.target_unseen and Condition.INVISIBLE not in around.target
    return Reasons(("attacker unseen",) if unseen else (), ("target unseen",) if unseeing else ())


def _of_range(around: Circumstances) -> Reasons:
    against = []
    if around.ranged and around.enemy_near:
        against.append("enemy within 5 feet")
    if around.ranged and around.normal_range is not None and around.distance > around.normal_range:
        against.append("long range")
    return Reasons((), tuple(against))


def _of_deeds(around: Circumstances) -> Reasons:
    against = {
        "target dodging": around.dodging,
        "heavy weapon": around.heavy_and_small,
        "under water": around.underwater_unfit,
        "exhaustion": around.exhaustion >= 3,
    }
    return Reasons(("helped",) if around.helped else (), tuple(why for why, holds in against.items() if holds))


def advantage(around: Circumstances) -> Advantage:
    """Whether the d20 is thrown twice."""
    found = reasons(around)
    return advantage_of(found.advantage, found.disadvantage)


def check_reach(around: Circumstances, reach: int = REACH) -> None:
    """Raises `Refused` where no attack can be made: total cover, too far away. SRD 5.1 "Range", "Cover"."""
    if around.cover is Cover.TOTAL:
        raise Refused("A target behind total cover cannot be attacked.", code="total_cover")
    limit = (around.long_range or around.normal_range) if around.ranged else reach
    if limit is not None and around.distance > limit:
        raise Refused(f"The target is {around.distance:g} feet away; this reaches {limit} feet.", code="out_of_range")


@dataclass(frozen=True, slots=True)
class Attack:
    """What came of an attack roll."""

    roll: Roll
    armor_class: int
    """With cover."""
    hit: bool
    critical: bool
    reasons: Reasons


def attack(
    bonus: int, armor_class: int, around: Circumstances, luck: Luck, *, critical_from: int = 20, reach: int = REACH
) -> Attack:
    """A d20 and `bonus` against AC and cover: a natural 20 always hits and is critical, a natural 1 never hits.

    Raises `Refused` where none can be made. SRD 5.1 "Rolling 1 or 20", "Critical Hits". `critical_from` is lower for
    some (SRD 5.1 "Improved Critical").
    """
    check_reach(around, reach)
    found = reasons(around)
    rolled = d20(bonus, luck, advantage_of(found.advantage, found.disadvantage))
    needed = armor_class + around.cover.bonus
    natural = next(die.faces[-1] for die in rolled.dice if die.kept)
    hit = rolled.critical is not Critical.MISS and (natural == 20 or natural >= critical_from or rolled.total >= needed)
    critical = hit and (natural >= critical_from or critical_when_hit(around.target, around.distance))
    return Attack(rolled, needed, hit, critical, found)


@dataclass(frozen=True, slots=True)
class Dealt:
    """What damage dice came to, and what was left of them."""

    roll: Roll
    suffered: tuple[Suffered, ...]

    @property
    def total(self) -> int:
        """What the target loses."""
        return sum(part.taken for part in self.suffered)


def deal(
    dice: str,
    usual: DamageType,
    luck: Luck,
    defences: Defences = NO_DEFENCES,
    *,
    critical: bool = False,
    halved: bool = False,
) -> Dealt:
    """Roll damage such as `1d8+3[slashing]+1d6[fire]` and let it be suffered; without an annotation it is `usual`.

    Raises `DiceError`, and `Refused` for an annotation that is no type of damage. SRD 5.1 "Damage Rolls".
    """
    rolled = roll(dice, luck, critical_hit=critical)
    return Dealt(rolled, all_taken(typed(rolled.by_type, usual), defences, halved=halved))


def typed(amounts: Mapping[str, int], usual: DamageType) -> dict[DamageType, int]:
    """By type of damage. Raises `Refused` for a word that is none; nothing is ever less than 0."""
    found: dict[DamageType, int] = {}
    for word, amount in amounts.items():
        if word and word not in list(DamageType):
            raise Refused(f"There is no {word} damage. It is one of: {_kinds()}.", code="bad_damage_type")
        kind = DamageType(word) if word else usual
        found[kind] = found.get(kind, 0) + max(0, amount)
    return found


def _kinds() -> str:
    return ", ".join(DamageType)


def sneak_attack_applies(
    around: Circumstances, *, finesse_or_ranged: bool, ally_beside_target: bool, already_this_turn: bool
) -> bool:
    """SRD 5.1 "Sneak Attack": advantage, or an able ally of the attacker within 5 feet of the target and no
    disadvantage; once a turn."""
    state = advantage(around)
    fit = state is Advantage.ADVANTAGE or (ally_beside_target and state is not Advantage.DISADVANTAGE)
    return finesse_or_ranged and fit and not already_this_turn


def two_weapon_bonus(modifier: int, *, fighting_style: bool = False) -> int:
    """What the ability adds to the damage of the second weapon: nothing unless it is negative, or the fighting style is
    known. SRD 5.1 "Two-Weapon Fighting"."""
    return modifier if fighting_style else min(0, modifier)
