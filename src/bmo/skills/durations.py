"""Durations as people say them: "five minutes", "an hour and a half", "90 seconds", "1h30m", "half an hour".

text2num reads the number words. It is given only the words between two units, because in a whole sentence
it takes "ninety second" for the ordinal 92nd.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from text_to_num import alpha2digit

from bmo.capabilities.wording import Told, listed

LONGEST = timedelta(days=365_000)
"""Longer ones are cut to this, so that a rule about timers refuses them and not an overflow."""

_SMALLER = {3_600: 60, 60: 1}
"""What a number without a unit means after hours or minutes: "an hour thirty"."""
_SIGNS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
_LETTERS = "a-zäöüß"
_UNSAID = ValueError("a duration is said like five minutes, an hour and a half, or 90 seconds")


ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Lengths:
    """The words for lengths of time in one language, from `lengths/<language>.yaml` beside this module."""

    language: str
    """As text2num calls it."""
    units: Mapping[str, int]
    """In seconds."""
    plurals: tuple[str, ...]
    """Endings of a unit that are taken off."""
    decimal: str
    """What stands before the tenths: "1.5", "1,5"."""
    one: frozenset[str]
    two: frozenset[str]
    fractions: Mapping[str, Fraction]
    and_: str
    minus: frozenset[str]
    more: frozenset[str]
    """Words of a time that is added, which count nothing: "another two minutes"."""

    def unit(self, word: str) -> int | None:
        """Its seconds; None for a word that is no unit."""
        shorter = (word.removesuffix(ending) for ending in self.plurals)
        return next((self.units[name] for name in (word, *shorter) if name in self.units), None)


@cache
def lengths(language: str) -> Lengths:
    """The words of a language; those of English for one that has no file."""
    file = files("bmo.skills").joinpath("lengths", f"{language}.yaml")
    if not file.is_file():
        return lengths(ENGLISH)
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Lengths(
        told["language"],
        told["units"],
        tuple(told["plurals"]),
        told["decimal"],
        frozenset(told["one"]),
        frozenset(told["two"]),
        {words: Fraction(share) for share, ways in told["fractions"].items() for words in ways},
        told["and"],
        frozenset(told["minus"]),
        frozenset(told["more"]),
    )


def parse_duration(text: str, language: str = ENGLISH) -> timedelta:
    """The duration that these words mean, and nothing but it; may be zero or negative.

    Raises ValueError for anything else: a range ("ten to fifteen minutes"), no unit, other words around it.
    """
    said = lengths(language)
    parts, rest = _cut_at_units(_words(text, said.decimal), said)
    total, last = Fraction(0), 0
    for amount, unit in parts:
        if last:
            if unit >= last:
                raise _UNSAID
            fraction, amount = _fraction_after(amount, said)
            total += fraction * last
            amount = amount[1:] if amount[:1] == [said.and_] else amount
        total += _number(_without_more(amount, said), said) * unit
        last = unit
    total += _rest(rest, last, said)
    limit = LONGEST.total_seconds()
    return timedelta(seconds=min(max(float(total), -limit), limit))


def is_amount(words: str, language: str = ENGLISH) -> bool:
    """Whether this counts something and names nothing: "ten", "three quarters", "a couple of"."""
    try:
        _number(words.lower().split(), lengths(language))
    except ValueError:
        return False
    return True


def is_length(words: str, language: str = ENGLISH) -> bool:
    """Whether this is a duration: "five minutes"."""
    try:
        parse_duration(words, language)
    except ValueError:
        return False
    return True


def say_duration(duration: timedelta) -> Told:
    """As BMO says it, to the second: "1 hour and 30 minutes"."""
    left = max(0, round(duration.total_seconds()))
    parts = []
    for unit in ("day", "hour", "minute", "second"):
        count, left = divmod(left, lengths(ENGLISH).units[unit])
        if count:
            parts.append(Told(f"{{count}} {unit}{'s' if count > 1 else ''}", count=count))
    return listed(parts or [Told("{count} seconds", count=0)])


def _words(text: str, decimal: str) -> list[str]:
    for sign, ascii_sign in _SIGNS.items():
        text = text.replace(sign, ascii_sign)
    thousands = "," if decimal == "." else "."
    text = re.sub(rf"(?<=\d){re.escape(thousands)}(?=\d{{3}})", "", text.lower())
    text = re.sub(rf"(?<=\d){re.escape(decimal)}(?=\d)", ".", text)
    text = re.sub(rf"(?<=[{_LETTERS}0-9])-(?=[{_LETTERS}])", " ", text)  # "ten-minute"; the minus of "-5" stays
    text = re.sub(rf"(?<=\d)(?=[{_LETTERS}])", " ", text)  # "1h30m"
    text = re.sub(rf"(?<=[{_LETTERS}])(?=\d)", " ", text)
    return re.sub(r",|\.(?!\d)", " ", text).split()


def _cut_at_units(words: list[str], said: Lengths) -> tuple[list[tuple[list[str], int]], list[str]]:
    """The words before each unit with that unit in seconds, and the words after the last one."""
    parts, amount = [], []
    for word in words:
        unit = said.unit(word)
        if unit is None:
            amount.append(word)
        else:
            parts.append((amount, unit))
            amount = []
    if not parts:
        raise _UNSAID
    return parts, amount


def _without_more(words: list[str], said: Lengths) -> list[str]:
    """ "Another two", "another"."""
    left = [word for word in words if word not in said.more]
    return left if left or not words else [next(iter(said.one))]


def _fraction_after(words: list[str], said: Lengths) -> tuple[Fraction, list[str]]:
    """Take "and a half" off the front: it belongs to the unit before it."""
    for length in (3, 2):
        fraction = said.fractions.get(" ".join(words[1:length]))
        if words[:1] == [said.and_] and fraction is not None and len(words) > length:
            return fraction, words[length:]
    return Fraction(0), words


def _rest(words: list[str], unit: int, said: Lengths) -> Fraction:
    """What follows the last unit: nothing, "and a half" of it, or a number of the next smaller one."""
    if not words:
        return Fraction(0)
    if words[0] == said.and_ and (fraction := said.fractions.get(" ".join(words[1:]))) is not None:
        return fraction * unit
    if unit not in _SMALLER:
        raise _UNSAID
    return _number(words, said) * _SMALLER[unit]


def _number(words: list[str], said: Lengths) -> Fraction:
    """ "five", "a", "twenty-five", "2.5", "two and a half", "1/2", "a couple of", "minus three"."""
    if said.minus & set(words[:1]):
        return -_number(words[1:], said)
    text = " ".join(words)
    if text in said.one:
        return Fraction(1)
    if text in said.two:
        return Fraction(2)
    if text in said.fractions:
        return said.fractions[text]
    whole, _, part = text.partition(f" {said.and_} ")
    if part in said.fractions:
        return _number(whole.split(), said) + said.fractions[part]
    if mixed := re.fullmatch(r"(?:(\d{1,9}) )?(\d{1,3})/([1-9]\d{0,2})", text):
        return Fraction(int(mixed[1] or 0)) + Fraction(int(mixed[2]), int(mixed[3]))
    if said.one & set(words[:1]):  # "a hundred and twenty"
        text = " ".join(words[1:])
    digits = alpha2digit(text, said.language, threshold=0) if text else ""
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", digits):
        raise _UNSAID
    return Fraction(digits)


def _duration(value: Any, info: ValidationInfo) -> Any:
    """Accept what people, programs and small models give: words, seconds, or an amount and a unit."""
    if isinstance(value, str):
        return parse_duration(value, (info.context or {}).get("language", ENGLISH))
    if isinstance(value, dict):
        if set(value) != {"amount", "unit"}:
            raise ValueError('a duration has an "amount" and a "unit"')
        return parse_duration(f"{value['amount']} {value['unit']}")
    if isinstance(value, int | float):
        if isinstance(value, bool) or not math.isfinite(value):
            raise _UNSAID
        limit = LONGEST.total_seconds()
        return timedelta(seconds=min(max(value, -limit), limit))
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                "amount": {"type": "number"},
                "unit": {"type": "string", "enum": ["seconds", "minutes", "hours"]},
            },
            "required": ["amount", "unit"],
            "additionalProperties": False,
        }
    ),
]
"""A field that takes "five minutes", 300 (seconds) or {"amount": 5, "unit": "minutes"}.

Words are in the language of the validation's context, {"language": "en"}. Models only see the last form: they copy
numbers well and compute them badly.
"""
