"""A chat that says what it was told to, a word at a time, and fails where it was told to."""

import re
from collections.abc import Iterator

from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, ToolCall, Words
from bmo.capabilities.provider import Stream
from bmo.core.errors import BmoError


class FakeChat:
    """Answers every request with `text`; asked to go on from words, it goes on with its own text, not with theirs.

    Where the words so far end with the beginning of `text` (it was cut itself), it goes on from there.
    `calls` come first, unless the last message is a tool's result. `requests` keeps what was asked.
    """

    def __init__(
        self,
        name: str = "fake",
        text: str = "Hello from the fake.",
        *,
        calls: tuple[ToolCall, ...] = (),
        failure: BmoError | None = None,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """`failure` is raised after `after` chunks, the first `times` times (None: always)."""
        self.name = name
        self.text = text
        self.calls = calls
        self.failure = failure
        self.after = after
        self.times = times
        self.requests: list[ChatRequest] = []

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        self.requests.append(request)
        fails = self.failure is not None and (self.times is None or len(self.requests) <= self.times)
        for sent, chunk in enumerate(self._answer(request)):
            if fails and self.failure is not None and sent == self.after:
                raise self.failure
            yield chunk

    def _answer(self, request: ChatRequest) -> Iterator[ChatChunk]:
        calls = self.calls if request.messages[-1].role != "tool" else ()
        yield from calls
        words = [] if calls else split_words(self.text[_already(request.continue_from, self.text) :])
        yield from map(Words, words)
        usage = {"prompt_tokens": len(request.messages), "completion_tokens": len(words)}
        yield Finished("tool_calls" if calls else "stop", model=self.name, usage=usage)


def split_words(text: str) -> list[str]:
    """Words with the white space after them; joined, they are the text again."""
    return re.findall(r"\S+\s*|\s+", text)


def _already(said: str, text: str) -> int:
    return max(length for length in range(len(text) + 1) if said.endswith(text[:length]))
