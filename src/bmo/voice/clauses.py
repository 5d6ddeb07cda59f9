"""Cut an answer into clauses while it is being written.

The first clause is cut short, so that BMO starts to speak early; the others are whole sentences. Every decision is
taken character by character, so it does not matter how a stream was cut into tokens.
"""

import re

LONGEST = 200
"""Characters of a clause."""
FIRST_WORDS = 3
"""The first clause has at least this many words, unless its sentence is shorter."""
WEAK_WORDS = 5
"""From here on the first clause may also end before a preposition."""
ENOUGH_WORDS = 9
"""A first clause without any break is cut after this many words."""

_STRONG = {"and", "but", "or", "because", "so", "which", "who", "when", "if", "while", "although", "then", "since"}
_WEAK = {"to", "for", "with", "in", "on", "at", "from", "that", "by", "about", "into", "than", "as"}
_ABBREVIATIONS = {
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "mt", "no", "nos", "fig", "vs", "e.g", "i.e", "eg", "ie", "cf",
    "approx", "dept", "est", "gen", "col", "sgt", "capt", "rev", "hon", "vol", "pp", "ca", "al", "min", "max",
}  # fmt: skip
_ENDS_TOO = {"etc", "a.m", "p.m", "inc", "ltd", "co", "u.s", "u.k"}
"""Abbreviations that may also end a sentence: a capital after them decides."""
_SENTENCE_END = re.compile(r"([.!?…]+)[\"'”’)\]*_]*\s+(\S)$")
_WHOLE = re.compile(r"[.!?…][\"'”’)\]*_]*\s*$")
_COMMA = re.compile(r"(?:[,;:]|\s[—–-]|—)\s+\S$")


class Clauses:
    """The clauses of one answer, as they are completed."""

    def __init__(self) -> None:
        self._text = ""
        self._first = True

    def feed(self, text: str) -> list[str]:
        """More of the answer; returns the clauses that it completed."""
        done = []
        for character in text:
            self._text += character
            end = self._end()
            if end and (clause := self._take(end)):
                done.append(clause)
        return done

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be completed."""
        return not self._text.strip()

    def turn(self) -> list[str]:
        """What follows is meant in another way; returns the sentence before it, if that is complete."""
        return self.finish() if whole(self._text) else []

    def finish(self) -> list[str]:
        """The answer is complete; returns what is left of it."""
        clause = self._take(len(self._text))
        return [clause] if clause else []

    def _take(self, end: int) -> str:
        clause, self._text = self._text[:end].strip(), self._text[end:].lstrip()
        if clause:
            self._first = False
        return clause

    def _end(self) -> int:
        """Where a clause ends, now that one more character is known; 0 when none does."""
        text = self._text
        if text[-1] == "\n":
            return len(text)
        if text[-1].isspace():
            return _short_end(text) if self._first else 0
        if len(text) > 1 and text[-2].isspace() and (end := _sentence_end(text) or self._comma_end(text)):
            return end
        return _forced_end(text) if len(text) > LONGEST else 0

    def _comma_end(self, text: str) -> int:
        if self._first and _COMMA.search(text) and len(text[:-1].split()) >= FIRST_WORDS:
            return len(text) - 1
        return 0


def whole(clause: str) -> bool:
    """Whether a sentence ends with this clause."""
    return _WHOLE.search(clause) is not None


def _sentence_end(text: str) -> int:
    """The text ends in one character after a gap: whether a sentence ended before the gap."""
    found = _SENTENCE_END.search(text)
    if found is None:
        return 0
    mark, following = found[1], found[2]
    if following.islower():
        return 0
    if mark == ".":
        words = text[: found.start()].split()
        last = words[-1].lstrip("(\"'“‘*_").lower() if words else ""
        initial = len(last) == 1 and last.isalpha() and words[-1][-1].isupper() and last != "i"
        numbered = len(words) == 1 and last.isdigit()  # "1. Boil the water"
        if last in _ABBREVIATIONS or initial or numbered or (last in _ENDS_TOO and not following.isupper()):
            return 0
    return len(text) - 1


def _short_end(text: str) -> int:
    """The first clause, ending in a gap: cut it before a word that opens a new part."""
    words = text.split()
    before = len(words) - 1
    if before < FIRST_WORDS:
        return 0
    last = words[-1].lower()
    if last in _STRONG or (last in _WEAK and before >= WEAK_WORDS):
        return text.rstrip().rfind(words[-1])
    return len(text) if len(words) >= ENOUGH_WORDS else 0


def _forced_end(text: str) -> int:
    """Too long for one breath: cut at the last comma, else at the last gap, else anywhere."""
    commas = [found.end() for found in re.finditer(r"[,;:]\s", text[:LONGEST])]
    if commas and commas[-1] > LONGEST // 3:
        return commas[-1]
    gap = text[:LONGEST].rfind(" ")
    return gap + 1 if gap > 0 else LONGEST
