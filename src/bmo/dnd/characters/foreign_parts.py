"""Single values of other programs' files, in the ways in which they are commonly written."""

import re
from typing import Any

from pydantic import JsonValue

from bmo.dnd.characters.reading import Path_, shown
from bmo.dnd.characters.schema import one_line
from bmo.dnd.rules.advancement import HIGHEST_LEVEL
from bmo.dnd.rules.checks import HIGHEST_SCORE, LOWEST_SCORE
from bmo.dnd.rules.terms import Ability, Skill

_ABILITIES = {word: one.value for one in Ability for word in (one.value, one.name.casefold())}
_SKILLS = {re.sub(r"[^a-z]", "", one.value): one.value for one in Skill}
_CLASS = re.compile(r"^\s*(?P<name>[^\W\d][^\d(/,]*?)\s*(?:\((?P<subclass>[^)]*)\))?\s*(?P<level>\d{1,3})?\s*$")
_LONGEST = 500
"""Letters of one line of a file."""
_SCORE_KEYS = ("score", "value", "base", "total")
_SAYS_YES = ("proficient", "proficiency", "trained", "value")


class Odd(Exception):
    """A value that makes no sense; `path` leads to it within what was handed in."""

    def __init__(self, sentence: str, path: Path_ = ()) -> None:
        super().__init__(sentence)
        self.path = path


def ability(word: str) -> str | None:
    """Ours for "Strength" or "str"."""
    return _ABILITIES.get(word.casefold().strip())


def text(value: JsonValue) -> str:
    """One line."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Odd("a text is expected here")
    if len(value) > _LONGEST:
        raise Odd(f"a text of at most {_LONGEST} letters is expected here")
    try:
        return one_line(" ".join(value.split()))
    except ValueError as fault:
        raise Odd(str(fault)) from fault


def prose(value: JsonValue) -> str:
    """Any text, or several."""
    if isinstance(value, list):
        return "\n".join(prose(one) for one in value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Odd("a text is expected here")
    return value


def named(value: JsonValue) -> str:
    """A text, or something with a name."""
    if isinstance(value, dict):
        lowered = {key.casefold(): one for key, one in value.items()}
        return text(lowered.get("name") or lowered.get("title"))
    return text(value)


def whole(value: JsonValue) -> int:
    """A number without a fraction, as a number or in digits; not below 0."""
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,9}\s*", value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Odd("a whole number is expected here")
    if value < 0:
        raise Odd(f"{value} is below 0")
    return value


def level(value: JsonValue) -> int:
    """1 to 20."""
    return _between(whole(value), 1, HIGHEST_LEVEL, "a level")


def _between(number: int, least: int, most: int, what: str) -> int:
    if not least <= number <= most:
        raise Odd(f"{what} is {least} to {most}, not {number}")
    return number


def yes(value: JsonValue) -> bool:
    """True, false, or a count."""
    if isinstance(value, bool):
        return value
    return bool(whole(value)) if value is not None else False


def score(value: JsonValue) -> int:
    """An ability score, alone or under a key: 1 to 30."""
    if isinstance(value, dict):
        lowered = {key.casefold(): one for key, one in value.items()}
        for key in _SCORE_KEYS:
            if key in lowered:
                return within(key, score, lowered[key])  # type: ignore[no-any-return]
        raise Odd("an ability score is expected here")
    return _between(whole(value), LOWEST_SCORE, HIGHEST_SCORE, "an ability score")


def abilities(value: JsonValue) -> dict[str, int]:
    """All that are there, by our names."""
    if isinstance(value, list) and len(value) == len(Ability):
        return {one.value: score(number) for one, number in zip(Ability, value, strict=True)}
    if not isinstance(value, dict):
        raise Odd("six ability scores are expected here")
    found = {}
    for key, one in value.items():
        name = ability(key)
        if name is None:
            raise Odd(f"{shown(key)} is no ability", (key,))
        found[name] = within(key, score, one)
    return found


def within(key: str | int, read: Any, value: JsonValue) -> Any:
    """The same, and where it went wrong."""
    try:
        return read(value)
    except Odd as fault:
        raise Odd(str(fault), (key, *fault.path)) from fault


def names(value: JsonValue) -> list[str]:
    """A list of texts or of things with a name, or one text with commas."""
    if isinstance(value, str):
        value = list(re.split(r"[,;\n]", value))
    if isinstance(value, dict):
        value = [key for key, one in value.items() if one]
    if value is None:
        return []
    if not isinstance(value, list):
        raise Odd("a list is expected here")
    found = [within(number, named, one) for number, one in enumerate(value)]
    return list(dict.fromkeys(name for name in found if name))


def classes(value: JsonValue) -> list[dict[str, Any]]:
    """ "Fighter 3 / Wizard 2", a list, or classes to levels."""
    if isinstance(value, str):
        return [_class(one) for one in re.split(r"[/,;&]|\band\b", value) if one.strip()]
    if isinstance(value, dict):
        if any(key.casefold() in ("name", "class") for key in value):
            return [_class(value)]
        return [{"name": text(key), "level": within(key, level, one)} for key, one in value.items()]
    if not isinstance(value, list):
        raise Odd("a class, or a list of them, is expected here")
    return [within(number, _class, one) for number, one in enumerate(value)]


def _class(value: JsonValue) -> dict[str, Any]:
    if isinstance(value, dict):
        lowered = {key.casefold(): one for key, one in value.items()}
        found = {"name": named(lowered.get("name") or lowered.get("class"))}
        number = lowered.get("level", lowered.get("levels"))
        subclass = named(lowered.get("subclass") or lowered.get("archetype"))
    else:
        match = _CLASS.match(text(value))
        if match is None:
            raise Odd(f"{shown(value)} is no class and level")
        found, number = {"name": match["name"].strip()}, match["level"]
        subclass = text(match["subclass"])
    return found | ({} if number is None else {"level": level(number)}) | ({"subclass": subclass} if subclass else {})


def skill_names(value: JsonValue) -> list[str]:
    """Skills, by our names."""
    return [_skill(name) for name in names(value)]


def skills(value: JsonValue) -> tuple[list[str], list[str]]:
    """Those with proficiency, and with expertise. Bonuses alone ("+5") do not tell which: any counts as proficiency."""
    if not isinstance(value, dict):
        return skill_names(value), []
    known, expert = [], []
    for key, one in value.items():
        name = within(key, lambda _, word=key: _skill(word), one)
        lowered = {word.casefold(): said for word, said in one.items()} if isinstance(one, dict) else {}
        if lowered.get("expertise") or (isinstance(one, str) and one.casefold() in ("expertise", "expert")):
            expert.append(name)
        if any(lowered.get(word) for word in _SAYS_YES) or (not isinstance(one, dict) and one):
            known.append(name)
    return list(dict.fromkeys((*known, *expert))), expert


def _skill(word: str) -> str:
    found = _SKILLS.get(re.sub(r"[^a-z]", "", re.sub(r"[+-]\d+.*$", "", word.casefold())))
    if found is None:
        raise Odd(f"{shown(word)} is no skill")
    return found


def saves(value: JsonValue) -> list[str]:
    """Abilities whose saves somebody is proficient in."""
    found = []
    for name in names(value):
        one = ability(re.sub(r"[^A-Za-z]", "", name))
        if one is None:
            raise Odd(f"{shown(name)} is no ability")
        found.append(one)
    return found


def proficiencies(value: JsonValue) -> dict[str, list[str]]:
    """By kind; a bare list goes to tools, where it changes no number unless it says armour or weapons."""
    if not isinstance(value, dict):
        listed = names(value)
        armor = [one for one in listed if re.search(r"\b(armou?r|shields?)\b", one, re.I)]
        weapons = [one for one in listed if re.search(r"\bweapons?\b", one, re.I)]
        tools = [one for one in listed if one not in armor and one not in weapons]
        weapons = [re.sub(r"\s*weapons?\b", "", one, flags=re.I).strip() for one in weapons]
        return {"armor": armor, "weapons": weapons, "tools": tools}
    kinds = {"armor": names, "armour": names, "weapons": names, "tools": names, "languages": names,
             "skills": skill_names, "saves": saves, "saving throws": saves}  # fmt: skip
    found: dict[str, list[str]] = {}
    for key, one in value.items():
        read = kinds.get(key.casefold().replace("_", " "))
        if read is None:
            raise Odd(f"{shown(key)} is no kind of proficiency", (key,))
        ours = {"armour": "armor", "saving throws": "saves"}.get(key.casefold().replace("_", " "), key.casefold())
        found[ours] = within(key, read, one)
    return found


def spells(value: JsonValue) -> list[dict[str, Any]]:
    """Names, things with a name and perhaps `prepared`, or such lists by spell level."""
    if isinstance(value, dict):
        found: list[dict[str, Any]] = []
        for key, one in value.items():
            found += within(key, spells, one) if isinstance(one, list | str) else [{"name": text(key)}]
        return found
    if isinstance(value, str):
        value = list(re.split(r"[,;\n]", value))
    if not isinstance(value, list):
        raise Odd("a list of spells is expected here")
    listed = [within(number, _spell, one) for number, one in enumerate(value)]
    return [one for one in listed if one["name"]]


def _spell(value: JsonValue) -> dict[str, Any]:
    found: dict[str, Any] = {"name": named(value)}
    if isinstance(value, dict) and isinstance(value.get("prepared"), bool):
        found["prepared"] = value["prepared"]
    return found
