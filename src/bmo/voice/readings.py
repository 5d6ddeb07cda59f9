"""How one written thing is read: a function for each kind, from its match to its words."""

import re

from bmo.voice.numbers import cardinal, clock_minutes, ordinal, year
from bmo.voice.units import CURRENCIES, MAGNITUDES, UNITS

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_PARTS = {"2": ("half", "halves"), "4": ("quarter", "quarters")}
_DICE = {
    "k": "keep",
    "p": "drop",
    "rr": "reroll",
    "ro": "reroll once",
    "ra": "add one for",
    "e": "explode",
    "mi": "at least",
    "ma": "at most",
}
_SELECTED = {"h": "the highest", "l": "the lowest", ">": "above", "<": "below", "": ""}
Match = re.Match[str]


def dice(found: Match) -> str:
    """`4d6kh3` as `four d six, keep the highest three`: the grammar of d20."""
    count, sides, operations = found.groups()
    words = f"{cardinal(count)} d " if count else "d "
    words += "one hundred" if sides == "%" else cardinal(sides)
    for operation, selector, number in re.findall(r"(rr|ro|ra|mi|ma|[kpe])([hl<>]?)(\d+)", operations):
        words += ", " + " ".join(filter(None, (_DICE[operation], _SELECTED[selector], cardinal(number))))
    return words


def iso_date(found: Match) -> str:
    """`2026-11-22`."""
    day, month, when = int(found[3]), int(found[2]), int(found[1])
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(when)}"


def month_day(found: Match) -> str:
    """`Nov 22` or `November 22nd, 2026`."""
    return f"{_month(found[1])} {ordinal(int(found[2]))}" + (f", {year(int(found[3]))}" if found[3] else "")


def day_month(found: Match) -> str:
    """`22 November 2026` or `the 22nd of November`."""
    return f"the {ordinal(int(found[1]))} of {_month(found[2])}" + (f" {year(int(found[3]))}" if found[3] else "")


def duration(found: Match) -> str:
    """`1:02:03`, in hours, minutes and seconds."""
    parts = zip(map(int, found.groups()), ("hour", "minute", "second"), strict=True)
    told = [f"{cardinal(str(number))} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return ", ".join(told) or "zero seconds"


def clock(found: Match) -> str:
    """`7:05 pm`, `19:30`, `12:00`."""
    hour, minute, half = int(found[1]), int(found[2]), found[3]
    words = cardinal(str(hour))
    if minute:
        words += f" {clock_minutes(minute)}"
    elif not half:
        words += " o'clock" if 1 <= hour <= 12 else " hundred"
    return words + _half(half)


def hour(found: Match) -> str:
    """`7pm`."""
    return cardinal(found[1]) + _half(found[2])


def money(found: Match) -> str:
    """`$5.50`, `€20`, `£3 million`."""
    (one, many, hundredth), amount, magnitude = CURRENCIES[found[1]], found[2], found[3]
    whole, _, rest = amount.partition(".")
    if magnitude or len(rest) != 2 or not hundredth:
        size = f" {MAGNITUDES[magnitude.lower()]}" if magnitude else ""
        return f"{cardinal(amount)}{size} {one if amount == '1' and not size else many}"
    cents = f"{cardinal(str(int(rest)))} {_plural(hundredth, int(rest))}" if int(rest) else ""
    if whole == "0" and cents:
        return cents
    words = f"{cardinal(whole)} {one if whole == '1' else many}"
    return f"{words} and {cents}" if cents else words


def unit(found: Match) -> str:
    """`5 km`, `21°C`, `50%`."""
    one, many = UNITS[re.sub(r"\s", "", found[2])]
    return f"{cardinal(found[1])} {one if found[1] in ('1', '-1') else many}"


def fraction(found: Match) -> str:
    """`1/2`, `2 3/4`."""
    whole, top, bottom = found.groups()
    if int(top) >= int(bottom):
        return found[0]  # "24/7", "50/50"
    one, many = _PARTS.get(bottom) or (ordinal(int(bottom)), f"{ordinal(int(bottom))}s")
    part = f"{'a' if top == '1' and whole else cardinal(top)} {one if top == '1' else many}"
    return f"{cardinal(whole)} and {part}" if whole else part


def decade(found: Match) -> str:
    """`1980s`."""
    words = year(int(found[1]))
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def plain(found: Match) -> str:
    """Any other number; four digits that look like a year are one."""
    number = found[0]
    return year(int(number)) if re.fullmatch(r"1[1-9]\d\d|20\d\d", number) else cardinal(number)


def _half(half: str | None) -> str:
    return f" {half[0].upper()}M" if half else ""


def _month(short: str) -> str:
    return next(month for month in MONTHS if month.startswith(short[:3]))


def _plural(word: str, number: int) -> str:
    if number == 1:
        return word
    return "pence" if word == "penny" else f"{word}s"
