"""When a chat stream dies in the middle of an answer, somebody else finishes the sentence.

The chain fails over only before the first chunk; this wrapper above it does the rest. What was said is kept, and
whoever is asked next is handed it byte for byte.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, ToolCall, Words
from bmo.capabilities.provider import Stream
from bmo.core.errors import Malformed, Unavailable

ATTEMPTS = 4
"""An answer that broke so often is given up."""


class ContinuedChat:
    """A chat whose answers survive the death of whoever gives them."""

    def __init__(self, chat: Chat, attempts: int = ATTEMPTS) -> None:
        self.name = chat.name
        self._chat = chat
        self._attempts = attempts

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        """As `Chat.chat`. After a tool call was handed out, a broken stream counts as finished: tools run once.

        Raises `Unavailable` when nobody could begin or go on, or when it broke too often.
        """
        said = request.continue_from
        called = False
        for attempt in range(1, self._attempts + 1):
            begun = False
            try:
                asked = request if attempt == 1 else replace(request, continue_from=said)
                with closing(_whole(self._chat, asked)) as chunks:
                    for chunk in chunks:
                        begun = True
                        called = called or isinstance(chunk, ToolCall)
                        said += chunk.text if isinstance(chunk, Words) else ""
                        yield chunk
                return
            except Unavailable:
                if called:
                    yield Finished("tool_calls")
                    return
                if not begun or attempt == self._attempts:
                    raise


def _whole(chat: Chat, request: ChatRequest) -> Stream[ChatChunk]:
    """The chunks of one answer; raises `Malformed` if it ends without `Finished`."""
    finished = False
    with closing(chat.chat(request)) as chunks:
        for chunk in chunks:
            finished = isinstance(chunk, Finished)
            yield chunk
    if not finished:
        raise Malformed(f"{chat.name} stopped in the middle of its answer.")


def trim_overlap(said: str, chunks: Stream[ChatChunk]) -> Stream[ChatChunk]:
    """Drop what an answer repeats of `said`, for providers that were only *told* to go on from there.

    Such a provider may begin again with all of `said`, with its last sentence or with its last word; the longest repeat
    that starts at a word of `said` goes. A repeat of a single word counts only when it is a whole word of both: "a" is
    not repeated in "apple". White space at the start is not part of the comparison. Where two words would run together,
    a space goes between them. Words are held back only while they may still turn out to be a repeat.
    """
    pending = ""
    undecided = bool(said)
    with closing(chunks):
        for chunk in chunks:
            if undecided:
                pending += chunk.text if isinstance(chunk, Words) else ""
                if isinstance(chunk, Words) and _may_repeat_more(said, pending.lstrip()):
                    continue
                undecided = False
                if fresh := _joined(said, pending):
                    yield Words(fresh)
                if isinstance(chunk, Words):
                    continue
            yield chunk


def _starts(said: str) -> Iterator[int]:
    """Where the words of `said` begin, first to last."""
    return (at for at in range(len(said)) if not said[at].isspace() and (at == 0 or not _mid_word(said, at)))


def _mid_word(said: str, at: int) -> bool:
    return said[at].isalnum() and (said[at - 1].isalnum() or said[at - 1] in "'’")


def _may_repeat_more(said: str, text: str) -> bool:
    return any(said.startswith(text, at) for at in _starts(said))


def _joined(said: str, text: str) -> str:
    """`text` without what it repeats of the end of `said`."""
    bare = text.lstrip()
    for at in _starts(said):
        if _repeats(said[at:], bare):
            return bare[len(said) - at :]
    if said[-1:].isspace():
        return bare
    collides = said[-1:].isalnum() and text[:1].isalnum() and text.isascii()
    return f" {text}" if collides else text


def _repeats(end: str, text: str) -> bool:
    """Whether `text` begins with `end`, and not just because a word of it does."""
    if not text.startswith(end):
        return False
    several_words = len(end.split()) > 1
    return several_words or not (end[-1:].isalnum() and text[len(end) : len(end) + 1].isalnum())
