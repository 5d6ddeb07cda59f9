"""Whether a person's own words ask for an action, and how BMO asks back before it does one."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from pydantic import BaseModel

from bmo.assistant.intents import Reading
from bmo.assistant.spelling import addressed, is_question, plain
from bmo.assistant.stems import words_of
from bmo.capabilities.action import Action
from bmo.capabilities.wording import Told

LONGEST = 120
"""Characters of one argument that are shown before it is cut."""

_NOT = re.compile(
    r"\b(?:do not|don't|dont|never|no need|must not|mustn't|should not|shouldn't|not (?:any|yet)|never ?mind"
    r"|let(?:'s| us) not|you can(?:'t|not))\b",
    re.IGNORECASE,
)
_UNLESS_SO = re.compile(
    r"^(?:no need to|don't (?:ever )?(?:let|forget(?! your))|never (?:let|forget)|do not (?:let|forget)"
    r"|.*\bmake sure (?:i|we) don't)\b",
    re.IGNORECASE,
)
"""Orders that only sound like a no: "don't ever let this slip your mind", "make sure I don't sleep past that"."""
_TELLS = re.compile(
    r"^(?:i|we|he|she|it|they|you|this|that|these|those|there|here|my|our|his|her|its|their|your|the|a|an|some|one"
    r"|everyone|everybody|somebody|someone|nobody|mum|mom|dad|if|because|when|while|since|as|after|before|although"
    r"|yesterday|thanks|thank|wow|yes|yeah|no|nope|okay|ok|cool|great|nice|phew|hello|hi|hey|good|sounds|so|but|or"
    r"|\w+(?:'s|'ve|'re|'ll|'d|'m)|\w+ed|\w+s (?:is|are|was|were|has|have))\b",
    re.IGNORECASE,
)
"""How a sentence begins that tells something: it has a subject. An order begins with its verb."""
_WANTS = re.compile(
    r"\b(?:(?:i|we) (?:need|want|wish for|would like|'d like)|i'd like|you (?:can|could|may|should|must|have to|are to)"
    r"|(?:would|could|can|will) you|would you mind|make sure|should (?:hear|know|be told)|needs? to be told|please)\b",
    re.IGNORECASE,
)
"""Other ways to want something of somebody."""
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
"""What somebody else said, or shall hear: no words of the person's own."""
_ENDS = re.compile(r"[,;:.!?]+\s+|\s+(?:and|so|then)\s+")


def asks_for(action: Action, words: str) -> bool:
    """Whether somebody who says this wants something done that this action could be about.

    A question, a telling ("I hate timers") and a refusal ("don't set a timer") ask for nothing. The words must hold a
    cue of the action, or the first part of its name.
    """
    text = addressed(_QUOTED.sub(" ", words))
    if not _UNLESS_SO.match(text) and (is_question(text) or _NOT.search(text)):
        return False
    return _about(action, text) and any(_orders(clause) for clause in _clauses(text))


def _about(action: Action, text: str) -> bool:
    words = words_of(text)
    cues = (*action.cues, action.name.partition(".")[0])
    return any(words.issuperset(words_of(cue)) for cue in cues)


def _clauses(text: str) -> Iterator[str]:
    for piece in _ENDS.split(text):
        if clause := plain(piece).strip(" .,!?"):
            yield clause


def _orders(clause: str) -> bool:
    if _UNLESS_SO.match(clause):
        return True
    return not is_question(clause) and (bool(_WANTS.search(clause)) or not _TELLS.match(clause))


def question(reading: Reading) -> Told:
    """What is about to be done, with its literal arguments: "Shall I say something aloud in every room: "Dinner"?"."""
    return Told("Shall I {deed}?", deed=deed(reading))


def deed(reading: Reading) -> Told:
    """What it does, with its literal arguments: "say something aloud in every room: “Dinner”"."""
    says = reading.action.says.rstrip(".")
    told = "; ".join(_told(_given(reading.arguments)))
    does = Told(says[:1].lower() + says[1:])
    return Told("{deed}: {arguments}", deed=does, arguments=told) if told else does


def _given(arguments: BaseModel) -> Mapping[str, Any]:
    return arguments.model_dump(exclude_defaults=True)


def _told(arguments: Mapping[str, Any]) -> Iterator[str]:
    """Every argument with its name; a text that stands alone needs none."""
    for name, value in arguments.items():
        said = _in_words(value)
        yield said if len(arguments) == 1 and isinstance(value, str) else f"{name.replace('_', ' ')} {said}"


def _in_words(value: object) -> str:
    match value:
        case Enum():
            return _in_words(value.value)
        case str():
            return f"“{_cut(value)}”"
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return _length(value)
        case datetime() | date() | time():
            return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat()
        case Mapping():
            return f"({'; '.join(_told(value))})"
        case list() | tuple() | set() | frozenset():
            return ", ".join(map(_in_words, value)) or "none"
    return _cut(str(value))


def _length(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    parts = ((seconds // 3600, "hour"), (seconds % 3600 // 60, "minute"), (seconds % 60, "second"))
    return " ".join(f"{amount} {unit}{'s' if amount != 1 else ''}" for amount, unit in parts if amount) or "0 seconds"


def _cut(text: str) -> str:
    """One line without characters that nobody sees; a long text shows that it is cut, and by how much."""
    seen = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text if unicodedata.category(c) != "Cf")
    line = " ".join(seen.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} ... and {len(line) - LONGEST:,} characters more"
