"""Spells of the SRD as text."""

import re
from collections.abc import Sequence

from bmo.dnd.content import spell_wording, wording
from bmo.dnd.content.spell import School, Spell
from bmo.dnd.rules.terms import Edition

_SCHOOLS = "|".join(School)
_OLD = re.compile(rf"^(?:(?P<level>\d)(?:st|nd|rd|th)-level )?(?P<school>{_SCHOOLS})(?P<cantrip> cantrip)?"
                  r"(?P<ritual> \(ritual\))?$", re.IGNORECASE)  # fmt: skip
_NEW = re.compile(
    rf"^(?:Level (?P<level>\d) )?(?P<school>{_SCHOOLS})(?P<cantrip> Cantrip)? \((?P<classes>[A-Z][^)]*)\)$",
    re.IGNORECASE,
)
_LABELS = ("Casting Time:", "Range:", "Component", "Duration:")


def _told(line: str) -> re.Match[str] | None:
    found = _NEW.match(line) or _OLD.match(line)
    return found if found and (found["level"] or found["cantrip"]) else None


def is_spell(line: str) -> bool:
    """Whether a line is the second one of a spell."""
    return _told(line) is not None


def parse(name: str, body: Sequence[str], edition: Edition) -> Spell:
    """A spell from its lines after the name. Raises `ValueError` for one that lacks a part."""
    lines = [line for line in body if line]
    told = _told(lines[0])
    if told is None:
        raise ValueError("it has neither a level nor a school")
    time, reach, needs, (duration, *words) = _parts(lines[1:])
    if not words:
        raise ValueError("it has no text")
    level = int(told["level"] or 0)
    classes = told.groupdict().get("classes") or ""
    written = " ".join(time)
    effect = spell_wording.effect(level, re.sub(r"-\n(?=[a-z])", "", "\n".join(words)).replace("\n", " "))
    return Spell(
        name=name,
        source=f"SRD {edition}",
        edition=edition,
        level=level,
        school=School(told["school"].casefold()),
        classes=tuple(filter(None, classes.split(", "))),
        casting=spell_wording.casting(written),
        casting_time=written.removesuffix(" or Ritual"),
        ritual="Ritual" in written or bool(told.groupdict().get("ritual")),
        range=" ".join(reach),
        range_feet=spell_wording.range_feet(" ".join(reach)),
        components=spell_wording.components(" ".join(needs)),
        duration=duration,
        concentration=duration.startswith("Concentration"),
        text=effect.text,
        higher=effect.higher,
        attack=effect.attack,
        save=effect.save,
        save_halves=effect.save_halves,
        damage=effect.damage,
        healing=effect.healing,
        shots=effect.shots,
        area=wording.area(effect.text),
    )


def _parts(lines: Sequence[str]) -> list[list[str]]:
    """The lines of each label, the first without it; the text of the spell follows the duration's line.

    Raises `ValueError` when one is missing, or not in its place.
    """
    parts: list[list[str]] = []
    for line in lines:
        if len(parts) < len(_LABELS) and line.startswith(_LABELS[len(parts)]):
            parts.append([line.partition(":")[2].strip()])
        elif parts:
            parts[-1].append(line)
    if len(parts) < len(_LABELS):
        raise ValueError("casting time, range, components and duration are not all there")
    return parts
