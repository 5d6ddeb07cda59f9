"""Reads entries of the SRD's well-known JSON layout: one list a file, `Monsters.json`, `Spells.json` and so on.

Both editions are told apart by the `url` of each entry: `/api/2014/...` is SRD 5.1, `/api/2024/...` SRD 5.2.1.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bmo.dnd.content import digest
from bmo.dnd.content.entries import ConditionEntry, RuleEntry
from bmo.dnd.content.record import Record
from bmo.dnd.content.srd_json_creatures import creature
from bmo.dnd.content.srd_json_items import equipment, magic_item
from bmo.dnd.content.srd_json_spells import spell
from bmo.dnd.content.srd_text import sections
from bmo.dnd.rules.terms import Condition, Edition

Told = Mapping[str, Any]
_URL = re.compile(r"^/api/(2014|2024)/(?:(?:sub)?classes/[^/]+/)?([a-z-]+)/")
_EDITIONS = {"2014": Edition.SRD_5_1, "2024": Edition.SRD_5_2}
_UNUSED = frozenset({"levels", "proficiencies", "classes", "features"})
"""Kinds that are read together, or hold nothing of their own."""


def origin(told: Told) -> tuple[Edition, str] | None:
    """The edition and collection that an entry names itself; none where it does not."""
    found = _URL.match(str(told.get("url", "")))
    return (_EDITIONS[found[1]], found[2]) if found else None


def records(told: Told, edition: Edition, collection: str) -> Iterator[Record]:
    """What an entry of a collection such as "monsters" says. Raises `ValueError` and its like for nonsense."""
    if collection in _UNUSED:
        return
    if collection in ("rule-sections", "rules"):
        yield from sections(_text(told), edition, told["name"])
        return
    make = _MAKERS.get(collection)
    yield make(told, edition) if make else _rule(told, edition, collection)


def _condition(told: Told, edition: Edition) -> ConditionEntry:
    known = next((one for one in Condition if one.value == told["name"].casefold()), None)
    return ConditionEntry(
        name=told["name"],
        source=f"SRD {edition}",
        edition=edition,
        condition=known,
        text=_text(told),
        also=digest.asked_as(told["name"]),
    )


_MAKERS: Mapping[str, Callable[[Told, Edition], Record]] = {
    "monsters": creature,
    "spells": spell,
    "equipment": equipment,
    "magic-items": magic_item,
    "conditions": _condition,
}


def _rule(told: Told, edition: Edition, collection: str) -> RuleEntry:
    section = collection.replace("-", " ").title()
    return RuleEntry(
        name=told["name"],
        source=f"SRD {edition}",
        edition=edition,
        section=f"SRD {edition} {section}",
        text=_text(told),
    )


def _text(told: Told) -> str:
    """`desc` of SRD 5.1, a text or a list of paragraphs; `description` of SRD 5.2.1."""
    text = told.get("desc") or told.get("description") or ""
    return "\n".join(map(str, text)) if isinstance(text, list) else str(text)
