"""Response tags: a model writes "[happy] Of course!", the face gets `happy` and the voice "Of course!".

Beside moods there are tags with a value, such as `[SOUND:horn]` or `[LED:blue breathing]`.
"""

import logging
import re
from collections.abc import Iterator

from bmo.assistant.tag_values import begins_kind, is_kind, mood_of, tag_of
from bmo.capabilities.turn import Reply, Tagged

log = logging.getLogger(__name__)

_LONGEST = 22
"""Characters of a mood with its brackets; longer brackets are text."""
LONGEST_TAG = 64
"""Characters of a tag with a value. A longer one is dropped up to its end, or up to `MOST_DROPPED`."""
MOST_DROPPED = 256
_MOOD = re.compile(r"\[[a-zA-Z][a-zA-Z_-]{1,18}[a-zA-Z]\]")
_OPEN = re.compile(r"\[(?:[a-zA-Z][a-zA-Z_-]*)?")
_VALUED = re.compile(r"\[([A-Za-z_]{2,18})(\s*:|[^A-Za-z_:\]-])(.*)", re.DOTALL)
_WHOLE = re.compile(r"\[([A-Za-z_]+)\s*:([^\[\]]+)\]")


class Tags:
    """Takes the tags out of an answer while it is being written; tokens may cut a tag anywhere.

    A mood is one word in square brackets, other tags are `[KIND:value]`. Unknown and malformed ones are dropped. Other
    brackets stay: numbers, several words, `list[index]`, and the text of a link, which a parenthesis follows.
    """

    def __init__(self, *, outside: bool = False) -> None:
        """`outside`: the answer may repeat what others wrote, so no tag of it is acted on but moods."""
        self._outside = outside
        self._held = ""
        """A bracket that may still become a tag."""
        self._before = " "
        """The last character that was let through."""
        self._tagged = True
        """At the start and after a tag: the gap that belonged to the tag goes with it."""
        self._dropped = 0
        """Characters of a tag without an end that were thrown away so far; 0 for no such tag."""

    def feed(self, text: str) -> Iterator[Reply | Tagged]:
        """More of the answer: the words and tags that are certain by now."""
        words = ""
        for character in text:
            for piece in self._step(character):
                if isinstance(piece, Tagged):
                    if words:
                        yield Reply(words)
                    words = ""
                    yield piece
                else:
                    words += piece
        if words:
            yield Reply(words)

    def finish(self) -> Iterator[Reply | Tagged]:
        """The answer is complete: what was held back. Half a tag is nobody's words."""
        held, self._held = self._held, ""
        if _MOOD.fullmatch(held):
            yield from self._mood(held)
        elif _valued(held) or _begins(held):
            log.info("a tag without an end is dropped: %.40r", held)
        elif held:
            yield Reply(held)

    def _step(self, character: str) -> Iterator[str | Tagged]:
        held = self._held + character
        if self._dropped:
            yield from self._drop(character)
        elif self._held.endswith("]"):  # one character more tells a mood from the text of a link
            self._held = ""
            if character == "(":
                yield self._through(held)
                return
            yield from self._mood(held[:-1])
            yield from self._step(character)
        elif self._held:
            yield from self._valued(held) if _valued(held) else self._inside(held)
        elif character == "[":
            self._held = character
        elif not (self._tagged and character.isspace() and self._before.isspace()):
            yield self._through(character)

    def _inside(self, held: str) -> Iterator[str | Tagged]:
        """A bracket that is not yet known to be a tag with a value."""
        mood = _MOOD.fullmatch(held) and not self._before.isalnum()  # list[index] is no mood
        if mood or (_OPEN.fullmatch(held) and len(held) < _LONGEST):
            self._held = held
            return
        self._held = ""
        if held[-1] == "[":
            yield self._through(held[:-1])
            yield from self._step("[")
        elif held[-1] == "]":
            yield self._through(held)
        else:
            yield self._through(held[:-1])
            yield from self._step(held[-1])

    def _valued(self, held: str) -> Iterator[str | Tagged]:
        """A tag with a value, as far as it is written."""
        last = held[-1]
        if last not in "[]\n" and len(held) < LONGEST_TAG:
            self._held = held
            return
        self._held, self._tagged = "", True
        whole = _WHOLE.fullmatch(held)
        if whole is None:
            log.info("a malformed tag is dropped: %.40r", held)
            if last in "[\n":
                yield from self._step(last)
            elif last != "]":
                self._dropped = len(held)
        elif self._outside:
            log.warning("the tag %.40r is not acted on: the answer may repeat what others wrote", held)
        elif tagged := tag_of(whole[1], whole[2]):
            yield tagged

    def _drop(self, character: str) -> Iterator[str | Tagged]:
        self._dropped += 1
        if character in "[]\n" or self._dropped > MOST_DROPPED:
            self._dropped = 0
            if character != "]":
                yield from self._step(character)

    def _mood(self, tag: str) -> Iterator[Tagged]:
        self._tagged = True
        if tagged := mood_of(tag[1:-1]):
            yield tagged

    def _through(self, text: str) -> str:
        self._before = text[-1]
        self._tagged = False
        return text


def _valued(held: str) -> bool:
    """Whether this begins like a tag with a value: `[sound:`, `[ANYTHING:`, or a kind in capitals and something odd."""
    found = _VALUED.match(held)
    if found is None:
        return False
    word, mark = found[1], found[2]
    return (mark.endswith(":") and (is_kind(word) or word.isupper())) or (is_kind(word) and word.isupper())


def _begins(held: str) -> bool:
    """Whether this may have been going to be a tag with a value: a kind in capitals."""
    return len(held) > 2 and held[1:].isupper() and begins_kind(held[1:])
