"""What a voice says for what is written: numbers, money, units, dates, times of day and dice in words.

The rules run one after the other and leave words behind, so that a later one cannot misread what an earlier one took:
dice before units, dates before fractions, times before ranges, plain numbers last.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from bmo.voice import readings
from bmo.voice.clauses import Clauses
from bmo.voice.markup import unmarked
from bmo.voice.numbers import ordinal
from bmo.voice.units import ABBREVIATIONS, CURRENCIES, UNITS

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SIGNED = rf"(?:(?<![\w.)])[-−])?(?:{_NUMBER})"
_DICE = r"(?<![a-zA-Z\d])(\d*)d(\d+|%)((?:(?:rr|ro|ra|mi|ma|[kpe])[hl<>]?\d+)*)(?![\w])"
_MONTH = r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:[a-z]{0,6}\b\.?)"
_DAY = r"(3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_HALF = r"([aApP])(?:\.[mM]\.|[mM]\b)"
_VULGAR = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}


def spoken(text: str) -> str:
    """The words of a clause as a voice should say them: no markup, emoji, digits or symbols; may be empty."""
    text = unmarked(text)
    for pattern, reading in _RULES:
        text = pattern.sub(reading, text)
    return re.sub(r"\s+([,.!?;:])", r"\1", " ".join(text.split()))


def said(text: str) -> str:
    """A whole text as it is spoken, clause after clause."""
    clauses = Clauses()
    return " ".join(filter(None, map(spoken, [*clauses.feed(text), *clauses.finish()])))


Reading: TypeAlias = Callable[[re.Match[str]], str]


def _any_of(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


_TABLE: tuple[tuple[str, str | Reading], ...] = (
    (r"(?<=\d)(?=[½⅓⅔¼¾⅛⅜⅝⅞])", " "),
    (f"[{''.join(_VULGAR)}]", lambda found: _VULGAR[found[0]]),
    (r"(?<=d\d)\s*[-−]\s*(?=\d)|(?<=d\d\d)\s*[-−]\s*(?=\d)", " minus "),
    (r"(?<=[\d)])\s*\+\s*(?=[\dd(])", " plus "),
    (r"(?<=\d)\s*[*×]\s*(?=\d)", " times "),
    (r"(?<=\d)\s+[-−]\s+(?=\d)", " minus "),
    (_DICE, readings.dice),
    (r"\b(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b", readings.iso_date),
    (rf"{_MONTH}\s+{_DAY}\b(?:,?\s+(\d{{4}})\b)?", readings.month_day),
    (rf"(?:\bthe\s+)?\b{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+(\d{{4}})\b)?", readings.day_month),
    (rf"({_any_of(CURRENCIES)})(\d+)\s?[-–]\s?(?=\d)", r"\2 to \1"),
    (rf"(?<![\w.-])({_NUMBER})\s?[-–]\s?(?=\d)", r"\1 to "),
    (r"\b(\d{1,2}):([0-5]\d):([0-5]\d)\b", readings.duration),
    (rf"\b([01]?\d|2[0-4]):([0-5]\d)(?:\s*{_HALF}|\b)", readings.clock),
    (rf"\b(1[0-2]|0?[1-9])\s*{_HALF}", readings.hour),
    (rf"({_any_of(CURRENCIES)})\s?({_NUMBER})(?:\s?(k|million|bn|billion)\b)?", readings.money),
    (rf"(?<![\w.])~\s?(?=\d|[{''.join(CURRENCIES)}])", "about "),
    (r"\b(1[1-9]\d0|20\d0)s\b", readings.decade),
    (rf"({_SIGNED})\s?(°\s?[CF]\b|(?:{_any_of(u for u in UNITS if u[-1].isalpha())})\b|in\.|°|%)", readings.unit),
    (r"\b(\d+)(?:st|nd|rd|th)\b", lambda found: ordinal(int(found[1]))),
    (r"(?<![\d/])(?:(\d+)\s+)?(\d{1,2})/([2-9]|1\d|20)(?![\d/])", readings.fraction),
    (r"(?<=\d)/(?=\d)", " "),
    (r"(?<=\d):(?=\d)", " to "),
    (r"(?:#|\bNo\.\s?)(?=\d)", "number "),
    (r"(?<![\w.])\+(?=\d)", "plus "),
    (r"(?<=\d)\.(?=\d+\.\d)|(?<=\d\.\d)\.(?=\d)", " point "),
    (r"(?<=[a-zA-Z])(?=\d)|(?<=\d)(?=[a-zA-Z])", " "),
    (_SIGNED, readings.plain),
    (r"\band/or\b", "and or"),
    (r"(?<=\w)/(?=[a-zA-Z])", " or "),
    (rf"(?<![\w+])(?:{_any_of(ABBREVIATIONS)})(?![\w+])", lambda found: ABBREVIATIONS[found[0]]),
    (r"[<>{}\[\]^\\_|]", " "),
)
_RULES = tuple((re.compile(pattern), reading) for pattern, reading in _TABLE)
