"""Which facts matter for what somebody says: those that share a word with it, whatever its ending."""

import re
from collections.abc import Sequence

import Stemmer

from bmo.skills.memory.store import Fact

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_STOP_WORDS = (
    "a about after all also am an and any are as at be because been but by can could did do does don't for from get go"
    " had has have he her here him his how i i'd i'll i'm i've if in is it its it's just know like me mine my no not of"
    " on or our please she should so some tell than that that's the their them then there they thing things this to too"
    " us very was we were what what's when where which who why will with would you your"
)
_GERMAN_STOP_WORDS = (
    "aber alle alles als auch auf aus bei bin bis bist da damit das dass dein deine dem den der des dich die dir"
    " doch du ein eine einem einen einer eines er es euch für gesagt haben habe hast hatte hier ich ihm ihn ihnen"
    " ihr ihre ihren im immer ist ja jetzt kann kein keine können mein meine meinem meinen meiner mich mir mit"
    " muss nach nicht noch nur oder ohne sehr sein seine seinen sich sie sind soll über um und uns unser unsere"
    " vom von vor wann warum weißt wenn wer werden wie wir wird wo zu zum zur"
)
"""Without those that are about something in English, such as "hat" and "war"."""
_STOP = frozenset((_STOP_WORDS + " " + _GERMAN_STOP_WORDS).split())
"""Words that say nothing about what a sentence is about, in any language that BMO is written to in."""


def stems(text: str) -> frozenset[str]:
    """The stems of the words that say what a text is about."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    telling = [word.removesuffix("'s") for word in words if word not in _STOP]
    return frozenset(Stemmer.Stemmer("english").stemWords(telling))  # a stemmer belongs to one thread


def matching(facts: Sequence[Fact], text: str) -> list[Fact]:
    """The facts that share a telling word with a text, the most words first, then the newest."""
    wanted = stems(text)
    shared = [(len(wanted & stems(fact.text)), fact.id, fact) for fact in facts] if wanted else []
    return [fact for count, _, fact in sorted(shared, key=lambda one: one[:2], reverse=True) if count]
