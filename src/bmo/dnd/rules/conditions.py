"""What conditions do. SRD 5.1 "Appendix PH-A: Conditions", SRD 5.2.1 "Rules Glossary"."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bmo.dnd.rules.terms import Ability, Condition, Edition

_HELPLESS = frozenset({Condition.PARALYZED, Condition.PETRIFIED, Condition.STUNNED, Condition.UNCONSCIOUS})
_IMPLIED: dict[Condition, frozenset[Condition]] = {
    Condition.PARALYZED: frozenset({Condition.INCAPACITATED}),
    Condition.PETRIFIED: frozenset({Condition.INCAPACITATED}),
    Condition.STUNNED: frozenset({Condition.INCAPACITATED}),
    Condition.UNCONSCIOUS: frozenset({Condition.INCAPACITATED, Condition.PRONE}),
}
_STANDSTILL = frozenset({Condition.GRAPPLED, Condition.RESTRAINED, *_HELPLESS})
WORST = 6
"""The level of exhaustion that kills."""


def implied(conditions: Iterable[Condition]) -> frozenset[Condition]:
    """These conditions with those that they bring along: who is stunned is incapacitated."""
    own = frozenset(conditions)
    return own.union(*(_IMPLIED.get(condition, frozenset()) for condition in own))


def incapacitated(conditions: Collection[Condition]) -> bool:
    """No actions and no reactions."""
    return Condition.INCAPACITATED in implied(conditions)


def fails_saves(conditions: Collection[Condition], ability: Ability) -> bool:
    """Whether Strength and Dexterity saves fail by themselves."""
    return ability in (Ability.STRENGTH, Ability.DEXTERITY) and not _HELPLESS.isdisjoint(conditions)


def critical_when_hit(conditions: Collection[Condition], distance: float) -> bool:
    """Whether a hit from within 5 feet is critical by itself: paralyzed, unconscious."""
    return distance <= 5 and not {Condition.PARALYZED, Condition.UNCONSCIOUS}.isdisjoint(conditions)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a d20 is thrown twice."""

    advantage: tuple[str, ...] = ()
    disadvantage: tuple[str, ...] = ()

    def __add__(self, other: "Reasons") -> "Reasons":
        return Reasons(self.advantage + other.advantage, self.disadvantage + other.disadvantage)


def on_attacking(conditions: Collection[Condition], *, sees_fear: bool = True) -> Reasons:
    """What the attacker's own conditions do to its attack rolls. `sees_fear` is for being frightened: only while the
    source of it is in sight."""
    hindered = [
        condition
        for condition in (Condition.BLINDED, Condition.POISONED, Condition.PRONE, Condition.RESTRAINED)
        if condition in conditions
    ]
    if Condition.FRIGHTENED in conditions and sees_fear:
        hindered.append(Condition.FRIGHTENED)
    helped = [Condition.INVISIBLE] if Condition.INVISIBLE in conditions else []
    return Reasons(tuple(f"attacker {one}" for one in helped), tuple(f"attacker {one}" for one in hindered))


def on_being_attacked(conditions: Collection[Condition], distance: float) -> Reasons:
    """What the target's conditions do to attacks on it, from `distance` feet."""
    exposed = [
        condition
        for condition in (Condition.BLINDED, Condition.RESTRAINED, *sorted(_HELPLESS))
        if condition in conditions
    ]
    hidden = [Condition.INVISIBLE] if Condition.INVISIBLE in conditions else []
    if Condition.PRONE in implied(conditions):
        (exposed if distance <= 5 else hidden).append(Condition.PRONE)
    return Reasons(tuple(f"target {one}" for one in exposed), tuple(f"target {one}" for one in hidden))


def on_checks(conditions: Collection[Condition], *, sees_fear: bool = True, exhaustion: int = 0) -> Reasons:
    """On ability checks; in SRD 5.1 the first level of exhaustion too."""
    against = ["poisoned"] if Condition.POISONED in conditions else []
    if Condition.FRIGHTENED in conditions and sees_fear:
        against.append("frightened")
    if exhaustion >= 1:
        against.append("exhaustion")
    return Reasons((), tuple(against))


def on_saves(conditions: Collection[Condition], ability: Ability, *, exhaustion: int = 0) -> Reasons:
    """On saving throws; in SRD 5.1 the third level of exhaustion too."""
    against = ["restrained"] if Condition.RESTRAINED in conditions and ability is Ability.DEXTERITY else []
    if exhaustion >= 3:
        against.append("exhaustion")
    return Reasons((), tuple(against))


@dataclass(frozen=True, slots=True)
class Exhausted:
    """What exhaustion does."""

    d20_penalty: int = 0
    """Taken from every d20 test: 2 a level in SRD 5.2.1."""
    checks_disadvantage: bool = False
    attacks_and_saves_disadvantage: bool = False
    speed_factor: float = 1.0
    speed_penalty: int = 0
    """Feet."""
    maximum_factor: float = 1.0
    """Of hit points."""
    dead: bool = False


def exhausted(level: int, edition: Edition = Edition.SRD_5_1) -> Exhausted:
    """By level, 0 to 6. SRD 5.1 "Exhaustion", SRD 5.2.1 "Exhaustion [Condition]"."""
    if edition is Edition.SRD_5_2:
        return Exhausted(d20_penalty=2 * level, speed_penalty=5 * level, dead=level >= WORST)
    return Exhausted(
        checks_disadvantage=level >= 1,
        attacks_and_saves_disadvantage=level >= 3,
        speed_factor=0.0 if level >= 5 else 0.5 if level >= 2 else 1.0,
        maximum_factor=0.5 if level >= 4 else 1.0,
        dead=level >= WORST,
    )


def speed(feet: int, conditions: Collection[Condition], exhaustion: int = 0, edition: Edition = Edition.SRD_5_1) -> int:
    """How far somebody moves in a turn, in feet, under these conditions."""
    if not _STANDSTILL.isdisjoint(conditions):
        return 0
    worn = exhausted(exhaustion, edition)
    return max(0, int(feet * worn.speed_factor) - worn.speed_penalty)
