"""A tiny real AI server: HTTP over a real socket, speaking `wire/ai.py`, with fakes behind it."""

import hmac
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from types import TracebackType

from flask import Flask, Response, request

from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, Message, ToolCall, Words
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Speak, Utterance
from bmo.capabilities.transcribe import Recording, Transcribe
from bmo.core.errors import BmoError, Denied
from bmo.core.trace import HEADER
from bmo.fakes.chat import FakeChat
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.remote.server import Server
from bmo.wire.ai import (
    CapabilityHealth,
    ChatAsk,
    FinishedLine,
    Health,
    ProblemLine,
    SpeakAsk,
    ToolCallLine,
    TranscriptAnswer,
    WordsLine,
)
from bmo.wire.problem import problem, status

READY = CapabilityHealth(state="ready", model="fake")
KEY = "a key of the tests"


class Listener(ThreadingHTTPServer):
    """Serves a Flask app and keeps connections open between requests, as gunicorn does and Werkzeug does not."""

    daemon_threads = True

    def __init__(self, port: int, app: Flask) -> None:
        self.app = app
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self.server.app.test_client().open(
            self.path, method=self.command, data=body, headers=list(self.headers.items())
        )
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        chunked = "Content-Length" not in answer.headers
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with closing(answer):
            for piece in answer.iter_encoded():
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    do_POST = do_GET


class TinyServer:
    """Starts on entering; `traces` and `asked` keep what came in, `health` is what it reports."""

    def __init__(
        self, chat: Chat | None = None, transcribe: Transcribe | None = None, speak: Speak | None = None, port: int = 0
    ) -> None:
        self.chat = chat or FakeChat("cloud", "The cloud says this. And it says that as well. Then it is done.")
        self.transcribe = transcribe or FakeTranscribe("cloud", "what the cloud heard")
        self.speak = speak or FakeSpeak("cloud")
        self.health = Health(state="ok", version="1", capabilities={"chat": READY, "transcribe": READY, "speak": READY})
        self.lines: Callable[[], Iterator[bytes]] | None = None
        """Answers chat instead of the fake, line by line as bytes."""
        self.answer: Response | None = None
        """Answers everything but /health."""
        self.traces: list[str] = []
        self.asked: list[str] = []
        self.port = port
        self._server: Listener | None = None

    def __enter__(self) -> "TinyServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; on the same port as before, if it was stopped."""
        self._server = Listener(self.port, self._app())
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Die: nobody listens, and the connections that were open are closed."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        for connection in tuple(self._server.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def server(self, name: str = "cloud", url: str = "", *, key: str = KEY, supervised: bool = False) -> Server:
        """The record of this server, or of a proxy at `url` in front of it."""
        return Server(name, url or self.url, key, connect_seconds=0.5, supervised=supervised)

    def _app(self) -> Flask:
        app = Flask("tiny")
        app.register_error_handler(BmoError, lambda error: (problem(error).model_dump(), status(error)))
        app.before_request(self._admit)
        app.add_url_rule("/health", view_func=lambda: self.health.model_dump())
        app.add_url_rule("/llm/chat", view_func=self._chat, methods=["POST"])
        app.add_url_rule("/stt", view_func=self._stt, methods=["POST"])
        app.add_url_rule("/tts", view_func=self._tts, methods=["POST"])
        return app

    def _admit(self) -> Response | None:
        self.asked.append(request.path)
        given = request.headers.get("Authorization", "").encode("latin-1")
        if not hmac.compare_digest(given, b"Bearer " + KEY.encode()):
            raise Denied("This key is not known here.")
        self.traces.append(request.headers.get(HEADER, ""))
        return None if request.path == "/health" else self.answer

    def _chat(self) -> Response:
        if self.lines is not None:
            return Response(self.lines(), content_type="application/x-ndjson")
        ask = ChatAsk.model_validate_json(request.get_data())
        chunks = self.chat.chat(_request(ask))
        first = next(chunks)
        return Response(_lines(chain([first], chunks)), content_type="application/x-ndjson")

    def _stt(self) -> dict[str, object]:
        heard = self.transcribe.transcribe(Recording(Pcm(request.get_data(), 16_000)))
        return TranscriptAnswer(text=heard.text, model=heard.model, no_speech=heard.no_speech).model_dump()

    def _tts(self) -> Response:
        ask = SpeakAsk.model_validate_json(request.get_data())
        pieces = self.speak.speak(Utterance(ask.text, ask.voice, ask.speed))
        first = next(pieces)
        samples = (piece.samples for piece in chain([first], pieces))
        return Response(samples, content_type=f"audio/pcm;rate={first.rate}")


def _request(ask: ChatAsk) -> ChatRequest:
    messages = tuple(Message(message.role, message.text) for message in ask.messages)
    return ChatRequest(messages, continue_from=ask.continue_from, max_tokens=ask.max_tokens)


def _lines(chunks: Iterator[ChatChunk]) -> Iterator[bytes]:
    try:
        for chunk in chunks:
            yield _line(chunk).model_dump_json().encode() + b"\n"
    except BmoError as error:
        told = ProblemLine(code=error.code, sentence=error.sentence, retry=status(error) >= 500)
        yield told.model_dump_json().encode() + b"\n"


def _line(chunk: ChatChunk) -> WordsLine | ToolCallLine | FinishedLine:
    match chunk:
        case Words(text=text):
            return WordsLine(text=text)
        case ToolCall():
            return ToolCallLine(name=chunk.name, arguments=dict(chunk.arguments), id=chunk.id)
        case Finished():
            return FinishedLine(reason=chunk.reason, model=chunk.model, usage=dict(chunk.usage))
