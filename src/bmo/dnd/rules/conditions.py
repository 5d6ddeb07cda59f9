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
_STANDSTILL_5_2 = _STANDSTILL - {Condition.STUNNED}
"""In SRD 5.2.1 who is stunned may still move."""
WORST = 6
"""The level of exhaustion that kills."""


def implied(conditions: Iterable[Condition]) -> frozenset[Condition]:
    """These conditions with those that they bring along: who is stunned is incapacitated."""
    own = frozenset(conditions)
    return own.union(*(_IMPLIED.get(condition, frozenset()) for condition in own))


def incapacitated(conditions: Collection[Condition]) -> bool:
    """No actions and no reactions."""
    return Condition.INCAPACITATED in implied(conditions)


def silent(conditions: Collection[Condition], edition: Edition = Edition.SRD_5_1) -> bool:
    """Whether somebody cannot speak clearly enough for a spell: petrified, paralyzed, stunned, unconscious; in SRD
    5.2.1 whoever is incapacitated."""
    if edition is Edition.SRD_5_2:
        return incapacitated(conditions)
    return not _HELPLESS.isdisjoint(conditions)


def fails_checks(conditions: Collection[Condition], *, sight: bool = False, hearing: bool = False) -> bool:
    """Whether a check that needs sight or hearing fails by itself. SRD 5.1 "Blinded", "Deafened"."""
    return (sight and Condition.BLINDED in conditions) or (hearing and Condition.DEAFENED in conditions)


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


def on_attacking(
    conditions: Collection[Condition],
    *,
    sees_fear: bool = True,
    at_grappler: bool = True,
    seen: bool = False,
    exhaustion: int = 0,
    edition: Edition = Edition.SRD_5_1,
) -> Reasons:
    """What the attacker's own conditions do to its attack rolls.

    `sees_fear`: the source of being frightened is in sight. `at_grappler`: the target is who grapples the attacker.
    `seen`: the target sees the attacker although it is invisible. The last two matter in SRD 5.2.1.
    """
    hindered: list[Condition] = [
        condition
        for condition in (Condition.BLINDED, Condition.POISONED, Condition.PRONE, Condition.RESTRAINED)
        if condition in implied(conditions)
    ]
    if Condition.FRIGHTENED in conditions and sees_fear:
        hindered.append(Condition.FRIGHTENED)
    if Condition.GRAPPLED in conditions and not at_grappler and edition is Edition.SRD_5_2:
        hindered.append(Condition.GRAPPLED)
    against = [f"attacker {one}" for one in hindered]
    if exhausted(exhaustion, edition).attacks_and_saves_disadvantage:
        against.append("exhaustion")
    helped = ("attacker invisible",) if _unseen(conditions, seen, edition) else ()
    return Reasons(helped, tuple(against))


def on_being_attacked(
    conditions: Collection[Condition], distance: float, *, seen: bool = False, edition: Edition = Edition.SRD_5_1
) -> Reasons:
    """What the target's conditions do to attacks on it, from `distance` feet. `seen`: the attacker sees it although it
    is invisible, which matters in SRD 5.2.1."""
    exposed = [
        condition
        for condition in (Condition.BLINDED, Condition.RESTRAINED, *sorted(_HELPLESS))
        if condition in conditions
    ]
    hidden = [Condition.INVISIBLE] if _unseen(conditions, seen, edition) else []
    if Condition.PRONE in implied(conditions):
        (exposed if distance <= 5 else hidden).append(Condition.PRONE)
    return Reasons(tuple(f"target {one}" for one in exposed), tuple(f"target {one}" for one in hidden))


def _unseen(conditions: Collection[Condition], seen: bool, edition: Edition) -> bool:
    """In SRD 5.1 being invisible helps in an attack whoever sees it; in 5.2.1 not against those who do."""
    return Condition.INVISIBLE in conditions and not (seen and edition is Edition.SRD_5_2)


def on_checks(
    conditions: Collection[Condition],
    *,
    sees_fear: bool = True,
    exhaustion: int = 0,
    edition: Edition = Edition.SRD_5_1,
) -> Reasons:
    """On ability checks; in SRD 5.1 the first level of exhaustion too."""
    against = ["poisoned"] if Condition.POISONED in conditions else []
    if Condition.FRIGHTENED in conditions and sees_fear:
        against.append("frightened")
    if exhausted(exhaustion, edition).checks_disadvantage:
        against.append("exhaustion")
    return Reasons((), tuple(against))


def on_saves(
    conditions: Collection[Condition],
    ability: Ability,
    *,
    dodging: bool = False,
    exhaustion: int = 0,
    edition: Edition = Edition.SRD_5_1,
) -> Reasons:
    """On saving throws; in SRD 5.1 the third level of exhaustion too. SRD 5.1 "Dodge" helps Dexterity saves."""
    nimble = ability is Ability.DEXTERITY
    against = ["restrained"] if nimble and Condition.RESTRAINED in conditions else []
    if exhausted(exhaustion, edition).attacks_and_saves_disadvantage:
        against.append("exhaustion")
    dodges = nimble and dodging and may_dodge(conditions, exhaustion, edition)
    return Reasons(("dodging",) if dodges else (), tuple(against))


def on_initiative(
    conditions: Collection[Condition], exhaustion: int = 0, edition: Edition = Edition.SRD_5_1
) -> Reasons:
    """On initiative, which is a Dexterity check; SRD 5.2.1 "Incapacitated", "Invisible" say more."""
    found = on_checks(conditions, exhaustion=exhaustion, edition=edition)
    if edition is Edition.SRD_5_1:
        return found
    better = ("invisible",) if Condition.INVISIBLE in conditions else ()
    return found + Reasons(better, ("incapacitated",) if incapacitated(conditions) else ())


def may_dodge(conditions: Collection[Condition], exhaustion: int = 0, edition: Edition = Edition.SRD_5_1) -> bool:
    """Whether dodging does any good: nobody dodges who is incapacitated or whose speed is 0. SRD 5.1 "Dodge"."""
    return not incapacitated(conditions) and speed(30, conditions, exhaustion, edition) > 0


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
    if not (_STANDSTILL_5_2 if edition is Edition.SRD_5_2 else _STANDSTILL).isdisjoint(conditions):
        return 0
    worn = exhausted(exhaustion, edition)
    return max(0, int(feet * worn.speed_factor) - worn.speed_penalty)
