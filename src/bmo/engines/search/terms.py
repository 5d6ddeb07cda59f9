"""What a text is looked up by: the stems of its words, and compounds of words that stand side by side."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

_COMMON = """
a about above after again all also although am among an and any are as at be because been before being below
between both but by can could did do does doing down during each either etc few for from further had has have
having he her here hers him his how however i if in into is it its itself just made make many may me might more
most much must my no nor not now of off on once one only or other our out over own per said same shall she should
since so some such than that the their them then there therefore these they this those through thus to too under
until up upon us use used using very was we were what when where whether which while who whom whose why will with
within without would yet you your
"""
STOP_WORDS = frozenset(_COMMON.split())
JOINED = " "
"""Between the parts of a compound: no word has one inside."""
_MOST_SIGNS = 64
"""A longer run of letters is data, not a word; it is known by its beginning."""
_PARTS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|\n\s*\n|[^\w\s'’/‐‑–-]")
"""Words, and what parts them so that no compound reaches across: punctuation and empty lines, but no hyphen."""
_REMEMBERED = 100_000


class Terms:
    """Texts as terms. Thread-safe."""

    def __init__(self) -> None:
        self._stem = lru_cache(_REMEMBERED)(_stemmed)

    def of(self, text: str) -> tuple[list[str], list[str]]:
        """The stems of a text's words without the stop words, and the compounds: pairs of stems side by side."""
        stems: list[str] = []
        pairs: list[str] = []
        before = ""
        for word in _PARTS.findall(_plain(text)):
            if word in STOP_WORDS or not word[0].isalnum():
                before = ""
                continue
            stem = self._stem(word[:_MOST_SIGNS])
            stems.append(stem)
            if before:
                pairs.append(before + JOINED + stem)
            before = stem
        return stems, pairs


_ENGLISH = Stemmer.Stemmer("english", 0)  # no cache of its own; it holds the interpreter lock, so threads may share it


def _stemmed(word: str) -> str:
    stem: str = _ENGLISH.stemWord(word.replace("’", "'"))
    return stem


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
