"""POST /llm/chat: a conversation in, a stream of lines out, with a sign of life every second."""

import logging
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor

from flask import Blueprint, Response, request

from bmo.ai_server.bodies import connection, gone, read_body, wants
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.problems import parsed
from bmo.ai_server.pump import Ended, Pump
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, Message, Tool, ToolCall, Words
from bmo.core.errors import BmoError, Malformed, Refused
from bmo.wire.ai import ChatAsk, ChatMessage, FinishedLine, ProblemLine, ToolCallLine, WaitLine, Wire, WordsLine

log = logging.getLogger(__name__)

LINES = "application/x-ndjson"
EVENTS = "text/event-stream"
_WAIT_SECONDS = 1.0
"""Between two signs of life; also how long a fault may take to still become an HTTP status."""
_LOOK_SECONDS = 0.25
"""Between two looks at whether the asker is still there."""


def blueprint(desk: Desk[Chat], threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("chat", __name__)

    @routes.post("/llm/chat")
    def chat() -> Response:
        wants("application/json")
        asked = _request(parsed(ChatAsk, read_body(limits.body, limits.body_seconds)))
        line = connection()
        permit = desk.take(lambda: gone(line))
        try:
            stream = permit.engine.chat(asked)
        except BaseException:
            permit.release()
            raise
        pump = Pump(stream, permit.release, threads)
        first = pump.next(_WAIT_SECONDS)
        if isinstance(first, Ended) and first.fault is not None:
            raise first.fault
        arrived = [] if first is None else [first, *pump.ready()]
        form = EVENTS if request.accept_mimetypes.best_match([LINES, EVENTS], LINES) == EVENTS else LINES
        response = Response(_framed(_batches(pump, arrived, line), form), mimetype=form)
        if _is_whole(arrived):
            response.make_sequence()  # nothing to wait for: one write, and its length is known
        response.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.call_on_close(pump.stop)
        return response

    return routes


def _framed(batches: Iterator[list[Wire]], form: str) -> Iterator[bytes]:
    for lines in batches:
        texts = (line.model_dump_json().encode() for line in lines)
        yield b"".join(b"data: " + text + b"\n\n" if form == EVENTS else text + b"\n" for text in texts)


def _batches(
    pump: Pump[ChatChunk], arrived: Sequence[ChatChunk | Ended], line: socket.socket | None
) -> Iterator[list[Wire]]:
    """The chunks as lines, those that are ready together in one piece; the last is `finished` or `problem`, always.

    `arrived` came already (nothing within `_WAIT_SECONDS`, if it is empty).
    """
    silent = 0.0 if arrived else _WAIT_SECONDS
    while True:
        if arrived:
            silent = 0.0
            yield [_line(chunk) for chunk in arrived if not (isinstance(chunk, Ended) and _is_whole(arrived))]
            if isinstance(arrived[-1], Ended | Finished):
                return
        elif silent >= _WAIT_SECONDS:
            silent = 0.0
            yield [WaitLine()]
        elif gone(line):
            return
        chunk = pump.next(_LOOK_SECONDS)
        arrived = [] if chunk is None else [chunk, *pump.ready()]
        silent += 0.0 if arrived else _LOOK_SECONDS


def _is_whole(arrived: Sequence[ChatChunk | Ended]) -> bool:
    return any(isinstance(chunk, Finished) for chunk in arrived)


def _line(chunk: ChatChunk | Ended) -> Wire:
    match chunk:
        case Ended():
            return _problem(chunk.fault or Malformed("The model stopped in the middle of its answer."))
        case Words():
            return WordsLine(text=chunk.text)
        case ToolCall():
            return ToolCallLine(name=chunk.name, arguments=dict(chunk.arguments), id=chunk.id)
        case Finished():
            return FinishedLine(reason=chunk.reason, model=chunk.model, usage=dict(chunk.usage))


def _problem(fault: Exception) -> ProblemLine:
    if isinstance(fault, BmoError):
        return ProblemLine(code=fault.code, sentence=fault.sentence, retry=not isinstance(fault, Refused))
    log.error("the model failed", exc_info=fault)
    return ProblemLine(code="error", sentence="The model failed; the AI server's log says how.", retry=True)


def _request(ask: ChatAsk) -> ChatRequest:
    return ChatRequest(
        messages=tuple(map(_message, ask.messages)),
        tools=tuple(Tool(tool.name, tool.description, tool.parameters, tool.examples) for tool in ask.tools),
        schema=ask.answer_schema,
        continue_from=ask.continue_from,
        max_tokens=ask.max_tokens,
        temperature=ask.temperature,
        examples=ask.examples,
    )


def _message(message: ChatMessage) -> Message:
    calls = tuple(ToolCall(call.name, call.arguments, call.id) for call in message.tool_calls)
    return Message(message.role, message.text, calls, message.tool_call_id)
