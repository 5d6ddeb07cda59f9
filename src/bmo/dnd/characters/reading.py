"""Files of other people: read with bounds, and with the line of everything that is in them."""

import json
import math
import os
import re
import stat
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from bmo.core.errors import NotFound, Refused, TooLarge

MOST_BYTES = 1_000_000
DEEPEST = 32
"""Brackets within brackets."""
MOST_VALUES = 20_000
_LONGEST_NUMBER = 30
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_WORDS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}
_NONSENSE = re.compile(r"[-+]?(NaN|Infinity|nan|inf)")

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, and where."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class BadFile(Refused):
    """A file that cannot be a character; nothing was changed."""

    code = "bad_file"

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems[:5])) + ".")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and on which line each of it stands."""

    value: JsonValue
    lines: dict[Path_, int] = field(default_factory=dict)

    def line(self, path: Path_) -> int:
        """Of a value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_file(path: Path) -> bytes:
    """All of a regular file. Raises `NotFound`, `TooLarge` above a million bytes, `Refused` for what is no file."""
    try:
        # Without O_NONBLOCK a pipe under a character's name would hold the program for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as fault:
        raise NotFound(f"There is no file {path}.") from fault
    except (OSError, ValueError) as fault:
        raise Refused(f"{path} cannot be read: {fault}.", code="unreadable") from fault
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise Refused(f"{path} is no file.", code="unreadable")
        raw = b"" if about.st_size > MOST_BYTES else file.read(MOST_BYTES + 1)
    if about.st_size > MOST_BYTES or len(raw) > MOST_BYTES:
        raise too_large()
    return raw


def too_large() -> TooLarge:
    """What is said about a file with more than a million bytes."""
    return TooLarge(f"line 1: a character has at most {MOST_BYTES:,} bytes, and this has more. Nothing was read.")


def text_of(raw: bytes) -> str:
    """UTF-8, with or without its mark. Raises `TooLarge`, and `BadFile` for anything else."""
    if len(raw) > MOST_BYTES:
        raise too_large()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise BadFile(Problem(line, "this is no UTF-8 text")) from fault


def parse(text: str) -> Document:
    """JSON as its standard has it: no NaN, no key twice, at most 32 brackets deep and 20,000 values.

    Raises `BadFile` with the line.
    """
    return _Reader(text).document()


class _Reader:
    """Python's own reader neither tells the line of a value nor of a key that is there twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [place for place, letter in enumerate(text) if letter == "\n"]
        self._lines: dict[Path_, int] = {}

    def document(self) -> Document:
        value = self._value((), 0)
        self._skip()
        if self._at < len(self._text):
            raise self._bad("there is more after the end")
        return Document(value, self._lines)

    def _bad(self, reason: str) -> BadFile:
        return BadFile(Problem(self._line(), reason))

    def _line(self) -> int:
        return bisect_right(self._ends, self._at - 1) + 1

    def _skip(self) -> str:
        """Past the space; the next letter."""
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._text[self._at : self._at + 1]

    def _value(self, path: Path_, depth: int) -> JsonValue:
        letter = self._skip()
        if depth > DEEPEST:
            raise self._bad(f"more than {DEEPEST} brackets within each other")
        if len(self._lines) >= MOST_VALUES:
            raise self._bad(f"more than {MOST_VALUES:,} values")
        self._lines[path] = self._line()
        if letter == "{":
            return self._object(path, depth)
        if letter == "[":
            return self._array(path, depth)
        return self._string() if letter == '"' else self._plain()

    def _object(self, path: Path_, depth: int) -> JsonValue:
        found: dict[str, JsonValue] = {}
        self._at += 1
        if self._skip() == "}":
            self._at += 1
            return found
        while True:
            if self._skip() != '"':
                raise self._bad("a name in quotation marks is expected here")
            key = self._string()
            if key in found:
                raise self._bad(f"{shown(key)} is there twice")
            self._expect(":", "a colon is expected here")
            found[key] = self._value((*path, key), depth + 1)
            if self._expect(",}", "a comma or } is expected here") == "}":
                return found

    def _array(self, path: Path_, depth: int) -> JsonValue:
        found: list[JsonValue] = []
        self._at += 1
        if self._skip() == "]":
            self._at += 1
            return found
        while True:
            found.append(self._value((*path, len(found)), depth + 1))
            if self._expect(",]", "a comma or ] is expected here") == "]":
                return found

    def _expect(self, letters: str, otherwise: str) -> str:
        letter = self._skip()
        if not letter or letter not in letters:
            raise self._bad(otherwise if letter else "the file ends in the middle")
        self._at += 1
        return letter

    def _string(self) -> str:
        try:
            text, end = _DECODER.raw_decode(self._text, self._at)
            text.encode("utf-8")
        except json.JSONDecodeError as fault:
            self._at = min(fault.pos, len(self._text))
            raise self._bad(f"a text that cannot be read ({fault.msg.lower()})") from fault
        except UnicodeEncodeError as fault:
            raise self._bad("half a letter (a lone surrogate)") from fault
        self._at = int(end)
        return str(text)

    def _plain(self) -> JsonValue:
        for word, value in _WORDS.items():
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return value
        number = _NUMBER.match(self._text, self._at)
        if _NONSENSE.match(self._text, self._at):
            raise self._bad("NaN and Infinity are no numbers")
        if number is None:
            ended = self._at >= len(self._text)
            raise self._bad("the file ends in the middle" if ended else "a value is expected here")
        return self._number(number)

    def _number(self, match: re.Match[str]) -> JsonValue:
        text = match[0]
        if len(text) > _LONGEST_NUMBER:
            raise self._bad(f"a number with more than {_LONGEST_NUMBER} digits")
        value: int | float = float(text) if match[1] or match[2] else int(text)
        if not math.isfinite(value):
            raise self._bad("a number that is too large")
        self._at = match.end()
        return value


def shown(text: object) -> str:
    """A word of a file in a sentence of ours: short, and nothing in it that could pass for something else."""
    plain = "".join(letter for letter in str(text)[:60] if letter.isprintable() and letter not in "<>")
    return f'"{plain}"'
