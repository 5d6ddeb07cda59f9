"""What somebody meant who corrected themselves or went on from what was said before.

People repair speech by saying it again from a word on which both agree ("in London, I mean, in Lisbon"), or only the
part that was wrong ("five, no, ten minutes"). Every text that could be meant is given, the likeliest first; which of
them makes sense is for the templates to say. After "Preliminaries to a Theory of Speech Disfluencies" (Shriberg 1994).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from text_to_num import alpha2digit

from bmo.assistant.language import Language
from bmo.assistant.spelling import plain

MOST_WORDS = 8
"""Of a text that goes on with what was said before."""
REPLACED = 4
"""Words at the end of what was said that a correction may stand for, when nothing tells how many: as many as it has."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What could be meant; `loose` when nothing but the position of the words says so."""

    text: str
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A text with a correction in it."""

    said: str
    instead: str
    sure: bool
    """Whether the words between the two can be nothing but a correction."""


def correction_in(text: str, words: Language) -> Correction | None:
    """The last correction in a text, and all before it that belongs to it."""
    text = text.strip(" .!?,")
    found = _found(text, words)
    if found is not None and not text[found.end() :].strip(" .!?,"):  # "fifteen seconds no fifteen minutes i mean"
        text = text[: found.start()]
        found = _found(text, words)
    if found is None:
        return None
    said, instead = text[: found.start()].strip(" ,"), text[found.end() :].strip(" ,")
    clear = "comma" not in found.re.groupindex
    sure = clear or bool(found["comma"]) or _numbers_around(said, instead, words)
    earlier = correction_in(said, words)
    return Correction(earlier.said if earlier and earlier.sure else said, instead, sure)


def is_withdrawn(correction: Correction, words: Language) -> bool:
    """Whether it takes all back: "set a timer, no, never mind"."""
    return bool(words.withdrawn.fullmatch(correction.instead))


def repaired(correction: Correction, words: Language) -> Iterator[Meant]:
    """What a correction could mean."""
    said, instead = correction.said.split(), correction.instead.split()
    if not said or not instead:
        return
    yield Meant(correction.instead)
    yield from _from_the_same_word(said, instead)
    if _bare(said[-1]) == _bare(instead[-1]) and len(instead) <= len(said):  # "car insurance, no, house insurance"
        yield Meant(" ".join(said[: -len(instead)] + instead))
    span = _last_number(said, words)
    if span is not None and _is_number(instead[0], words):
        begin, end = span
        rest = said[end:] if all(_is_number(word, words) for word in instead) else []
        yield Meant(" ".join(said[:begin] + instead + rest))
    for count in range(1, min(len(instead), REPLACED, len(said) - 1) + 1):
        yield Meant(" ".join(said[:-count] + instead), loose=True)


def goes_on(text: str, words: Language) -> bool:
    """Whether this could go on with what was said before: "and tomorrow?", "cancel it", "the rice one"."""
    text = text.strip(" .!?,")
    if not text or len(text.split()) > MOST_WORDS:
        return False
    parts = {_bare(word) for word in text.split()}
    marked = words.goes_on_before.search(text) or words.goes_on_after.search(text) or words.it.search(text)
    return bool(marked or parts & words.one)


def continued(said: str, text: str, words: Language, *, completes: bool = False) -> Iterator[Meant]:
    """What a text could mean after `said`, which asked for something; `completes` when BMO asked back."""
    head = plain(said, words.name).split()
    rest = words.goes_on_after.sub("", words.goes_on_before.sub("", text.strip(" .!?,"))).strip(" ,")
    tail = plain(rest, words.name).split()
    if not head or not tail:
        return
    if completes:
        yield Meant(" ".join(head + tail))
    yield from _named(head, tail, rest, words)
    for ending in _with_unit(head, tail, words):
        yield Meant(" ".join([head[0], *ending]))
        yield from _from_the_same_word(head, ending)
        for count in (1, 2):
            if len(head) > count:
                yield Meant(" ".join(head[:-count] + ending), loose=True)
        yield Meant(" ".join(head + ending), loose=True)


def borrowed(before: str, text: str, words: Language) -> Iterator[Meant]:
    """What a later part of a sentence could mean: "set a pasta timer for ten minutes | a rice timer for fifteen"."""
    head, tail = plain(before, words.name).split(), plain(text, words.name).split()
    if not head or not tail:
        return
    for ending in _with_unit(head, tail, words):
        yield Meant(" ".join([head[0], *ending]))
        yield from _from_the_same_word(head, ending)
    yield from _named(head, tail, text, words)


def _named(head: list[str], tail: list[str], text: str, words: Language) -> Iterator[Meant]:
    """ "One" and "it" stand for something that was said before: each of its words is tried, the last first."""
    nouns = [word for word in dict.fromkeys(reversed(head[1:])) if word.lower() not in words.units]
    for at, word in enumerate(tail):
        if word.lower() in words.one:
            for noun in nouns:
                filled = [*tail[:at], noun, *tail[at + 1 :]]
                yield Meant(" ".join(filled))
                yield Meant(" ".join([head[0], *filled]))
    if it := words.it.search(text):
        before = text[: it.start()].strip()
        pairs = [f"{first} {second}" for first, second in pairwise(head[1:])]
        for noun in (*reversed(pairs), *nouns):
            yield Meant(f"{before} {words.a_thing} {noun}")


def _from_the_same_word(said: list[str], instead: list[str]) -> Iterator[Meant]:
    """ "What time is it in London | in Lisbon": said again from a word on which both agree."""
    first = _bare(instead[0])
    for at in range(len(said) - 1, 0, -1):
        if _bare(said[at]) == first:
            yield Meant(" ".join(said[:at] + instead))
            return


def _with_unit(head: list[str], tail: list[str], words: Language) -> Iterator[list[str]]:
    """The words as they are, and with the unit of what was said before, if they end in a mere number."""
    yield tail
    unit = next((word for word in reversed(head) if word.lower() in words.units), None)
    if unit is not None and tail[-1].lower() not in words.one and _is_number(tail[-1], words):
        yield [*tail, unit]


def _found(text: str, words: Language) -> re.Match[str] | None:
    """The last words of correction that have something before them."""
    found = [match for match in words.clear_correction.finditer(text) if match.start()]
    found = found or [match for match in words.likely_correction.finditer(text) if match.start()]
    return found[-1] if found else None


def _numbers_around(said: str, instead: str, words: Language) -> bool:
    """ "five | ten minutes", "an hour | half an hour": a number stands on both sides."""
    before, after = [_bare(word) for word in said.split()], [_bare(word) for word in instead.split()]
    if before and before[-1] in words.units:
        before.pop()
    return bool(before and after and _is_amount(before[-1], words) and _is_amount(after[0], words))


def _last_number(said: list[str], words: Language) -> tuple[int, int] | None:
    end = next((at + 1 for at in range(len(said) - 1, -1, -1) if _is_number(said[at], words)), 0)
    if not end:
        return None
    begin = end
    while begin and _is_number(said[begin - 1], words):
        begin -= 1
    return begin, end


def _is_number(word: str, words: Language) -> bool:
    word = _bare(word)
    return bool(word) and alpha2digit(word, words.name, threshold=0).replace(".", "").isdecimal()


def _is_amount(word: str, words: Language) -> bool:
    return word in words.amounts or _is_number(word, words)


def _bare(word: str) -> str:
    return word.lower().strip(".,;:!?\"'")
