"""An attack: why it has advantage or not, whether it hits, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass

from bmo.core.errors import Refused
from bmo.dnd.dice import Advantage, Critical, Luck, Roll, roll
from bmo.dnd.rules.checks import advantage_of, d20
from bmo.dnd.rules.conditions import (
    Reasons,
    critical_when_hit,
    exhausted,
    incapacitated,
    may_dodge,
    on_attacking,
    on_being_attacked,
)
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.damage import NO_DEFENCES, Defences, Suffered, all_taken
from bmo.dnd.rules.terms import Condition, DamageType, Edition

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
    attacker_seen: bool = False
    """Although it is invisible: the target has truesight, blindsight or a spell."""
    target_seen: bool = False
    fear_in_sight: bool = True
    """Of a frightened attacker."""
    at_grappler: bool = True
    """A grappled attacker attacks who grapples it."""
    at_charmer: bool = False
    """A charmed attacker attacks who charmed it."""
    dodging: bool = False
    """The target took the Dodge action."""
    attacker_squeezes: bool = False
    """In a space for a smaller creature (SRD 5.1 "Squeezing into a Smaller Space")."""
    target_squeezes: bool = False
    helped: bool = False
    """Somebody took the Help action for this attack."""
    cover: Cover = Cover.NONE
    too_heavy: bool = False
    """A heavy weapon is too much for the attacker: `weapons.too_heavy`."""
    underwater_unfit: bool = False
    """Under water without a fitting weapon or a swimming speed (SRD 5.1 "Underwater Combat")."""
    underwater: bool = False
    exhaustion: int = 0
    """Of the attacker."""
    target_exhaustion: int = 0
    edition: Edition = Edition.SRD_5_1


def reasons(around: Circumstances) -> Reasons:
    """Why this attack has advantage or disadvantage. SRD 5.1 "Making an Attack", "Unseen Attackers and Targets"."""
    own = on_attacking(
        around.attacker,
        sees_fear=around.fear_in_sight,
        at_grappler=around.at_grappler,
        seen=around.attacker_seen,
        exhaustion=around.exhaustion,
        edition=around.edition,
    )
    others = on_being_attacked(around.target, around.distance, seen=around.target_seen, edition=around.edition)
    return own + others + _of_sight(around) + _of_range(around) + _of_deeds(around)


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
    helping = {"helped": around.helped, "target squeezes": around.target_squeezes}
    against = {
        "target dodging": _dodges(around),
        "heavy weapon": around.too_heavy,
        "under water": around.underwater_unfit,
        "squeezing": around.attacker_squeezes,
    }
    return Reasons(
        tuple(why for why, holds in helping.items() if holds), tuple(why for why, holds in against.items() if holds)
    )


def _dodges(around: Circumstances) -> bool:
    """The target dodges, sees the attacker, and can move."""
    blind = Condition.BLINDED in around.target or around.attacker_unseen
    invisible = Condition.INVISIBLE in around.attacker and not around.attacker_seen
    fit = may_dodge(around.target, around.target_exhaustion, around.edition)
    return around.dodging and fit and not blind and not invisible


def advantage(around: Circumstances) -> Advantage:
    """Whether the d20 is thrown twice."""
    found = reasons(around)
    return advantage_of(found.advantage, found.disadvantage)


def check_reach(around: Circumstances, reach: int = REACH) -> None:
    """Raises `Refused` where no attack can be made: an incapacitated attacker, its charmer, total cover, too far away
    (under water farther than the normal range). SRD 5.1 "Range", "Cover", "Charmed", "Underwater Combat"."""
    if incapacitated(around.attacker):
        raise Refused("Somebody incapacitated makes no attacks.", code="incapacitated")
    if around.at_charmer and Condition.CHARMED in around.attacker:
        raise Refused("Somebody charmed does not attack the charmer.", code="charmed")
    if around.cover is Cover.TOTAL:
        raise Refused("A target behind total cover cannot be attacked.", code="total_cover")
    farthest = around.normal_range if around.underwater else around.long_range or around.normal_range
    limit = farthest if around.ranged else reach
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


NO_REASONS = Reasons()


def attack(
    bonus: int,
    armor_class: int,
    around: Circumstances,
    luck: Luck,
    *,
    critical_from: int = 20,
    reach: int = REACH,
    more: Reasons = NO_REASONS,
) -> Attack:
    """A d20 and `bonus` against AC and cover: a natural 20 always hits and is critical, a natural 1 never hits.

    Raises `Refused` where none can be made. SRD 5.1 "Rolling 1 or 20", "Critical Hits". `critical_from` is lower for
    some (SRD 5.1 "Improved Critical"); only a natural 20 hits whatever the AC is. In SRD 5.2.1 exhaustion is taken off.
    `more` are reasons that no rule knows, such as a spell's.
    """
    check_reach(around, reach)
    found = reasons(around) + more
    worn = exhausted(around.exhaustion, around.edition).d20_penalty
    rolled = d20(bonus - worn, luck, advantage_of(found.advantage, found.disadvantage))
    needed = armor_class + around.cover.bonus
    natural = next(die.faces[-1] for die in rolled.dice if die.kept)
    hit = rolled.critical is not Critical.MISS and (natural == 20 or rolled.total >= needed)
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
