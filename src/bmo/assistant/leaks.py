"""Tool calls and thoughts that a model leaves in its text: the calls are taken out and read, the thoughts are dropped.

Small models and servers without a parser for them write `<tool_call>{...}</tool_call>`, a fenced block of JSON, or bare
JSON with single quotes and commas too many; json_repair reads those. Thoughts (`<think>...</think>`) are never spoken,
and a call within them is none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import json_repair

from bmo.capabilities.chat import ChatChunk, Finished, ToolCall, Words

MOST_HELD = 4_000
"""Characters that are held back until it is clear what they are; then they are dropped."""
MOST_DEEP = 20
"""Brackets inside each other; deeper text is no call."""
_THOUGHTS = ("<think>", "<thinking>", "<reasoning>")
_BLOCKS = {"<tool_call>": "</tool_call>", "```": "```", "{": "", "[{": ""}
"""What may hold a call, and how it ends; JSON ends where its brackets do."""
_STARTS = (*_THOUGHTS, *_BLOCKS)
_STRAY = re.compile(r"</(?:think|thinking|reasoning|tool_call)>")
_LONGEST_START = max(map(len, (*_STARTS, "</reasoning>", "</tool_call>")))
_LANGUAGE = re.compile(r"^[a-z_]*\s*", re.IGNORECASE)


class Leaks:
    """Goes through an answer while it is being written; tokens may cut anything anywhere."""

    def __init__(self) -> None:
        self._held = ""
        self._start = ""
        """The beginning of the block that is open; empty outside of one."""
        self._dropping = False
        """Whether the open block has become too long to be anything."""

    def feed(self, text: str) -> Iterator[str | ToolCall]:
        """More of the answer: the words that are certain by now, and whole calls."""
        self._held += text
        while (found := self._step()) is not None:
            yield from found

    def finish(self) -> Iterator[str | ToolCall]:
        """What is left at the end: a call without its end is still one, a thought without its end is none."""
        held, start, self._held, self._start = self._held, self._start, "", ""
        if start in _THOUGHTS or self._dropping:
            return
        yield from _within(start, held, "") if start else ([said] if (said := _STRAY.sub("", held)) else [])

    def _step(self) -> list[str | ToolCall] | None:
        """The next piece that is certain; None when more has to come first."""
        return self._inside() if self._start else self._outside()

    def _outside(self) -> list[str | ToolCall] | None:
        at, start = min(
            ((place, start) for start in _STARTS if (place := self._held.find(start)) >= 0), default=(-1, "")
        )
        if at < 0:
            keep = _maybe_begun(self._held)
            words, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
            return [said] if (said := _STRAY.sub("", words)) else None
        words, self._start = self._held[:at], start
        self._held = self._held[at + len(start) :]
        return [said] if (said := _STRAY.sub("", words)) else []

    def _inside(self) -> list[str | ToolCall] | None:
        start = self._start
        end = f"</{start[1:]}" if start in _THOUGHTS else _BLOCKS[start]
        at = self._held.find(end) if end else _balanced(start + self._held) - len(start)
        if at < 0:
            self._dropping = self._dropping or len(self._held) > MOST_HELD
            self._held = self._held[-_LONGEST_START:] if self._dropping else self._held
            return None
        inner, self._held, self._start = self._held[:at], self._held[at + len(end) :], ""
        dropped, self._dropping = self._dropping, False
        return [] if dropped or start in _THOUGHTS else list(_within(start, inner, end))


def without_leaks(chunks: Iterable[ChatChunk]) -> Iterator[ChatChunk]:
    """The chunks of an answer, with the calls that were left in its text as calls."""
    leaks = Leaks()
    for chunk in chunks:
        if isinstance(chunk, Words):
            yield from map(_chunk, leaks.feed(chunk.text))
        else:
            yield from map(_chunk, leaks.finish() if isinstance(chunk, Finished) else ())
            yield chunk


def _chunk(piece: str | ToolCall) -> ChatChunk:
    return Words(piece) if isinstance(piece, str) else piece


def read_calls(text: str) -> list[ToolCall]:
    """The calls in what looks like JSON, in every spelling that models use; none where it is something else."""
    if text.count("{") + text.count("[") > MOST_DEEP * 5 or _deepest(text) > MOST_DEEP:
        return []
    found = json_repair.loads(text)
    return [call for one in (found if isinstance(found, list) else [found]) if (call := _call(one)) is not None]


def _within(start: str, inner: str, end: str) -> Iterator[str | ToolCall]:
    """The calls of a block, or its text if that is something to say."""
    body = start + inner if start in ("{", "[{") else _LANGUAGE.sub("", inner, count=1) if start == "```" else inner
    calls = read_calls(body) if "{" in body else []
    if calls:
        yield from calls
    elif start != "<tool_call>":
        yield f"{start}{inner}{end}"


def _call(told: object) -> ToolCall | None:
    """`{"name", "arguments"}`, `{"tool", ...}`, `{"function": {...}}`; arguments may be JSON in a string."""
    if not isinstance(told, Mapping):
        return None
    inner = told.get("function")
    call: Mapping[str, Any] = inner if isinstance(inner, Mapping) else told
    name = next((call[key] for key in ("name", "tool", "function", "action") if isinstance(call.get(key), str)), "")
    given = next((call[key] for key in ("arguments", "parameters", "args") if key in call), None)
    if isinstance(given, str):
        given = json_repair.loads(given)
    if not name or not isinstance(given, Mapping):
        return None
    return ToolCall(name, {str(key): value for key, value in given.items()})


def _balanced(text: str) -> int:
    """Where JSON ends that begins at the start; -1 when it has not ended yet."""
    depth, quoted, escaped = 0, False, False
    for at, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character in "{[") - (character in "}]")
            if depth == 0:
                return at + 1
    return -1


def _deepest(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "{[") - (character in "}]")
        deepest = max(deepest, depth)
    return deepest


def _maybe_begun(text: str) -> int:
    """How many characters at the end may be the beginning of a block."""
    starts = (*_STARTS, "</think>", "</thinking>", "</reasoning>", "</tool_call>")
    return next(
        (
            length
            for length in range(min(len(text), _LONGEST_START), 0, -1)
            if any(start.startswith(text[-length:]) and start != text[-length:] for start in starts)
        ),
        0,
    )
