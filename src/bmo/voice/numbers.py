"""Numbers as words."""

from functools import cache

from unicode_rbnf import FormatPurpose, RbnfEngine

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LONGEST = 15
"""Digits; a longer number is read digit by digit, as a serial number is."""


def cardinal(number: str) -> str:
    """`1,234.50` or `-7` in words: whole part as a number, decimals digit by digit."""
    sign = "minus " if number[:1] in ("-", "−") else ""
    whole, _, decimals = number.lstrip("+-−").replace(",", "").partition(".")
    words = sign + _whole(whole or "0")
    return f"{words} point {digits(decimals)}" if decimals else words


def ordinal(number: int) -> str:
    """21 as `twenty-first`."""
    return _engine().format_number(number, FormatPurpose.ORDINAL).text


def year(number: int) -> str:
    """1905 as `nineteen oh five`, 2026 as `twenty twenty-six`."""
    century, rest = divmod(number, 100)
    if number % 1000 < 10:
        return _whole(str(number))
    if rest == 0:
        return f"{_whole(str(century))} hundred"
    return f"{_whole(str(century))} {clock_minutes(rest)}"


def clock_minutes(minutes: int) -> str:
    """7 as `oh seven`, 30 as `thirty`; also the years of a century."""
    return f"oh {_DIGITS[minutes]}" if minutes < 10 else _whole(str(minutes))


def digits(text: str) -> str:
    """Every digit by itself."""
    return " ".join(_DIGITS[int(digit)] for digit in text if digit.isdecimal())


def _whole(number: str) -> str:
    if len(number) > LONGEST or (len(number) > 1 and number.startswith("0")):
        return digits(number)
    return _engine().format_number(int(number)).text


@cache
def _engine() -> RbnfEngine:
    return RbnfEngine.for_language("en")
