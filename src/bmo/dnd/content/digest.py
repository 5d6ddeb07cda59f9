"""What we wrote ourselves: a short digest of the rules, conditions in our words, and gear with price and weight."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from bmo.dnd.content.entries import ConditionEntry, RuleEntry
from bmo.dnd.content.item import Item
from bmo.dnd.content.record import Kind
from bmo.dnd.content.source import Maker, Source
from bmo.dnd.rules.terms import Condition, Edition

SOURCE = "BMO's digest"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick one, where the library has it."""
_FOLDER = Path(__file__).parent / "data"
_COINS = {"cp": 1, "sp": 10, "gp": 100}


_CHAPTERS = {
    "Adventuring": "Playing the Game > Exploration",
    "Beyond 1st Level": "Character Creation > Level Advancement",
    "Combat > Damage and Healing": "Playing the Game > Damage and Healing",
    "Combat": "Playing the Game > Combat",
    "Gamemastering": "Gameplay Toolbox",
    "Introduction": "Playing the Game",
    "Spellcasting": "Spells > Casting Spells",
    "Using Ability Scores": "Playing the Game > D20 Tests",
}
"""Where SRD 5.2.1 tells what stands in a chapter of SRD 5.1; the longer names come first."""


def sources() -> list[Source]:
    """Ours for each edition: rules that both editions share stand in both."""
    renamed = _read("renamed")
    return [
        Source(SOURCE, edition, partial(_entries, edition), renamed=renamed if edition is Edition.SRD_5_2 else None)
        for edition in Edition
    ]


def asked_as(condition: str) -> tuple[str, ...]:
    """How players ask for a condition; empty for a name that is none."""
    return tuple(_read("conditions")["also"].get(condition.capitalize(), ()))


def _entries(edition: Edition, kind: Kind) -> Iterator[tuple[str, Maker]]:
    if kind is Kind.RULE:
        for told in _read("rules"):
            if edition in told.get("editions", tuple(Edition)):
                yield told["name"], partial(_rule, edition, told)
    if kind is Kind.CONDITION:
        for name, text in _read("conditions")[edition.value].items():
            yield name, partial(_condition, edition, name, text)
    if kind is Kind.ITEM and edition is Edition.SRD_5_2:  # whose prices they are; SRD 5.1 mostly has the same
        for category, things in _read("gear").items():
            for name, (price, pounds, *many) in things.items():
                yield name, partial(_gear, edition, category, name, price, pounds, *many)


def _rule(edition: Edition, told: Mapping[str, Any]) -> RuleEntry:
    return RuleEntry(
        name=told["name"],
        source=SOURCE,
        edition=edition,
        section=f"SRD {edition} {_section(edition, told)}",
        text=told["text"].strip(),
        also=tuple(told.get("also", ())),
    )


def _section(edition: Edition, told: Mapping[str, Any]) -> str:
    """The heading in SRD 5.1; for what both editions share, the chapter of SRD 5.2.1."""
    section: str = told["section"]
    if edition is Edition.SRD_5_1 or "editions" in told:
        return section
    return next((there for here, there in _CHAPTERS.items() if section.startswith(here)), section.partition(" > ")[0])


def _condition(edition: Edition, name: str, text: str) -> ConditionEntry:
    known = name.casefold() in list(Condition)
    return ConditionEntry(
        name=name,
        source=SOURCE,
        edition=edition,
        condition=Condition(name.casefold()) if known else None,
        text=text.strip(),
        also=asked_as(name),
    )


def _gear(edition: Edition, category: str, name: str, price: str, pounds: float, quantity: int = 1) -> Item:
    number, coin = price.split()
    return Item(
        name=name,
        source=SOURCE,
        edition=edition,
        category=category,
        copper=int(number) * _COINS[coin],
        pounds=pounds,
        quantity=quantity,
    )


@cache
def _read(name: str) -> Any:
    return yaml.load((_FOLDER / f"{name}.yaml").read_text("utf-8"), Loader=_Loader)  # noqa: S506  safe, and quick
