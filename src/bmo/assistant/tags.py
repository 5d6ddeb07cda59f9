"""Response tags: a model writes "[happy] Of course!", the face gets `happy` and the voice "Of course!"."""

import re
from collections.abc import Iterator

from bmo.capabilities.turn import Reply, Tagged

MOODS = ("happy", "sad", "surprised", "thinking", "alert", "sleepy", "love", "laugh")
"""What the face can show."""

_OTHER_WORDS = {
    "excited": "happy", "smile": "happy", "smiling": "happy", "joy": "happy", "cheerful": "happy", "proud": "happy",
    "sorry": "sad", "worried": "sad", "crying": "sad", "shocked": "surprised", "curious": "thinking",
    "confused": "thinking", "angry": "alert", "scared": "alert", "tired": "sleepy", "loving": "love", "heart": "love",
    "laughing": "laugh", "laughs": "laugh", "giggle": "laugh", "giggles": "laugh", "wink": "happy",
}  # fmt: skip
_LONGEST = 22
"""Characters of a tag with its brackets; longer brackets are text."""
_TAG = re.compile(r"\[[a-zA-Z][a-zA-Z_-]{1,18}[a-zA-Z]\]")
_OPEN = re.compile(r"\[(?:[a-zA-Z][a-zA-Z_-]*)?")


class Tags:
    """Takes the tags out of an answer while it is being written; tokens may cut a tag anywhere.

    A tag is one word in square brackets, such as `[happy]`. Unknown ones are dropped. Other brackets stay: numbers,
    several words, `list[index]`, and the text of a link, which a parenthesis follows.
    """

    def __init__(self) -> None:
        self._held = ""
        """A bracket that may still become a tag."""
        self._before = " "
        """The last character that was let through."""
        self._tagged = True
        """At the start and after a tag: the gap that belonged to the tag goes with it."""

    def feed(self, text: str) -> Iterator[Reply | Tagged]:
        """More of the answer: the words and moods that are certain by now."""
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
        """The answer is complete: what was held back."""
        held, self._held = self._held, ""
        if _TAG.fullmatch(held):
            yield from _mood(held)
        elif held:
            yield Reply(held)

    def _step(self, character: str) -> Iterator[str | Tagged]:
        held = self._held + character
        if self._held.endswith("]"):  # one character more tells a tag from the text of a link
            self._held = ""
            if character == "(":
                yield self._through(held)
                return
            self._tagged = True
            yield from _mood(held[:-1])
            yield from self._step(character)
        elif self._held:
            yield from self._inside(held)
        elif character == "[" and not self._before.isalnum():
            self._held = character
        elif not (self._tagged and character.isspace() and self._before.isspace()):
            yield self._through(character)

    def _inside(self, held: str) -> Iterator[str | Tagged]:
        if _TAG.fullmatch(held) or (_OPEN.fullmatch(held) and len(held) < _LONGEST):
            self._held = held
            return
        self._held = ""
        yield self._through(held[:-1])
        yield from self._step(held[-1])

    def _through(self, text: str) -> str:
        self._before = text[-1]
        self._tagged = False
        return text


def _mood(tag: str) -> Iterator[Tagged]:
    word = tag[1:-1].casefold()
    mood = _OTHER_WORDS.get(word, word)
    if mood in MOODS:
        yield Tagged(mood)
