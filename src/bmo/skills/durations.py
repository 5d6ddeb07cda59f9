"""Durations as people say them: "five minutes", "an hour and a half", "90 seconds", "1h30m", "half an hour".

text2num reads the number words. It is given only the words between two units, because in a whole sentence
it takes "ninety second" for the ordinal 92nd.
"""

import math
import re
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from text_to_num import alpha2digit

LONGEST = timedelta(days=365_000)
"""Longer ones are cut to this, so that a rule about timers refuses them and not an overflow."""

_SECONDS = {
    "second": 1, "sec": 1, "s": 1,
    "minute": 60, "min": 60, "m": 60,
    "hour": 3_600, "hr": 3_600, "h": 3_600,
    "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000,
}  # fmt: skip
_SMALLER = {3_600: 60, 60: 1}
"""What a number without a unit means after hours or minutes: "an hour thirty"."""
_FRACTIONS = {
    "half": Fraction(1, 2), "half a": Fraction(1, 2), "half an": Fraction(1, 2), "a half": Fraction(1, 2),
    "quarter": Fraction(1, 4), "a quarter": Fraction(1, 4), "quarter of an": Fraction(1, 4),
    "a quarter of an": Fraction(1, 4), "quarter of a": Fraction(1, 4), "a quarter of a": Fraction(1, 4),
    "three quarters": Fraction(3, 4), "three quarters of an": Fraction(3, 4), "three quarters of a": Fraction(3, 4),
}  # fmt: skip
_SIGNS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
_MORE = {"more", "extra", "another"}
"""What is said of a time that is added: "another two minutes"."""
_UNSAID = ValueError("a duration is said like five minutes, an hour and a half, or 90 seconds")


def parse_duration(text: str) -> timedelta:
    """The duration that these words mean, and nothing but it; may be zero or negative.

    Raises ValueError for anything else: a range ("ten to fifteen minutes"), no unit, other words around it.
    """
    parts, rest = _cut_at_units(_words(text))
    total, last = Fraction(0), 0
    for amount, unit in parts:
        if last:
            if unit >= last:
                raise _UNSAID
            fraction, amount = _fraction_after(amount)
            total += fraction * last
            amount = amount[1:] if amount[:1] == ["and"] else amount
        total += _number(_without_more(amount)) * unit
        last = unit
    total += _rest(rest, last)
    limit = LONGEST.total_seconds()
    return timedelta(seconds=min(max(float(total), -limit), limit))


def is_amount(words: str) -> bool:
    """Whether this counts something and names nothing: "ten", "three quarters", "a couple of"."""
    try:
        _number(words.lower().split())
    except ValueError:
        return False
    return True


def is_length(words: str) -> bool:
    """Whether this is a duration: "five minutes"."""
    try:
        parse_duration(words)
    except ValueError:
        return False
    return True


def say_duration(duration: timedelta) -> str:
    """As BMO says it, to the second: "1 hour and 30 minutes"."""
    left = max(0, round(duration.total_seconds()))
    parts = []
    for unit in ("day", "hour", "minute", "second"):
        count, left = divmod(left, _SECONDS[unit])
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    if not parts:
        return "0 seconds"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _words(text: str) -> list[str]:
    for sign, ascii_sign in _SIGNS.items():
        text = text.replace(sign, ascii_sign)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    text = re.sub(r"(?<=[a-z0-9])-(?=[a-z])", " ", text)  # "ten-minute"; the minus of "-5" stays
    text = re.sub(r"(?<=\d)(?=[a-z])", " ", text)  # "1h30m"
    text = re.sub(r"(?<=[a-z])(?=\d)", " ", text)
    return re.sub(r",|\.(?!\d)", " ", text).split()


def _cut_at_units(words: list[str]) -> tuple[list[tuple[list[str], int]], list[str]]:
    """The words before each unit with that unit in seconds, and the words after the last one."""
    parts, amount = [], []
    for word in words:
        unit = _SECONDS.get(word) or _SECONDS.get(word.removesuffix("s"))
        if unit is None:
            amount.append(word)
        else:
            parts.append((amount, unit))
            amount = []
    if not parts:
        raise _UNSAID
    return parts, amount


def _without_more(words: list[str]) -> list[str]:
    """ "Another two", "another"."""
    left = [word for word in words if word not in _MORE]
    return left if left or not words else ["a"]


def _fraction_after(words: list[str]) -> tuple[Fraction, list[str]]:
    """Take "and a half" off the front: it belongs to the unit before it."""
    for length in (3, 2):
        fraction = _FRACTIONS.get(" ".join(words[1:length]))
        if words[:1] == ["and"] and fraction is not None and len(words) > length:
            return fraction, words[length:]
    return Fraction(0), words


def _rest(words: list[str], unit: int) -> Fraction:
    """What follows the last unit: nothing, "and a half" of it, or a number of the next smaller one."""
    if not words:
        return Fraction(0)
    if words[0] == "and" and (fraction := _FRACTIONS.get(" ".join(words[1:]))) is not None:
        return fraction * unit
    if unit not in _SMALLER:
        raise _UNSAID
    return _number(words) * _SMALLER[unit]


def _number(words: list[str]) -> Fraction:
    """ "five", "a", "twenty-five", "2.5", "two and a half", "1/2", "a couple of", "minus three"."""
    if words[:1] in (["minus"], ["negative"]):
        return -_number(words[1:])
    text = " ".join(words)
    if text in ("a", "an"):
        return Fraction(1)
    if text in ("a couple of", "a couple", "couple of"):
        return Fraction(2)
    if text in _FRACTIONS:
        return _FRACTIONS[text]
    whole, _, part = text.partition(" and ")
    if part in _FRACTIONS:
        return _number(whole.split()) + _FRACTIONS[part]
    if mixed := re.fullmatch(r"(?:(\d{1,9}) )?(\d{1,3})/([1-9]\d{0,2})", text):
        return Fraction(int(mixed[1] or 0)) + Fraction(int(mixed[2]), int(mixed[3]))
    if words[:1] == ["a"]:  # "a hundred and twenty"
        text = " ".join(words[1:])
    digits = alpha2digit(text, "en", threshold=0) if text else ""
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", digits):
        raise _UNSAID
    return Fraction(digits)


def _duration(value: Any) -> Any:
    """Accept what people, programs and small models give: words, seconds, or an amount and a unit."""
    if isinstance(value, str):
        return parse_duration(value)
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

Models only see the last form: they copy numbers well and compute them badly.
"""
