"""Damage, healing and hit points: resistance, vulnerability, immunity, temporary hit points, dropping to 0."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bmo.core.errors import Refused
from bmo.dnd.rules.terms import Condition, DamageType, Edition


@dataclass(frozen=True, slots=True)
class Defences:
    """What a creature makes of damage."""

    resistances: frozenset[DamageType] = frozenset()
    vulnerabilities: frozenset[DamageType] = frozenset()
    immunities: frozenset[DamageType] = frozenset()
    everything: bool = False
    """Resistance to all damage, as while petrified."""


NO_DEFENCES = Defences()


@dataclass(frozen=True, slots=True)
class Suffered:
    """One kind of damage, and what was left of it."""

    type: DamageType
    rolled: int
    taken: int
    why: str = ""
    """`resistance`, `vulnerability`, `immunity`, both of the first two, or nothing."""


def taken(kind: DamageType, amount: int, defences: Defences = NO_DEFENCES) -> Suffered:
    """What damage of one type does: immunity none, resistance half rounded down, then vulnerability twice.

    Each counts once however many sources there are. SRD 5.1 "Damage Resistance and Vulnerability". Negative amounts do
    nothing.
    """
    amount = max(0, amount)
    if kind in defences.immunities:
        return Suffered(kind, amount, 0, "immunity")
    left, why = amount, []
    if kind in defences.resistances or defences.everything:
        left, why = left // 2, ["resistance"]
    if kind in defences.vulnerabilities:
        left, why = left * 2, [*why, "vulnerability"]
    return Suffered(kind, amount, left, " and ".join(why))


def all_taken(
    amounts: Mapping[DamageType, int], defences: Defences = NO_DEFENCES, *, halved: bool = False
) -> tuple[Suffered, ...]:
    """Damage of several types at once. `halved` is for a successful saving throw: the total is halved, rounded down,
    before anything else (SRD 5.1 "Damage Resistance and Vulnerability": modifiers first); the last type loses what
    rounding takes."""
    left = _halved(amounts) if halved else amounts
    return tuple(taken(kind, amount, defences) for kind, amount in left.items())


def _halved(amounts: Mapping[DamageType, int]) -> dict[DamageType, int]:
    total = sum(max(0, amount) for amount in amounts.values()) // 2
    halves: dict[DamageType, int] = {}
    for kind, amount in amounts.items():
        halves[kind] = min(-(-max(0, amount) // 2), total)
        total -= halves[kind]
    return halves


@dataclass(frozen=True, slots=True)
class HitPoints:
    """How alive a creature is."""

    current: int
    maximum: int
    temporary: int = 0


@dataclass(frozen=True, slots=True)
class Hurt:
    """What damage did to hit points."""

    after: HitPoints
    absorbed: int
    """By temporary hit points."""
    lost: int
    dropped: bool
    """From above 0 to 0."""
    killed: bool
    """At once: what was left after 0 reached the maximum. SRD 5.1 "Instant Death" (massive damage)."""


def hurt(before: HitPoints, amount: int) -> Hurt:
    """Temporary hit points go first; nothing falls below 0. SRD 5.1 "Temporary Hit Points", "Dropping to 0"."""
    amount = max(0, amount)
    absorbed = min(before.temporary, amount)
    left = amount - absorbed
    lost = min(before.current, left)
    after = replace(before, current=before.current - lost, temporary=before.temporary - absorbed)
    killed = after.current == 0 and left - lost >= before.maximum > 0
    return Hurt(after, absorbed, lost, before.current > 0 and after.current == 0, killed)


def heal(before: HitPoints, amount: int) -> HitPoints:
    """Never above the maximum. SRD 5.1 "Healing"."""
    return replace(before, current=min(before.maximum, before.current + max(0, amount)))


def protect(before: HitPoints, amount: int) -> HitPoints:
    """Temporary hit points do not add up: the higher number stays. SRD 5.1 "Temporary Hit Points"."""
    return replace(before, temporary=max(before.temporary, amount))


def knock_out(blow: Hurt, *, melee: bool, edition: Edition = Edition.SRD_5_1) -> HitPoints:
    """What an attacker leaves who would rather not kill: unconscious and stable at 0 hit points, or at 1 in SRD 5.2.1.

    Raises `Refused` for a ranged attack, and when nobody dropped. SRD 5.1 "Knocking a Creature Out".
    """
    if not melee:
        raise Refused("Only a melee attack can knock somebody out.", code="not_melee")
    if not blow.dropped:
        raise Refused("Nobody dropped to 0 hit points, so nobody is knocked out.", code="not_dropped")
    return replace(blow.after, current=1 if edition is Edition.SRD_5_2 else 0)


def defended(own: Defences, conditions: Collection[Condition], *, immersed: bool = False) -> Defences:
    """With what conditions add: resistance to everything while petrified; to fire under water.

    SRD 5.1 "Petrified", "Underwater Combat".
    """
    stone = own.everything or Condition.PETRIFIED in conditions
    wet = own.resistances | {DamageType.FIRE} if immersed else own.resistances
    return replace(own, everything=stone, resistances=wet)


def defences(
    resistances: Collection[str] = (), vulnerabilities: Collection[str] = (), immunities: Collection[str] = ()
) -> Defences:
    """From words, as stat blocks carry them; words that are no damage type are left out."""
    return Defences(_types(resistances), _types(vulnerabilities), _types(immunities))


def _types(words: Collection[str]) -> frozenset[DamageType]:
    return frozenset(kind for kind in DamageType if kind.value in words)
