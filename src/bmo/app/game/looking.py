"""What a table looks up while it plays: creatures and spells by name, and what the rules say."""

from collections.abc import Iterable
from typing import TypeVar

from bmo.app.rules_search import RulesSearch
from bmo.dnd.content.creature import Creature
from bmo.dnd.content.library import Library
from bmo.dnd.content.record import Record
from bmo.dnd.content.spell import Spell
from bmo.wire.dnd import GameHit, GameHits

MOST_HITS = 20
MOST_ANSWERS = 5
R = TypeVar("R", bound=Record)


def creatures(library: Library, words: str) -> GameHits:
    """Stat blocks whose name has these words; for none, those that a first evening needs come by the alphabet."""
    found = _nearest(library.creatures(), words)
    return _hits(tuple(GameHit(name=one.name, about=_creature(one), source=one.source) for one in found), words)


def spells(library: Library, words: str) -> GameHits:
    """Spells whose name has these words, with what they do."""
    found = _nearest(library.spells(), words)
    told = tuple(GameHit(name=one.name, about=_spell(one), source=one.source, text=one.text) for one in found)
    return _hits(told, words)


def rules(search: RulesSearch, question: str, *, master: bool) -> GameHits:
    """What the rules say to a question, in anybody's words. Raises `Refused` for one that cannot be asked."""
    answer = search.answer(question, MOST_ANSWERS, master=master)
    hits = tuple(
        GameHit(name=one.entry.heading[-1], about=one.place, source=one.entry.source, text=one.entry.whole)
        for one in answer.findings
    )
    return GameHits(hits=hits, sentence=answer.sentence)


def _hits(hits: tuple[GameHit, ...], words: str) -> GameHits:
    return GameHits(hits=hits, sentence="" if hits else f"I know nothing called {words.strip()[:60]!r}.")


def _nearest(records: Iterable[R], words: str) -> list[R]:
    """Names that begin so, then those with a word that does, then those that have it anywhere."""
    wanted = " ".join(words.split()).casefold()
    ranked = [(rank, one.name.casefold(), one) for one in records if (rank := _rank(one.name.casefold(), wanted)) < 3]
    ranked.sort(key=lambda row: row[:2])
    return [one for _, _, one in ranked[:MOST_HITS]]


def _rank(name: str, wanted: str) -> int:
    if name.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in name.split()):
        return 1
    return 2 if wanted in name else 3


def _creature(one: Creature) -> str:
    return f"CR {one.rating} · {one.hp} HP · AC {one.ac}"


def _spell(one: Spell) -> str:
    return "Cantrip" if one.level == 0 else f"Level {one.level}"
