"""Mends texts that were taken from pages of two columns: what belongs to another entry is moved there or dropped.

Five faults are known by their structure alone:
- a stat block stands in a spell that is not its own: it goes to the spell whose words name it;
- a piece that begins in lower case after a full stop is the end of another text that stops in mid-sentence;
- an item's text holds the head of the next item ("Feather Token Wondrous Item, Rarity Varies");
- a table's head is printed again in the middle of its rows;
- a creature's text ends in the heading of the next creature, or holds its own next action.
What stops in mid-sentence then is cut back to its last whole sentence.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from bmo.dnd.content import naming

_SIZES = "Tiny|Small|Medium|Large|Huge|Gargantuan"
_STAT_BLOCK = re.compile(rf"(?:[A-Z][\w’']+ ){{1,4}}(?={_SIZES})(?:{_SIZES})\b[^.]{{0,80}}? AC \d.*", re.DOTALL)
_TITLE = re.compile(rf"((?:[A-Z][\w’']+ ?){{1,4}}?) (?:{_SIZES})\b")
_LOST_PIECE = re.compile(r"(?<=[.!?]) ([a-z][^.!?]*[.!?](?: .*)?)$", re.DOTALL)
_WHOLE = re.compile(r".*[.!?)”’](?=\s|$)", re.DOTALL)
_NEAR = 4
"""Entries: how far apart in the alphabet two texts are that share a page."""
_KINDS = "Wondrous Item|Weapon|Armor|Ring|Potion|Wand|Staff|Rod|Scroll"
_RARITIES = "Common|Uncommon|Rare|Very Rare|Legendary|Artifact|Rarity Varies"
_ITEM_HEAD = re.compile(
    rf"(?<=\. )(?P<name>(?:(?:[A-Z][\w’'-]+|of|the) ){{1,6}})"
    rf"(?P<type>(?:{_KINDS})(?: \([^)]*\))?, (?:{_RARITIES})(?: \(Requires [^)]*\))?) "
)
_TABLE_HEAD = re.compile(r"\b(1d(?:4|6|8|10|12|20|100) [A-Z]\w+(?: [A-Z]\w+)?|Order Effects) (?=0?1\b)")
_SWALLOWED = re.compile(r"(?<=[.]) (?P<name>(?:[A-Z][\w’-]+ ){0,4}[A-Z][\w’-]+)(?: \([^)]*\))\. (?=[A-Z])")
_TRAILING = re.compile(r"(?:(?<=[.]) | )(?P<heading>[A-Z][a-z]+(?: [A-Z][a-z]+)?)$")
_LIST_ENDS = re.compile(r"(?:\d|•)[^.]*$")


@dataclass(frozen=True)
class Mended:
    """Texts by name, and what was done to them."""

    texts: Mapping[str, str]
    stat_blocks: Mapping[str, str] = field(default_factory=dict)
    """Those that spells bring with them, by the spell's name."""
    changed: frozenset[str] = frozenset()
    """The names of texts that ran on, or stopped short."""


def spells(texts: Mapping[str, str]) -> Mended:
    """Mend the texts of spells, given in the order of the alphabet."""
    left, blocks = _without_stat_blocks(texts)
    joined = _without_lost_pieces(left, {name for name in texts if left[name] != texts[name]})
    done = {name: _table(_whole_sentences(text)) for name, text in joined.items()}
    owned = {owner: block for block in blocks for owner, text in done.items() if _names(text, block)}
    return Mended(done, owned, frozenset(name for name in texts if done[name] != texts[name]))


def items(texts: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The texts of items without the items that run on in them, and those: name, type line and text."""
    left: dict[str, str] = {}
    found: list[tuple[str, str, str]] = []
    for name, text in texts.items():
        heads = list(_ITEM_HEAD.finditer(text))
        ends = [head.start() for head in heads[1:]] + [len(text)]
        left[name] = text[: heads[0].start()].strip() if heads else text
        for head, end in zip(heads, ends, strict=False):
            found.append((head["name"].strip(), head["type"], _whole_sentences(text[head.end() : end]).strip()))
    return left, found


def actions(name: str, text: str, creatures: Collection[str]) -> Iterator[tuple[str, str]]:
    """An action's name and text, and those of an action that its text runs on into.

    `creatures` has the `naming.key` of the next creature's name and of its last words: a text that ends in one of them
    without a full stop ends in a heading.
    """
    text = _without_heading(text, creatures)
    while found := _SWALLOWED.search(text):
        yield name, text[: found.start()]
        name, text = text[found.start() + 1 : found.end() - 2], text[found.end() :]
    yield name, text


def _without_heading(text: str, creatures: Collection[str]) -> str:
    found = _TRAILING.search(text)
    if found is None:
        return text
    after_stop = text[found.start() - 1] == "."
    for heading in (found["heading"], found["heading"].split()[-1]):
        if after_stop or naming.key(heading) in creatures:
            return text[: -len(heading)].rstrip() if not after_stop else text[: found.start()]
    return text


def _without_stat_blocks(texts: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    left: dict[str, str] = {}
    blocks: list[str] = []
    for name, text in texts.items():
        if found := _STAT_BLOCK.search(text):
            blocks.append(found[0])
            text = text[: found.start()].strip()
        left[name] = text
    return left, blocks


def _names(text: str, block: str) -> bool:
    title = _TITLE.match(block)
    return title is not None and f"{title[1].strip()} stat block" in text


def _without_lost_pieces(texts: Mapping[str, str], cut: Collection[str]) -> dict[str, str]:
    """Each piece goes to the end of the nearest text that stops in mid-sentence; where none does, it is dropped.

    Texts that were `cut` stop where a stat block stood: what follows there is another text's.
    """
    order, done = list(texts), dict(texts)
    for place, name in enumerate(order):
        if not (piece := _LOST_PIECE.search(done[name])):
            continue
        done[name] = done[name][: piece.start()]
        near = sorted(range(len(order)), key=lambda other: abs(other - place))[1 : 2 * _NEAR + 1]
        for other in near:
            if order[other] not in cut and _stops_short(done[order[other]]):
                done[order[other]] += " " + piece[1]
                break
    return done


def _stops_short(text: str) -> bool:
    return bool(text) and text[-1] not in ".!?)”’" and not _LIST_ENDS.search(text)


def _whole_sentences(text: str) -> str:
    if not _stops_short(text):
        return text
    whole = _WHOLE.match(text)
    return whole[0] if whole else text


def _table(text: str) -> str:
    """A numbered table with each row on a line of its own, and its head once."""
    head = _TABLE_HEAD.search(text)
    if head is None:
        return text
    before, after = text[: head.start()].rstrip(), text[head.end() :].replace(f" {head[1]} ", " ")
    rows, number = "", 1
    for word in re.split(r"(?<=\.) (?=\d)|^", after):
        opens = re.match(r"(\d+)(?:–(\d+))? ", word)
        if opens and int(opens[1]) == number:
            number = int(opens[2] or opens[1]) + 1
            rows += f"\n{word}"
        else:
            rows += f" {word}" if word else ""
    return f"{before}\n{head[1]}{rows}"
