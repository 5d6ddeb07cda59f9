"""Which actions a model is offered for what was said: those it shares telling words with, the most telling first.

A word tells the more, the fewer actions know it (inverse document frequency, Spärck Jones 1972: ln(1 + N / n)). Words
of a cue count fully when the whole cue was said; words of the description and the examples count a little. A length of
time speaks for the actions that take one. What changes something is offered only where a wish was said.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bmo.assistant.grounding import Reads, durations, reader
from bmo.assistant.spelling import is_question
from bmo.assistant.stems import words_of
from bmo.capabilities.action import Action, Effect

MOST_OFFERED = 10
"""Tools in one turn; more confuse a model and fill its context."""
ENOUGH = 1.0
"""The score from which an action is offered: that of one whole cue."""
BESIDE_THE_BEST = 0.6
"""Of the best one's score: what is further behind is not what was meant."""
_RECENT = 0.3
"""What a word of the turns before weighs beside one of this turn."""
_LENGTH = 1.0
"""What a length of time weighs for an action that takes one: who wishes and says one means such an action."""
_ALONE = 0.5
"""At least this is what a whole cue tells, whatever its words."""
_STOP = words_of(
    "a an the and or but so if of in on at to for from with by as is are was were be been am i you he she it we they me"
    " my your his her its our their this that these those there here do does did have has had not no yes can could will"
    " would shall should may might must just now then than too very up down out off about into over what which who how"
    " when where why please some any all more much many one s t don m ve ll re d bmo"
)
_WISH = re.compile(
    r"\b(?:please|for me|(?:can|could|would|will) you(?! believe| imagine)|you(?:'re| are) the"
    r"|you (?:can|could|may|might)|would you mind|i(?:'d| would) like|i (?:want|need)|no need to|make sure|remind me"
    r"|let me know|needs? to|should|has to|have to|wants?)\b",
    re.IGNORECASE,
)
_ORDERS = frozenset(
    re.findall(
        r"\S+",
        """add alert announce ask be beep begin bring broadcast call cancel check clear clock count create delete dig
        don't end erase extend fetch file find forget get give go hang have hunt keep kick kill launch leaf leave let
        list look make mark memorize memorise note notify open pass peek ping play proclaim pull put read record
        remember remind remove ring rummage run save say scan scratch search send set show shout silence skip snooze
        spread start stop store switch tack take tell time trigger try turn wake warn watch wipe write yell""",
    )
)
"""The first word of an order."""
_CLAUSE = re.compile(r"[,.:;!?]+\s+(?:(?:and|so|then|but)\s+)*|\s+(?:and|so|then|but)\s+", re.IGNORECASE)
_ASKED = re.compile(r"[,.:;!?]+\s+")
_WONDERS = re.compile(
    r"\b(?:know|wonder(?:ing)?|sure|tell me|forgotten) (?:\w+ ){0,3}?(?:what|which|when|where|who|how|whether)\b",
    re.IGNORECASE,
)
_TALE = re.compile(
    r"\b(?:tell|write|make up|sing|give|say|read) .*\b(?:story|tale|joke|riddle|poem|song|rhyme)\b", re.IGNORECASE
)
"""What happens in a tale is nothing that anybody wants done."""
_DONT = re.compile(r"\W*(?:please )?do(?:n't| not) (?!you\b|we\b|they\b|i\b)", re.IGNORECASE)
"""An order, though it begins like a question."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The words of one action."""

    action: Action
    cues: tuple[frozenset[str], ...]
    words: frozenset[str]
    reads: Reads | None
    """Reads the length of time that it takes, if it takes one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a model may ask for in a turn."""

    actions: tuple[Action, ...] = ()
    """At most `MOST_OFFERED`, the likeliest first; none for a chat."""
    likely: bool = False
    """Whether something was asked or wished in the very words of one of them: a small model need not doubt that."""


class Ranker:
    """Ranks these actions for a text."""

    def __init__(self, actions: Sequence[Action]) -> None:
        own = (action.interrupts or action.asks or action.own_words for action in actions)
        self._known = [_known(action) for action, nobodys in zip(actions, own, strict=True) if not nobodys]
        counts = Counter(word for known in self._known for word in known.words)
        self._weight = {word: math.log(1 + len(self._known) / count) for word, count in counts.items()}
        self._most = math.log(1 + len(self._known))

    def offered(self, text: str, recent: Sequence[str] = (), room: str = "") -> Offer:
        """The actions worth offering for this text.

        `recent` is what was said in the turns before, `room` where it was said: they help a text that tells a little.
        A question is offered what only reads; what interrupts never goes through a model.
        """
        asks, wish = asks_something(text), wishes(text)
        words = words_of(text)
        if not (asks or wish) or _TALE.search(text):
            heard = (known for known in self._known if known.action.hears)
            return Offer(tuple(known.action for known in heard if any(cue <= words for cue in known.cues)))
        before = stems(" ".join((*recent, room)))
        may_change = wish and (not is_question(text) or bool(_DONT.match(text)))
        reads = next((known.reads for known in self._known if known.reads), None)
        timed = reads is not None and bool(durations(text, reads))
        scored = [
            (self._score(known, words, before, timed), known.action)
            for known in self._known
            if known.action.effect is Effect.READS or may_change
        ]
        best = max((score for score, _ in scored), default=0.0)
        least = max(ENOUGH, best * BESIDE_THE_BEST)
        ranked = sorted((pair for pair in scored if pair[0] >= least), key=lambda pair: -pair[0])
        return Offer(tuple(action for _, action in ranked[:MOST_OFFERED]), likely=best > ENOUGH)

    def _score(self, known: _Known, words: frozenset[str], before: frozenset[str], timed: bool) -> float:
        said = frozenset[str]().union(*(cue for cue in known.cues if cue <= words))
        whole = max(_ALONE, self._told(said & known.words)) if said else 0.0
        length = _LENGTH if timed and known.reads else 0.0
        shared = self._told(known.words & words) + _RECENT * self._told(known.words & before)
        return (ENOUGH + whole if whole else 0.0) + length + shared / 3

    def _told(self, words: frozenset[str]) -> float:
        """0 for words that tell nothing, about 1 for one that only this action knows."""
        return sum(self._weight.get(word, self._most) for word in words) / self._most


def asks_something(text: str) -> bool:
    """Whether a sentence of the text, or what follows a comma in it, is a question."""
    return bool(_WONDERS.search(text)) or any(is_question(part) for part in _ASKED.split(text))


def wishes(text: str) -> bool:
    """Whether somebody wants something done: an order, or words such as "would you" and "I need"."""
    if _WISH.search(text):
        return True
    return any(clause.split()[0].casefold() in _ORDERS for clause in _CLAUSE.split(text.strip()) if clause.split())


def begins_an_order(text: str) -> bool:
    """Whether the first word is that of an order: "set a timer", not "a trip to Rome"."""
    first = text.split(maxsplit=1)[:1]
    return bool(first) and first[0].casefold().strip(",.:;") in _ORDERS


def stems(text: str) -> frozenset[str]:
    """The telling words of a text, without their endings."""
    return words_of(text) - _STOP


def _known(action: Action) -> _Known:
    cues = tuple(words_of(cue) for cue in action.cues)
    said = " ".join((action.says, *(words for words, _ in action.examples), action.name.replace(".", " ")))
    fields = action.arguments.model_fields.values()
    reads = next((reader(field) for field in fields if field.annotation is timedelta), None)
    return _Known(action, cues, stems(" ".join((said, *action.cues))), reads)
