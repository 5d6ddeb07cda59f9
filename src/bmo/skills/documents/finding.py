"""From passages to an answer: what was asked about, what says something about it, and how BMO tells it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import Stemmer

from bmo.capabilities.wording import Told
from bmo.skills.documents.access import Kept
from bmo.skills.documents.intake import PARTS

MOST_WORDS = 45
"""Of a passage that are read aloud."""
_ENOUGH = 2 / 3
"""Of the words that were asked about: a passage that has so many of them is about it."""
_NEAR = 1 / 2
"""A passage that has so many is told of as the nearest; with fewer, there is nothing."""
_COMMON = frozenset(
    """
    a about all am an and any anything are as at be by can could did do document documents does file files find for from
    get give had has have her his how i in into is it its look me much my of on or our paper papers please say says
    search show so some something tell that the their them there these they this those to us was we were what when where
    which who whose why will with would you your
    """.split()  # noqa: SIM905 - a list of words reads better so
)
"""Words that nobody looks for."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MARKS = re.compile(r"[*_`#>|~]+|\[([^\]]*)\]\([^)]*\)|<!--.*?-->|<[^>]{1,200}>", re.DOTALL)
_PART = re.compile(r"#\d+$")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its source."""

    domain: Kept
    file: str
    """Below the domain's folder."""
    heading: tuple[str, ...]
    """Outermost first; `Page 3` in a PDF."""
    text: str
    share: float
    """Of the words that were asked about, those that it has."""


def hit(domain: Kept, source: str, heading: Sequence[str], text: str, wanted: frozenset[str]) -> Hit:
    """The hit of a passage, as whoever searches tells it."""
    file = _PART.sub("", source)
    path = tuple(part for one in heading for part in one.split(PARTS))
    said = stems(" ".join((PurePosixPath(file).stem, *path, text)))
    return Hit(domain, file, path, text, len(wanted & said) / len(wanted) if wanted else 0.0)


def stems(text: str) -> frozenset[str]:
    """The words of a text that somebody may look for, without their endings. English, like the index."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'"))
    stemmer = Stemmer.Stemmer("english")
    return frozenset(stemmer.stemWords([word for word in words if word not in _COMMON]))


def about(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits worth telling, those with most of what was asked about first; of equals, as they were found."""
    return tuple(sorted((one for one in hits if one.share >= _NEAR), key=lambda one: -one.share))


def sentence(query: str, hits: Sequence[Hit]) -> str:
    """What BMO says: a whole answer, with no model to help."""
    if not hits:
        return "I found nothing about that in your documents."
    best = hits[0]
    template = "In {file}, under {heading}: {text}" if best.heading else "In {file}: {text}"
    heading = best.heading[-1] if best.heading else ""
    file = PurePosixPath(best.file).name
    told = Told(template, file=file, heading=heading, text=excerpt(best.text, stems(query)))
    if best.share >= _ENOUGH:
        return told
    return Told("I found nothing about exactly that. This is the nearest. {found}", found=told)


def excerpt(text: str, wanted: frozenset[str]) -> str:
    """The sentences around what was asked about, at most `MOST_WORDS` words, as they can be read aloud."""
    plain = _MARKS.sub(lambda mark: mark[1] or " ", text)
    sentences = [" ".join(one.split()).lstrip("-•+ ") for one in _SENTENCE.split(plain)]
    sentences = [one for one in sentences if any(sign.isalnum() for sign in one)]
    if not sentences:
        return " ".join(plain.split())[:200]
    scores = [len(wanted & stems(one)) for one in sentences]
    start = scores.index(max(scores))
    kept = sentences[start].split()
    for one in sentences[start + 1 :]:
        if len(kept) + len(one.split()) > MOST_WORDS:
            break
        kept[-1] += "" if kept[-1][-1] in ".!?…:;," else "."
        kept += one.split()
    cut = kept[:MOST_WORDS]
    return " ".join(cut) + (" …" if len(kept) > MOST_WORDS else "")
