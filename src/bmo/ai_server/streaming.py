"""A chat's answer over HTTP as it comes: what `/llm`, `/v1` and `/api` share, each with its own form of writing."""

import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from flask import Response

from bmo.ai_server.bodies import connection, gone
from bmo.ai_server.desk import Desk
from bmo.ai_server.pump import Ended, Pump
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, ToolCall, Words
from bmo.capabilities.provider import Stream
from bmo.core.errors import BmoError, Cancelled, Malformed
from bmo.wire.problem import Problem, problem

log = logging.getLogger(__name__)
E = TypeVar("E")
T = TypeVar("T")
W = TypeVar("W", contravariant=True)

_WAIT_SECONDS = 1.0
"""Between two signs of life; also how long a fault may take to still become an HTTP status."""
_LOOK_SECONDS = 0.25
"""Between two looks at whether the asker is still there."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Form(Protocol[W]):
    """How an API writes an answer, a piece at a time."""

    mimetype: str

    def chunk(self, chunk: W) -> bytes:
        """A piece, or the end of a whole answer."""

    def is_end(self, chunk: W) -> bool:
        """Whether this is the end of a whole answer."""

    def wait(self) -> bytes:
        """Still here, nothing new."""

    def problem(self, fault: Exception) -> bytes:
        """The end of an answer that broke; the status is long sent."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A complete answer."""

    text: str
    calls: tuple[ToolCall, ...]
    end: Finished


class Answer(Generic[T]):
    """An answer that an engine is at work on, in one of `threads`."""

    def __init__(self, desk: Desk[E], ask: Callable[[E], Stream[T]], threads: Executor) -> None:
        """Waits in line for the engine, and then for its first chunk for a second at most.

        Raises what `Desk.take` does, and what the answer dies of before its first chunk.
        """
        self._line = line = connection()
        permit = desk.take(lambda: gone(line))
        try:
            stream = ask(permit.engine)
        except BaseException:
            permit.release()
            raise
        self._pump = Pump(permit.watched(stream), permit.release, threads)
        first = self._pump.next(_WAIT_SECONDS)
        if isinstance(first, Ended) and first.fault is not None:
            raise first.fault
        self._arrived: list[T | Ended] = [] if first is None else [first, *self._pump.ready()]

    def streamed(self, form: Form[T]) -> Response:
        """The answer as it comes, in this form; it always ends with its end or with a problem."""
        if _is_whole(self._arrived, form):  # nothing to wait for: one write, and its length is known
            return Response(b"".join(_pieces(self._arrived, form)), mimetype=form.mimetype, headers=_HEADERS)
        pieces = _written(self._pump, self._arrived, self._line, form)
        response = Response(pieces, mimetype=form.mimetype, headers=_HEADERS)
        response.call_on_close(self._pump.stop)
        return response

    def chunks(self, until: Callable[[T], bool]) -> Iterator[T]:
        """The chunks up to the last one, for whoever needs the whole before answering.

        Raises what the answer dies of, `Malformed` where it just ends, `Cancelled` when the asker leaves.
        """
        arrived = self._arrived
        try:
            while True:
                for chunk in arrived:
                    if isinstance(chunk, Ended):
                        raise broken(chunk)
                    yield chunk
                    if until(chunk):
                        return
                piece = self._pump.next(_LOOK_SECONDS)
                arrived = [] if piece is None else [piece]
                if piece is None and gone(self._line):
                    raise Cancelled("Nobody waits for this any more.")
        finally:
            self._pump.stop()


def chat(desk: Desk[Chat], asked: ChatRequest, threads: Executor) -> Answer[ChatChunk]:
    """An answer to a conversation."""
    return Answer(desk, lambda model: model.chat(asked), threads)


def whole(answer: Answer[ChatChunk]) -> Whole:
    """All of an answer. Raises as `Answer.chunks`."""
    texts, calls = list[str](), list[ToolCall]()
    for chunk in answer.chunks(until=_is_finished):
        match chunk:
            case Words():
                texts.append(chunk.text)
            case ToolCall():
                calls.append(chunk)
            case Finished():
                end = chunk
    return Whole("".join(texts), tuple(calls), end)


def _is_finished(chunk: ChatChunk) -> bool:
    return isinstance(chunk, Finished)


def told(fault: Exception) -> Problem:
    """What an answer broke of, in words; a fault that is not ours goes to the log."""
    if isinstance(fault, BmoError):
        return problem(fault)
    log.error("the model failed", exc_info=fault)
    return Problem(code="error", sentence="The model failed; the AI server's log says how.")


def broken(end: Ended) -> Exception:
    """Why a stream ended before its end."""
    return end.fault or Malformed("The model stopped in the middle of its answer.")


def _written(pump: Pump[T], arrived: Sequence[T | Ended], line: socket.socket | None, form: Form[T]) -> Iterator[bytes]:
    """The chunks, those that are ready together in one piece; the last is the end or a problem, always.

    `arrived` came already (nothing within `_WAIT_SECONDS`, if it is empty).
    """
    silent = 0.0 if arrived else _WAIT_SECONDS
    while True:
        if arrived:
            silent = 0.0
            yield b"".join(_pieces(arrived, form))
            if isinstance(arrived[-1], Ended) or form.is_end(arrived[-1]):
                return
        elif silent >= _WAIT_SECONDS:
            silent = 0.0
            yield form.wait()
        elif gone(line):
            return
        chunk = pump.next(_LOOK_SECONDS)
        arrived = [] if chunk is None else [chunk, *pump.ready()]
        silent += 0.0 if arrived else _LOOK_SECONDS


def _pieces(arrived: Sequence[T | Ended], form: Form[T]) -> Iterator[bytes]:
    for chunk in arrived:
        if not isinstance(chunk, Ended):
            yield form.chunk(chunk)
        elif not _is_whole(arrived, form):
            yield form.problem(broken(chunk))


def _is_whole(arrived: Sequence[T | Ended], form: Form[T]) -> bool:
    return any(not isinstance(chunk, Ended) and form.is_end(chunk) for chunk in arrived)
