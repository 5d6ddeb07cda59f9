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
_PARTS = re.compile(
    r"Casting Time:\s*(?P<time>.*?)\s*\nRange:\s*(?P<range>.*?)\s*\nComponents?:\s*(?P<components>.*?)\s*\n"
    r"Duration:\s*(?P<duration>[^\n]*)\n(?P<text>.*)",
    re.DOTALL,
)


def _told(line: str) -> re.Match[str] | None:
    found = _NEW.match(line) or _OLD.match(line)
    return found if found and (found["level"] or found["cantrip"]) else None


def is_spell(line: str) -> bool:
    """Whether a line is the second one of a spell."""
    return _told(line) is not None


def parse(name: str, body: Sequence[str], edition: Edition) -> Spell:
    """A spell from its lines after the name. Raises `ValueError` for one that lacks a part."""
    lines = [line for line in body if line]
    told, parts = _told(lines[0]), _PARTS.search("\n".join(lines[1:]))
    if told is None or parts is None:
        raise ValueError("casting time, range, components, duration and text are not all there")
    level = int(told["level"] or 0)
    classes = told.groupdict().get("classes") or ""
    time, duration = parts["time"].replace("\n", " "), parts["duration"]
    effect = spell_wording.effect(level, re.sub(r"-\n(?=[a-z])", "", parts["text"]).replace("\n", " "))
    return Spell(
        name=name,
        source=f"SRD {edition}",
        edition=edition,
        level=level,
        school=School(told["school"].casefold()),
        classes=tuple(filter(None, classes.split(", "))),
        casting=spell_wording.casting(time),
        casting_time=time.removesuffix(" or Ritual"),
        ritual="Ritual" in time or bool(told.groupdict().get("ritual")),
        range=parts["range"],
        range_feet=spell_wording.range_feet(parts["range"]),
        components=spell_wording.components(parts["components"].replace("\n", " ")),
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
