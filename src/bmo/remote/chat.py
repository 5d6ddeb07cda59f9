"""Chat with an AI server: NDJSON lines over one POST."""

from collections.abc import Iterator
from dataclasses import asdict

from pydantic import ValidationError

from bmo.capabilities.chat import PLAIN, ChatChunk, ChatRequest, Finished, Message, Sampling, ToolCall, Words
from bmo.capabilities.provider import Stream
from bmo.core.errors import Malformed, Refused, TooLarge, Unavailable
from bmo.remote.connection import Answer
from bmo.remote.deadline import Deadline
from bmo.remote.faults import translated
from bmo.remote.server import Server
from bmo.wire.ai import (
    CHAT_LINE,
    ChatAsk,
    ChatMessage,
    FinishedLine,
    ProblemLine,
    SamplingPart,
    ToolCallLine,
    ToolCallPart,
    ToolPart,
    WordsLine,
)

HEADERS = {"Content-Type": "application/json", "Accept": "application/x-ndjson"}
PIECE_BYTES = 65_536
LINE_BYTES = 1_048_576
TAIL_SECONDS = 0.1
"""How long the end of a finished answer is waited for, so that its connection can serve again."""


class RemoteChat:
    """The chat of an AI server."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self._server = server

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        """As `Chat.chat`. Closing the stream closes the connection, and with that the server's work."""
        deadline = self._server.deadline(request.patience)
        with self._server.exchange("POST", "/llm/chat", deadline, _body(request), HEADERS) as response:
            for line in _lines(response, self._server.called):
                chunk = read_chunk(line, self._server.called)
                if chunk is None:
                    continue
                if isinstance(chunk, Finished):
                    _read_tail(response, deadline, self._server.called)
                    yield chunk
                    return
                yield chunk
                deadline.progress()
        raise Malformed(f"{self._server.called} stopped in the middle of its answer.")


def read_chunk(line: bytes, server: str) -> ChatChunk | None:
    """One line of an answer; None for one that only keeps the connection open.

    Raises `Malformed`, or what a problem line tells.
    """
    try:
        told = CHAT_LINE.validate_json(line)
    except ValidationError as fault:
        raise Malformed(f"{server} wrote a line that makes no sense.") from fault
    match told:
        case WordsLine(text=text):
            return Words(text) if text else None
        case ToolCallLine():
            return ToolCall(told.name, told.arguments, told.id)
        case FinishedLine():
            return Finished(told.reason, told.model, told.usage)
        case ProblemLine(retry=True):
            raise Malformed(f"{server}: {told.sentence}", code=told.code)
        case ProblemLine():
            raise Refused(told.sentence, code=told.code)
        case _:
            return None


def _body(request: ChatRequest) -> bytes:
    try:
        ask = ChatAsk(
            messages=tuple(_message(message) for message in request.messages),
            tools=tuple(
                ToolPart(
                    name=tool.name,
                    description=tool.description,
                    parameters=dict(tool.parameters),
                    examples=tuple((words, dict(arguments)) for words, arguments in tool.examples),
                )
                for tool in request.tools
            ),
            answer_schema=None if request.schema is None else dict(request.schema),
            continue_from=request.continue_from,
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            sampling=_sampling(request.sampling),
            context=request.context,
            model=request.model,
            must_call=request.must_call,
            likely_call=request.likely_call,
            note=request.note,
            examples=request.examples,
        )
    except ValidationError as fault:
        where = fault.errors()[0]
        kind = TooLarge if where["type"] == "string_too_long" else Refused
        raise kind(f"The conversation cannot be sent: {where['msg']}.") from fault
    return ask.model_dump_json(exclude_defaults=True).encode()


def _message(message: Message) -> ChatMessage:
    return ChatMessage(
        role=message.role,
        text=message.text,
        tool_calls=tuple(
            ToolCallPart(name=call.name, arguments=dict(call.arguments), id=call.id) for call in message.tool_calls
        ),
        tool_call_id=message.tool_call_id,
        images=tuple(image.data for image in message.images),
    )


def _sampling(sampling: Sampling) -> SamplingPart:
    """Most requests say nothing about it."""
    return SamplingPart() if sampling is PLAIN else SamplingPart.model_validate(asdict(sampling))


def _lines(response: Answer, server: str) -> Iterator[bytes]:
    """The lines of a body as they come, without blank ones."""
    rest = b""
    while piece := response.read1(PIECE_BYTES):
        *whole, rest = (rest + piece).split(b"\n")
        yield from filter(None, whole)
        if len(rest) > LINE_BYTES:
            raise Malformed(f"{server} wrote a line of more than {LINE_BYTES} bytes.")
    if rest:
        yield rest


def _read_tail(response: Answer, deadline: Deadline, server: str) -> None:
    """Read to the end of a finished answer. If the end does not come, only the connection is lost."""
    deadline.extend(TAIL_SECONDS)
    try:
        with translated(server):
            while response.read1(PIECE_BYTES):
                pass
    except Unavailable:
        response.close()
