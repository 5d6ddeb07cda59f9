"""POST /llm/chat and /llm/generate: words in, a stream of lines out, with a sign of life every second."""

from concurrent.futures import Executor
from functools import lru_cache

from flask import Blueprint, Response, request
from pydantic_core import to_json
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from bmo.ai_server import streaming
from bmo.ai_server.bodies import read_body, wants
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.pictures import picture
from bmo.ai_server.problems import parsed
from bmo.capabilities.chat import (
    Chat,
    ChatChunk,
    ChatRequest,
    Finished,
    Message,
    Sampling,
    Tool,
    ToolCall,
    Words,
)
from bmo.core.errors import Refused
from bmo.wire.ai import (
    ChatAnswer,
    ChatAsk,
    ChatMessage,
    FinishedLine,
    GenerateAsk,
    ProblemLine,
    SamplingPart,
    ToolCallLine,
    ToolCallPart,
    WaitLine,
)

LINES = "application/x-ndjson"
EVENTS = "text/event-stream"
WHOLE = "application/json"
_WAIT = WaitLine().model_dump_json().encode()


def blueprint(desk: Desk[Chat], threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("chat", __name__)

    @routes.post("/llm/chat")
    def chat() -> Response:
        """Answer a conversation."""
        wants("application/json")
        return _answered(_conversation(parsed(ChatAsk, read_body(limits.body, limits.body_seconds))))

    @routes.post("/llm/generate")
    def generate() -> Response:
        """Answer a single prompt."""
        wants("application/json")
        return _answered(_prompt(parsed(GenerateAsk, read_body(limits.body, limits.body_seconds))))

    def _answered(asked: ChatRequest) -> Response:
        form = _form(request.headers.get("Accept", ""))
        answer = streaming.chat(desk, asked, threads)
        if form == WHOLE:
            return Response(_whole(streaming.whole(answer)).model_dump_json(), mimetype=WHOLE)
        return answer.streamed(ChatLines(form))

    return routes


@lru_cache(maxsize=64)
def _form(accept: str) -> str:
    """What this `Accept` likes best. Remembered, as it takes longer to find out than to answer."""
    return parse_accept_header(accept, MIMEAccept).best_match([LINES, EVENTS, WHOLE], LINES)


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

    def is_end(self, chunk: ChatChunk) -> bool:
        return isinstance(chunk, Finished)

    def wait(self) -> bytes:
        return self._framed(_WAIT)

    def problem(self, fault: Exception) -> bytes:
        why = streaming.told(fault)
        line = ProblemLine(code=why.code, sentence=why.sentence, retry=not isinstance(fault, Refused))
        return self._framed(line.model_dump_json().encode())

    def _framed(self, text: bytes) -> bytes:
        return self._before + text + self._after


def _whole(answer: streaming.Whole) -> ChatAnswer:
    calls = (ToolCallPart(name=call.name, arguments=dict(call.arguments), id=call.id) for call in answer.calls)
    end = answer.end
    return ChatAnswer(
        text=answer.text, tool_calls=tuple(calls), reason=end.reason, model=end.model, usage=dict(end.usage)
    )


def _conversation(ask: ChatAsk) -> ChatRequest:
    return ChatRequest(
        messages=tuple(map(_message, ask.messages)),
        tools=tuple(Tool(tool.name, tool.description, tool.parameters, tool.examples) for tool in ask.tools),
        schema=ask.answer_schema,
        continue_from=ask.continue_from,
        max_tokens=ask.max_tokens,
        temperature=ask.temperature,
        sampling=_sampling(ask.sampling),
        context=ask.context,
        model=ask.model,
        must_call=ask.must_call,
        likely_call=ask.likely_call,
        note=ask.note,
        examples=ask.examples,
    )


def _prompt(ask: GenerateAsk) -> ChatRequest:
    system = (Message("system", ask.system),) if ask.system else ()
    return ChatRequest(
        messages=(*system, Message("user", ask.prompt, images=tuple(map(picture, ask.images)))),
        schema=ask.answer_schema,
        continue_from=ask.continue_from,
        max_tokens=ask.max_tokens,
        temperature=ask.temperature,
        sampling=_sampling(ask.sampling),
        context=ask.context,
        model=ask.model,
    )


def _sampling(part: SamplingPart) -> Sampling:
    return Sampling(part.top_p, part.top_k, part.seed, part.stop, part.presence_penalty, part.frequency_penalty)


def _message(message: ChatMessage) -> Message:
    calls = tuple(ToolCall(call.name, call.arguments, call.id) for call in message.tool_calls)
    images = tuple(map(picture, message.images))
    return Message(message.role, message.text, calls, message.tool_call_id, images)
