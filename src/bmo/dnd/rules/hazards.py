"""Without air. SRD 5.1 "Suffocating", SRD 5.2.1 "Rules Glossary: Suffocation"."""

from dataclasses import dataclass

from bmo.dnd.rules.terms import Edition

LEAST_BREATH = 30
"""Seconds."""


def breath(constitution: int) -> int:
    """Seconds that somebody holds its breath: 1 minute and one a point of the Constitution modifier, at least 30."""
    return max(LEAST_BREATH, 60 * (1 + constitution))


@dataclass(frozen=True, slots=True)
class Choking:
    """What being out of breath does as a turn comes."""

    drops: bool = False
    """To 0 hit points, dying; nothing heals or stabilises before there is air."""
    exhaustion: int = 0
    """Levels gained at the end of that turn; all of them go with the first breath."""


def choked(rounds: int, constitution: int, edition: Edition = Edition.SRD_5_1) -> Choking:
    """After so many whole rounds without air.

    In SRD 5.1 as many as the Constitution modifier (at least one) are survived; in 5.2.1 each turn brings a level of
    exhaustion.
    """
    if edition is Edition.SRD_5_2:
        return Choking(exhaustion=1)
    return Choking(drops=rounds >= max(1, constitution))
