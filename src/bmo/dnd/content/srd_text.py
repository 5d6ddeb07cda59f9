"""Reads the SRD as text: Markdown with headings, or the lines of its PDF.

A stat block or spell is known by its second line ("Large aberration, lawful evil", "2nd-level evocation", "Level 3
Evocation (Sorcerer, Wizard)"), whatever the marks around it. Everything else becomes rules, a section each.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bmo.core.errors import TooLarge
from bmo.dnd.content import srd_text_creatures, srd_text_spells
from bmo.dnd.content.entries import RuleEntry
from bmo.dnd.content.record import LONGEST_NAME, LONGEST_TEXT, Record
from bmo.dnd.rules.terms import Edition

_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_MARKS = re.compile(r"\*{1,3}|_{2,3}|(?<!\w)_|_(?!\w)|^>\s?|\\(?=[-*_.+])|<br/?>")
_TITLE = re.compile(r"^(?:(?:[A-Z][\w’'/-]*|of|the|a|an|and|or|in|to|for|with|at|by|on)(?: |$)){1,8}$")
_STOPS = (".", "!", "?", ")", "”")
_PARTS = ("Traits", "Actions", "Bonus Actions", "Reactions", "Legendary Actions")
_LAST_NUMBERS = ("CR ", "Challenge ", "Duration:")
"""How the last line of numbers begins, in a stat block and in a spell."""
MOST_LINES = 200_000
"""The SRD has a fifth of that."""
_DEEPEST = 7
_FAR = 3
"""Lines from a name to the line below it, and on to the next; some are empty."""


@dataclass(frozen=True)
class Line:
    """One line of a document without its marks."""

    number: int
    level: int
    """Of a heading, from 1; 0 for other lines."""
    text: str


@dataclass(frozen=True)
class Found:
    """A record, or the reason why there is none, and the line where it stands."""

    line: int
    record: Record | None
    name: str
    reason: str = ""


def document(text: str, edition: Edition, *, headings: bool) -> Iterator[Found]:
    """Everything that a document tells. Without `headings` (of a PDF) a short line in title case is one.

    Raises `TooLarge` for one of more than `MOST_LINES`.
    """
    if text.count("\n") > MOST_LINES:
        raise TooLarge(f"has more than {MOST_LINES:,} lines")
    lines = [_line(number, one) for number, one in enumerate(text.split("\n"), 1)]
    starts = [one for one in range(len(lines)) if _begins(lines, one)]
    covered = 0
    for place, start in enumerate(starts):
        yield from _rules(lines[covered:start], edition, headings)
        following = starts[place + 1] if place + 1 < len(starts) else len(lines)
        covered = _end(lines, start, following, headings)
        yield _entry(lines[start:covered], edition)
    yield from _rules(lines[covered:], edition, headings)


def sections(markdown: str, edition: Edition, root: str) -> Iterator[RuleEntry]:
    """The sections of one rule in Markdown, each an entry. Raises `ValueError` for one that cannot be kept."""
    lines = [_line(number, one) for number, one in enumerate(markdown.split("\n"), 1)]
    for found in _rules(lines, edition, headings=True, root=root):
        if not isinstance(found.record, RuleEntry):
            raise ValueError(found.reason)
        yield found.record


def _line(number: int, written: str) -> Line:
    heading = _HEADING.match(written)
    text = _MARKS.sub("", heading[2].rstrip(" #") if heading else written).strip()
    return Line(number, len(heading[1]) if heading else 0, text)


def _begins(lines: Sequence[Line], at: int) -> bool:
    """Whether a name stands here, with the line below it that tells a stat block or spell."""
    if not lines[at].text or len(lines[at].text) > LONGEST_NAME:
        return False
    below = [one.text for one in lines[at + 1 : at + 1 + 2 * _FAR] if one.text]
    if not below:
        return False
    if srd_text_spells.is_spell(below[0]):
        return True
    return srd_text_creatures.is_creature(below[0]) and srd_text_creatures.has_armour_class(below[1:2])


def _end(lines: Sequence[Line], start: int, following: int, headings: bool) -> int:
    """Where an entry ends: at the next one, or at a heading that is not below its own.

    Without headings, at a title after a full stop, once the lines of numbers are over.
    """
    own, numbers_over = lines[start].level, False
    for at in range(start + 1, following):
        text, before = lines[at].text, lines[at - 1].text
        if own and 0 < lines[at].level <= own:
            return at
        if not headings and numbers_over and before.endswith(_STOPS) and _is_title(text) and text not in _PARTS:
            return at
        numbers_over = numbers_over or text.startswith(_LAST_NUMBERS)
    return following


def _entry(lines: Sequence[Line], edition: Edition) -> Found:
    name, body = lines[0].text, [one.text for one in lines[1:]]
    if sum(map(len, body)) > LONGEST_TEXT:
        return Found(lines[0].number, None, name, _too_long())
    first = next(one for one in body if one)
    parse = srd_text_spells.parse if srd_text_spells.is_spell(first) else srd_text_creatures.parse
    try:
        return Found(lines[0].number, parse(name, body, edition), name)
    except ValueError as fault:
        return Found(lines[0].number, None, name, reason(fault))


def _too_long() -> str:
    return f"is longer than {LONGEST_TEXT:,} characters: give what follows it headings"


def reason(fault: Exception) -> str:
    """Why a record was refused, in one line: what pydantic says first, or the fault itself."""
    errors = getattr(fault, "errors", None)
    if errors is None:
        return f"{type(fault).__name__}: {fault}" if isinstance(fault, (KeyError, IndexError)) else str(fault)
    first = errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {str(first['msg']).removeprefix('Value error, ')}"


def _rules(lines: Sequence[Line], edition: Edition, headings: bool, root: str = "") -> Iterator[Found]:
    path: list[tuple[int, str]] = [(0, root)] if root else []
    block: list[str] = []
    at = lines[0].number if lines else 0
    for line in lines:
        level = line.level if headings else _DEEPEST * _is_title(line.text)
        if not level:
            block.append(line.text)
            continue
        yield from _rule(path, block, at, edition)
        path = [(depth, title) for depth, title in path if depth < level]
        path.append((level, line.text))
        block, at = [], line.number
    yield from _rule(path, block, at, edition)


def _is_title(text: str) -> bool:
    return 3 < len(text) < 60 and bool(_TITLE.match(text))


def _rule(path: Sequence[tuple[int, str]], block: Sequence[str], line: int, edition: Edition) -> Iterator[Found]:
    text = "\n".join(block).strip()
    if not text or not path:  # nothing below a heading, or what stands before the first
        return
    titles = list(dict.fromkeys(title for _, title in path))
    name = titles[-1][:LONGEST_NAME]
    if len(text) > LONGEST_TEXT:
        yield Found(line, None, name, _too_long())
        return
    section = f"SRD {edition} {' > '.join(titles)}"
    try:
        record = RuleEntry(name=name, source=f"SRD {edition}", edition=edition, section=section, text=text)
    except ValueError as fault:
        yield Found(line, None, name, reason(fault))
    else:
        yield Found(line, record, name)
