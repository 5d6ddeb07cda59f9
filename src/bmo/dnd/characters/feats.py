"""Feats that can be taken, and what they ask for. SRD 5.1 "Feats", SRD 5.2.1 "Feats"."""

from dataclasses import dataclass

from bmo.dnd.rules.terms import Ability, Edition

STR, DEX, CON, INT, WIS, CHA = Ability
SKILLED = "Skilled"
"""Three more skills."""


@dataclass(frozen=True, slots=True)
class Feat:
    """One feat."""

    name: str
    level: int = 1
    """Of the character, at least."""
    needs: tuple[Ability, ...] = ()
    """One of these must be 13."""
    raises: tuple[Ability, ...] = ()
    """One of these goes up by 1 ..."""
    highest: int = 20
    """... to this at most."""
    repeatable: bool = False


_ORIGIN = (Feat("Alert"), Feat("Savage Attacker"), Feat(SKILLED, repeatable=True))
_ALL = tuple(Ability)
_EPIC = 19
_2024 = (
    *_ORIGIN,
    Feat("Grappler", 4, (STR, DEX), (STR, DEX)),
    Feat("Boon of Combat Prowess", _EPIC, (), _ALL, 30),
    Feat("Boon of Dimensional Travel", _EPIC, (), _ALL, 30),
    Feat("Boon of Fate", _EPIC, (), _ALL, 30),
    Feat("Boon of Irresistible Offense", _EPIC, (), (STR, DEX), 30),
    Feat("Boon of Spell Recall", _EPIC, (), (INT, WIS, CHA), 30),
    Feat("Boon of the Night Spirit", _EPIC, (), _ALL, 30),
    Feat("Boon of Truesight", _EPIC, (), _ALL, 30),
)
_2014 = (Feat("Grappler", 4, (STR,)),)
NEEDED = 13


def origin_feats() -> tuple[Feat, ...]:
    """Those of SRD 5.2.1 that can be taken at level 1 without choosing spells."""
    return _ORIGIN


def feats(level: int, scores: dict[Ability, int], taken: tuple[str, ...], edition: Edition) -> tuple[Feat, ...]:
    """Those that somebody may take instead of an Ability Score Improvement."""
    return tuple(
        feat
        for feat in (_2014 if edition is Edition.SRD_5_1 else _2024)
        if feat.level <= level
        and (not feat.needs or any(scores[ability] >= NEEDED for ability in feat.needs))
        and (feat.repeatable or feat.name not in taken)
    )
