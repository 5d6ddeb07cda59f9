"""POST /llm/chat: a conversation in, a stream of lines out, with a sign of life every second."""

from concurrent.futures import Executor

from flask import Blueprint, Response, request
from pydantic_core import to_json

from bmo.ai_server.bodies import read_body, wants
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.problems import parsed
from bmo.ai_server.streaming import Answer, told
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, Message, Tool, ToolCall, Words
from bmo.core.errors import Refused
from bmo.wire.ai import ChatAsk, ChatMessage, FinishedLine, ProblemLine, ToolCallLine, WaitLine

LINES = "application/x-ndjson"
EVENTS = "text/event-stream"
_WAIT = WaitLine().model_dump_json().encode()


def blueprint(desk: Desk[Chat], threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("chat", __name__)

    @routes.post("/llm/chat")
    def chat() -> Response:
        wants("application/json")
        asked = _request(parsed(ChatAsk, read_body(limits.body, limits.body_seconds)))
        return Answer(desk, asked, threads).streamed(_form())

    return routes


class ChatLines:
    """`ChatLine`s, each a line of NDJSON or a server-sent event."""

    def __init__(self, mimetype: str = LINES) -> None:
        self.mimetype = mimetype
        self._before, self._after = (b"data: ", b"\n\n") if mimetype == EVENTS else (b"", b"\n")

    def chunk(self, chunk: ChatChunk) -> bytes:
        match chunk:
            case Words():  # one a token: by hand, because it is several times as fast as by its model
                return self._framed(b'{"type":"words","text":' + to_json(chunk.text) + b"}")
            case ToolCall():
                line = ToolCallLine(name=chunk.name, arguments=dict(chunk.arguments), id=chunk.id)
                return self._framed(line.model_dump_json().encode())
            case Finished():
                end = FinishedLine(reason=chunk.reason, model=chunk.model, usage=dict(chunk.usage))
                return self._framed(end.model_dump_json().encode())

    def wait(self) -> bytes:
        return self._framed(_WAIT)

    def problem(self, fault: Exception) -> bytes:
        why = told(fault)
        line = ProblemLine(code=why.code, sentence=why.sentence, retry=not isinstance(fault, Refused))
        return self._framed(line.model_dump_json().encode())

    def _framed(self, text: bytes) -> bytes:
        return self._before + text + self._after


def _form() -> ChatLines:
    return ChatLines(request.accept_mimetypes.best_match([LINES, EVENTS], LINES))


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
