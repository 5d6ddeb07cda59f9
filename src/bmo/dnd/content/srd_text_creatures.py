"""Stat blocks of the SRD as text, in the words of either edition."""

import re
from collections.abc import Iterator, Sequence

from bmo.dnd.content import wording
from bmo.dnd.content.creature import Action, Creature, Economy, Speeds
from bmo.dnd.content.package_creatures import action, known_types
from bmo.dnd.content.record import Feature
from bmo.dnd.rules.checks import modifier, proficiency_bonus
from bmo.dnd.rules.terms import Ability, Condition, Edition, Size, Skill

_TYPE = re.compile(
    rf"^(?P<size>{'|'.join(Size)})(?: or \w+)? (?P<type>[A-Za-z ]+?)"
    r"(?: \((?P<subtype>[^)]*)\))?, (?P<alignment>.+)$",
    re.I,
)
_AC = re.compile(r"^(?:Armor Class|AC):? (\d{1,6})", re.IGNORECASE | re.MULTILINE)
_HP = re.compile(r"^(?:Hit Points|HP):? (\d{1,6})(?: \(([^)]+)\))?", re.IGNORECASE | re.MULTILINE)
_SCORES = re.compile(r"(\d{1,6})\s*\([+−–-]\d{1,6}\)")
_SCORE = r"\b{}\s+(\d{{1,6}})\s+[+−–-]\d{{1,6}}\s+([+−–-]\d{{1,6}})"
_RATING = re.compile(r"^(?:Challenge(?: Rating)?|CR):? (?P<rating>[\d/]+) \((?:XP )?(?P<xp>[\d,]+)", re.I | re.M)
_INITIATIVE = re.compile(r"Initiative ([+−–-]\d{1,6})")
_ENTRY = re.compile(
    r"^(?P<name>[A-Z][\w’'-]*(?: (?:[A-Z][\w’'-]*|of|the|and|to|from|in)){0,5}(?: \((?P<note>[^)]*)\))?)\. "
    r"(?P<text>.*)$"
)
_PLACES = {
    "actions": Economy.ACTION,
    "bonus actions": Economy.BONUS_ACTION,
    "reactions": Economy.REACTION,
    "legendary actions": Economy.LEGENDARY,
}
_STOPS = (".", "!", "?", ")", "”", ":")
_LISTS = ("Spellcasting", "Innate Spellcasting")
"""Their texts end in names of spells, without a full stop."""
_RECHARGE = re.compile(r"Recharge (\d)")
_USES = re.compile(r"\d{1,6}/Day")
_BONUS = re.compile(r"([A-Za-z ]+?) ([+−–-]\d{1,6})")
_FEET = re.compile(r"(?:([a-z]{1,20}) )?(\d{1,6}) ft", re.IGNORECASE)


def is_creature(line: str) -> bool:
    """Whether a line is the second one of a stat block."""
    return len(line) < 120 and _TYPE.match(line) is not None


def has_armour_class(lines: Sequence[str]) -> bool:
    """Whether one of these lines tells the armour class."""
    return any(_AC.match(line) for line in lines)


def parse(name: str, body: Sequence[str], edition: Edition) -> Creature:
    """A stat block from its lines after the name. Raises `ValueError` for one that lacks a part."""
    lines = [line for line in body if line]
    head_lines = _head(lines)
    head = "\n".join(head_lines)
    told, ac, hp, rating = _TYPE.match(lines[0]), _AC.search(head), _HP.search(head), _RATING.search(head)
    if told is None or ac is None or hp is None or rating is None:
        raise ValueError("type, armour class, hit points and challenge are not all there")
    abilities, saves = _abilities(head)
    over, _, under = rating["rating"].partition("/")
    cr = int(over) / int(under or 1)
    traits, actions = _deeds(lines[len(head_lines) :])
    senses = _value(head, "Senses")
    passive = re.search(r"passive perception (\d+)", senses, re.IGNORECASE)
    start = _INITIATIVE.search(head)
    resisted = {
        "resistances": _words(_value(head, "Damage Resistances") or _value(head, "Resistances")),
        "immunities": _words(_value(head, "Damage Immunities") or _value(head, "Immunities")),
        "vulnerabilities": _words(_value(head, "Damage Vulnerabilities") or _value(head, "Vulnerabilities")),
    }
    conditions = {*_words(_value(head, "Condition Immunities")), *resisted["immunities"]}
    return Creature(
        name=name,
        source=f"SRD {edition}",
        edition=edition,
        size=Size(told["size"].casefold()),
        type=told["type"].casefold(),
        subtype=told["subtype"] or "",
        alignment=told["alignment"],
        ac=int(ac[1]),
        hp=int(hp[1]),
        hit_dice=wording.plain_dice(hp[2] or hp[1]),
        initiative=_signed(start[1]) if start else modifier(abilities[Ability.DEXTERITY]),
        speeds=_speeds(_value(head, "Speed")),
        abilities=abilities,
        saves=saves or _saves(_value(head, "Saving Throws")),
        skills={one: bonus for one in Skill if (bonus := _named(_value(head, "Skills"), one)) is not None},
        senses={kind.casefold(): int(far) for kind, far in _FEET.findall(senses) if kind},
        passive_perception=int(passive[1]) if passive else 10,
        languages=tuple(filter(None, (_language(one) for one in _value(head, "Languages").split(",")))),
        resistances=known_types(resisted["resistances"]),
        immunities=known_types(resisted["immunities"]),
        vulnerabilities=known_types(resisted["vulnerabilities"]),
        condition_immunities=tuple(one for one in Condition if one in conditions),
        immune_to_exhaustion="exhaustion" in conditions,
        cr=cr,
        xp=int(rating["xp"].replace(",", "")),
        proficiency_bonus=proficiency_bonus(max(cr, 1)),
        traits=traits,
        actions=actions,
    )


def _head(lines: Sequence[str]) -> list[str]:
    """The lines up to the challenge rating, after which traits and actions follow."""
    for place, line in enumerate(lines):
        if _RATING.match(line):
            return list(lines[: place + 1])
    raise ValueError("it has no challenge rating")


def _value(head: str, label: str) -> str:
    """What follows a label, up to the next line that begins with one."""
    found = re.search(rf"^{label}:? (.*(?:\n[a-z(].*)*)", head, re.MULTILINE)
    return found[1].replace("\n", " ") if found else ""


def _words(text: str) -> list[str]:
    return [one.strip().casefold() for one in re.split(r"[,;]", text) if one.strip()]


def _language(text: str) -> str:
    text = text.strip("—– ")
    return "" if text == "None" else text


def _signed(text: str) -> int:
    return int(wording.plain_dice(text))


def _abilities(head: str) -> tuple[dict[Ability, int], dict[Ability, int]]:
    """Six scores, and the saving throws where they stand beside them (SRD 5.2.1)."""
    new = {one: re.search(_SCORE.format(one.value), head, re.IGNORECASE) for one in Ability}
    if all(new.values()):
        rows = {one: (int(found[1]), _signed(found[2])) for one, found in new.items() if found}
        return (
            {one: score for one, (score, _) in rows.items()},
            {one: save for one, (score, save) in rows.items() if save != modifier(score)},
        )
    scores = [int(one) for one in _SCORES.findall(head[head.casefold().find("cha") :])][:6]
    if len(scores) < 6:
        raise ValueError("it has no six ability scores")
    return dict(zip(Ability, scores, strict=True)), {}


def _saves(text: str) -> dict[Ability, int]:
    return {one: bonus for one in Ability if (bonus := _named(text, one.value)) is not None}


def _named(text: str, name: str) -> int | None:
    return next((_signed(bonus) for one, bonus in _BONUS.findall(text) if one.strip().casefold() == name), None)


def _speeds(text: str) -> Speeds:
    far = {(way or "walk").casefold(): int(feet) for way, feet in _FEET.findall(text)}
    known = {way: feet for way, feet in far.items() if way in Speeds.model_fields}
    return Speeds.model_validate({**known, "hover": "hover" in text})


def _deeds(lines: Sequence[str]) -> tuple[tuple[Feature, ...], tuple[Action, ...]]:
    traits: list[Feature] = []
    actions: list[Action] = []
    for economy, name, note, text in _entries(lines):
        uses, recharge = _USES.search(note), _RECHARGE.search(note)
        if economy is None:
            traits.append(Feature(name=name, text=text, uses=uses[0] if uses else ""))
            continue
        back = int(recharge[1]) if recharge else None
        actions.append(action(name, text, economy, uses=uses[0] if uses else "", recharge=back))
    return tuple(traits), tuple(actions)


def _entries(lines: Sequence[str]) -> Iterator[tuple[Economy | None, str, str, str]]:
    """Each named paragraph: where it stands, its name, what its brackets say, and its text."""
    economy: Economy | None = None
    name, note, text = "", "", "."
    for line in lines:
        found = _ENTRY.match(line)
        if found and not (text.endswith(_STOPS) or name in _LISTS):  # the end of a sentence, begun on the line before
            found = None
        if not found and line.casefold() not in _PLACES and line != "Traits":
            text = f"{text.removesuffix('-')}{'' if text.endswith('-') else ' '}{line}"
            continue
        if name:
            yield economy, name, note, text.strip()
        economy = _PLACES.get(line.casefold(), economy)
        name = re.sub(r" \([^)]*(?:Day|Recharge)[^)]*\)", "", found["name"]) if found else ""
        note, text = (found["note"] or "", found["text"]) if found else ("", ".")
    if name:
        yield economy, name, note, text.strip()
