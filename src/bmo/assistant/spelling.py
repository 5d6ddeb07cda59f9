"""From what was typed or transcribed to what the sentence templates can match."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from bmo.assistant.language import language

NAMES = (
    r"(?:dmo\b|the m-o\b|b\.?[\s-]?m\.?[\s-]?o\.?|b(?:e+|ea|ei|i|ie|y)[\s-]?mo(?:h|w|e)?|beam[\s-]?oh?|be more|jarvis)"
)
"""The robot's name, and what speech-to-text makes of it and of the wake phrase."""
_AFTER_HEY = r"(?:[pv](?:e+|ea|i)[\s-]?mo|p\.?m\.?o\.?|bmw|bimbo|b\.?m\.?|nemo|emo|demo|travis|service)"
"""Words of their own, and BMO's name only after "hey"."""
_IN_ONE = r"(?:h(?:a|ey|ay|i|ei)[\s-]?b(?:l?e+|le|ea|i)mo|hab[el]+[\s-]?mos?)"
"""The two written as one word: "HableMO"."""
_MIDST = re.compile(rf",\s*{NAMES}\s*,", re.IGNORECASE)
_CALLED_LAST = re.compile(rf"[\s,]+{NAMES}\s*(?=[.!?]*\s*$)", re.IGNORECASE)
_AROUND = ',;:!?."“”()'
"""What may stand around a word and is no part of it."""
_ENDS = " ,.;:!?"
ENGLISH: Literal["en"] = "en"


def addressed(text: str, name: str = ENGLISH) -> str:
    """The text without BMO's name around it: "Hey BMO, what time is it?" -> "what time is it?"."""
    text = text.replace("’", "'").strip()
    called = _called(name).sub("", text, count=1)
    called = _MIDST.sub(",", called)
    return _CALLED_LAST.sub("", called).strip() if called else called


def plain(text: str, name: str = ENGLISH) -> str:
    """One sentence without politeness, hesitation, contractions and punctuation; the case stays."""
    return " ".join(word for word, _ in aligned(text, name))


def aligned(text: str, name: str = ENGLISH) -> list[tuple[str, str]]:
    """The words of `plain`, each beside what was really written: ("it", "it's"), ("is", "")."""
    words = language(name)
    text = words.hesitation.sub("", " ".join(text.split())).strip(_ENDS)
    text = _stripped(words.leading, text)
    text = _stripped(words.trailing, text)
    pairs = []
    for written in text.split():
        bare = written.strip(_AROUND) or written
        first, *more = words.contractions.get(bare.lower(), bare).split()
        pairs += [(re.sub(r"'s$", "s", first), written), *((word, "") for word in more)]
    return [(word, written) for word, written in pairs if word.strip(_AROUND)]


def as_written(part: str, words: Sequence[tuple[str, str]]) -> str:
    """Some of the words of `aligned` as they were written: "it is late" -> "it's late"."""
    wanted = part.split()
    for begin in range(len(words) - len(wanted), -1, -1):
        found = words[begin : begin + len(wanted)]
        if [word for word, _ in found] == wanted and found[0][1]:
            return " ".join(written for _, written in found if written).strip(_ENDS)
    return part.strip()


def tidy(text: str, name: str = ENGLISH) -> str:
    """A whole text with the slips of speech-to-text mended and without hesitations; commas and the case stay."""
    words = language(name)
    text = words.hesitation.sub("", text)
    for slip, mended in words.rewrites:
        text = slip.sub(mended, text)
    return re.sub(r"\s*,[\s,]*(?=,)", "", " ".join(text.split())).strip(" ,")


def is_question(text: str, name: str = ENGLISH) -> bool:
    """Whether this asks something: a question never changes anything. "Can you set a timer?" is no question."""
    words = language(name)
    return bool(words.question.match(_stripped(words.leading, words.hesitation.sub("", text).strip(" ,.!?"))))


def pieces(text: str, name: str = ENGLISH) -> list[tuple[int, int]]:
    """Where one command could end and the next begin: the spans between "and", "then", commas and sentence ends."""
    spans, start = [], 0
    for joint in language(name).joint.finditer(text):
        spans.append((start, joint.start()))
        start = joint.end()
    spans.append((start, len(text)))
    return [(begin, end) for begin, end in spans if text[begin:end].strip(" .;:!?,")]


def _stripped(ends: re.Pattern[str], text: str) -> str:
    """Take matches away from an end until there are none, but never all of the text."""
    while (shorter := ends.sub("", text, count=1).strip(_ENDS)) != text and shorter:
        text = shorter
    return text


@cache
def _called(name: str) -> re.Pattern[str]:
    greetings = language(name).greetings
    hey = rf"\W*(?:{greetings}[\s,]+)*?"
    return re.compile(
        rf"^(?:{hey}(?:{greetings}\b[\s,]*(?:{NAMES}|{_AFTER_HEY})|{NAMES})|\W*{_IN_ONE})\b[\s,.:;!?-]*", re.IGNORECASE
    )
