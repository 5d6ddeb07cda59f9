"""A character pasted as text: its lines become the keys that `foreign` knows."""

import re

from pydantic import JsonValue

from bmo.dnd.characters.reading import BadFile, Document, Path_, Problem
from bmo.dnd.rules.terms import Ability

_MOST_LINES = 2_000
_LONGEST_LINE = 4_000
_GAP = re.compile(r"[^\S\n]{3,}")
"""Runs of spaces are cut to three: patterns that try where a gap ends would take the square of its length."""
_ONE = "|".join(word for one in Ability for word in (one.name.lower(), one.value))
_SCORE = re.compile(rf"\b({_ONE})\b[\s:=*]*(-?\d+)(?:\s*\([+\-−]\d+\))?", re.I)
_HEADS = re.compile(r"^\W*" + r"\W+".join(f"{one.value}" for one in Ability) + r"\W*$", re.I)
_NUMBERS = re.compile(r"(-?\d+)\s*(?:\([+\-−]\d+\))?")
_CLASS_NAMES = "barbarian|bard|cleric|druid|fighter|monk|paladin|ranger|rogue|sorcerer|warlock|wizard"
_LEVELLED = re.compile(
    rf"\b(?:level\s+(?P<before>\d+)\s+|(?P<nth>\d+)(?:st|nd|rd|th)[- ]level\s+)?(?P<name>{_CLASS_NAMES})\b"
    r"(?:\s*\((?P<subclass>[^()]*)\))?(?:\s*,?\s*(?:level|lvl\.?)?\s*(?P<after>\d+))?(?:\s*\((?P<late>[^()]*)\))?",
    re.I,
)
_KEYS = {
    "name": "name", "player": "player", "race": "race", "species": "species", "background": "background",
    "class": "class", "classes": "class", "level": "level", "subclass": "subclass", "hp": "hp", "hit points": "hp",
    "ac": "ac", "armor class": "ac", "armour class": "ac", "speed": "speed", "skills": "skills",
    "expertise": "expertise", "saves": "saves", "saving throws": "saves", "languages": "languages", "tools": "tools",
    "proficiencies": "proficiencies", "equipment": "equipment", "inventory": "equipment", "gear": "equipment",
    "items": "equipment", "weapons": "weapons", "armor": "armor", "armour": "armor", "shield": "shield",
    "spells": "spells", "cantrips": "cantrips", "features": "features", "feats": "features", "notes": "notes",
    "xp": "xp", "experience": "xp", "gold": "gp", "gp": "gp",
}  # fmt: skip
_LINE = re.compile(
    rf"^\W*({'|'.join(sorted(map(re.escape, _KEYS), key=len, reverse=True))})\b\**\s*[:=]?\s*(.*)$", re.I
)
_STARTS = re.compile(r"level\s+\d+\s+\S", re.I)
""" "Level 3 elf wizard" is a line about the class; "Level: 3" is not."""
_NUMBER_KEYS = {"level", "hp", "ac", "xp", "gp"}
_SEVERAL = re.compile(r"\s+[|•·]\s+|\s{3,}|\t|,\s+(?=(?:hp|ac|speed)\b)|\s+(?=(?:hp|hit points|speed)\s*:?\s*\d)", re.I)
"""Between keys on one line: "AC 18, HP 44 | Speed 30 ft."."""


def parse(text: str) -> Document:
    """A document of the usual keys; what no line of ours fits is kept under `other lines`.

    The first line is the name, unless one says "Name:". Raises `BadFile` for more than 2,000 lines, none, and
    lines of more than 4,000 letters.
    """
    block = _Block()
    lines = text.splitlines()
    if len(lines) > _MOST_LINES:
        raise BadFile(Problem(_MOST_LINES + 1, f"a pasted character has at most {_MOST_LINES:,} lines"))
    for number, whole in enumerate(lines, 1):
        line = _GAP.sub("   ", whole)
        if len(line) > _LONGEST_LINE:
            raise BadFile(Problem(number, f"a line of a pasted character has at most {_LONGEST_LINE:,} letters"))
        if line.strip(" *#_-=\t\r"):
            block.read(line.strip(" *#_\t\r"), number)
    if not block.found:
        raise BadFile(Problem(1, "there is nothing in it"))
    return Document(block.found, block.lines)


class _Block:
    """What the lines so far said."""

    def __init__(self) -> None:
        self.found: dict[str, JsonValue] = {}
        self.lines: dict[Path_, int] = {}
        self._heads_at = 0

    def read(self, line: str, number: int) -> None:
        if _HEADS.match(line):
            self._heads_at = number
        elif self._heads_at:
            self._heads_at = 0
            self._scores(dict(zip(Ability, _NUMBERS.findall(line), strict=False)), number)
        elif len(_SCORE.findall(line)) >= 1 and not _LINE.match(line):
            self._scores({self._ability(word): value for word, value in _SCORE.findall(line)}, number)
        elif self._known(line, number):
            return
        elif "name" not in self.found:
            self._keep("name", line, number)
        else:
            self._other(line, number)

    def _known(self, line: str, number: int) -> bool:
        if _STARTS.match(line) and self._class_line(line, number):
            return True
        return self._keys(line, number) or self._class_line(line, number)

    def _ability(self, word: str) -> Ability:
        return Ability(word[:3].lower())

    def _scores(self, scores: dict[Ability, str], number: int) -> None:
        for ability, value in scores.items():
            self._keep(ability.value, int(value[:6]), number)

    def _keys(self, line: str, number: int) -> bool:
        if not _LINE.match(line):
            return False
        for part in filter(str.strip, _SEVERAL.split(line)):
            match = _LINE.match(part.strip())
            if match is None:
                self._other(part, number)
            else:
                self._key(_KEYS[match[1].lower()], match[2].strip(" *"), number)
        return True

    def _key(self, key: str, value: str, number: int) -> None:
        first = re.match(r"[+-]?\d{1,9}", value.replace(",", ""))
        if key == "hp":  # "31/44" and "44 (5d10 + 10)": the larger one is the maximum
            both = re.match(r"\s*(-?\d{1,9})\s*/\s*(-?\d{1,9})", value)
            found = max(int(both[1]), int(both[2])) if both else int(first[0]) if first else value
            self._keep(key, found, number)
        elif key in _NUMBER_KEYS and first:
            self._keep(key, int(first[0]), number)
        elif key == "class" and self._class_line(value, number):
            return
        elif key == "skills":
            self._keep(
                key, [re.sub(r"\s*[+\-−]\d+", "", one).strip() for one in value.split(",") if one.strip()], number
            )
        else:
            self._keep(key, value, number)

    def _class_line(self, line: str, number: int) -> bool:
        """ "Hill Dwarf Fighter 5 (Champion), Soldier", "Level 3 elf wizard": classes, and the species before them."""
        found = list(_LEVELLED.finditer(line))
        if not found or "class" in self.found or ("name" not in self.found and not self._levelled(found)):
            return False
        self._keep("class", [self._one_class(match) for match in found], number)
        before = re.sub(
            r"\blevel\s+\d+\b|\b\d+(st|nd|rd|th)[- ]level\b|[,:/]", " ", line[: found[0].start()], flags=re.I
        )
        level = re.search(r"\blevel\s+(\d+)|\b(\d+)(?:st|nd|rd|th)[- ]level", line[: found[0].start()], re.I)
        if level:
            self._keep("level", int((level[1] or level[2])[:6]), number)
        if before.strip():
            self._keep("species", " ".join(before.split()), number)
        after = line[found[-1].end() :].strip(" ,;")
        if after:
            self._keep("background", after, number)
        return True

    def _levelled(self, found: list[re.Match[str]]) -> bool:
        return any(match["before"] or match["nth"] or match["after"] for match in found)

    def _one_class(self, match: re.Match[str]) -> JsonValue:
        level = match["before"] or match["nth"] or match["after"]
        one: dict[str, JsonValue] = {"name": match["name"]}
        if level:
            one["level"] = int(level[:6])
        subclass = match["subclass"] or match["late"]
        return one | ({"subclass": subclass.strip()} if subclass and not subclass.isdigit() else {})

    def _keep(self, key: str, value: JsonValue, number: int) -> None:
        """The first one counts."""
        if key in self.found:
            self._other(f"{key} {value}", number)
            return
        self.found[key] = value
        self.lines[(key,)] = number

    def _other(self, line: str, number: int) -> None:
        kept = self.found.setdefault("other lines", [])
        if isinstance(kept, list):
            self.lines.setdefault(("other lines",), number)
            kept.append(line)
