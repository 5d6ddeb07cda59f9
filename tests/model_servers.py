"""Stand-ins for other people's model servers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from bmo.fakes.chat import split_words


class ModelServer(ThreadingHTTPServer):
    """Plays back what it is given, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, status: int = 200, body: bytes = b"", *, whole: bool = True) -> None:
        """`whole` False hangs up where more was announced."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.whole = status, body, whole
        self.asked: list[Any] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, asked: Any) -> bytes:
        """The body of the answer."""
        return self.body


class Ollama(ModelServer):
    """Speaks the part of Ollama's documented API (its repository's docs/api.md) that asks models: `POST /api/chat`
    answers NDJSON objects with `message.content`, the last one with `done`, `done_reason` and counts (one object where
    `stream` is false); a conversation that ends with a message of the assistant is gone on with; `format` takes a
    schema; `tools` lead to `message.tool_calls`. `/api/generate`, `/api/embed`, `/api/show`, `/api/tags`, `/api/ps` and
    `/api/version` answer as documented.

    It is a stand-in: no Ollama was there to test against.
    """

    TEXT: ClassVar = "The sky is blue because of the way light is scattered."

    MODELS: ClassVar = ("qwen2.5:32b", "private:latest")

    def answer(self, asked: Any) -> bytes:
        match self.paths[-1]:
            case "/api/generate":
                end = {
                    "model": asked["model"],
                    "response": self.TEXT,
                    "done": True,
                    "done_reason": "stop",
                    "context": [1],
                }
                return json.dumps(end).encode() + b"\n"
            case "/api/embed":
                return json.dumps({"model": asked["model"], "embeddings": [[0.6, 0.8]]}).encode()
            case "/api/show":
                return json.dumps({"model_info": {"general.architecture": "qwen2"}, "details": {}}).encode()
            case "/api/tags" | "/api/ps":
                return json.dumps({"models": [{"name": name, "model": name} for name in self.MODELS]}).encode()
            case "/api/version":
                return b'{"version": "0.5.1"}'
        return self._chat(asked)

    def _chat(self, asked: Any) -> bytes:
        message = asked["messages"][-1]
        if message["role"] == "assistant":
            said = message["content"]
            words = self.TEXT[len(said) :] if self.TEXT.startswith(said) else " and so on."
        elif "format" in asked:
            words = json.dumps(dict.fromkeys(asked["format"]["properties"], "x"))
        else:
            words = self.TEXT
        if asked.get("tools") and "timer" in message["content"]:
            call = {
                "function": {"name": asked["tools"][0]["function"]["name"], "arguments": {"duration": "five minutes"}}
            }
            pieces: list[dict[str, Any]] = [{"role": "assistant", "content": "", "tool_calls": [call]}]
            reason = "stop"
        else:
            limit = asked["options"]["num_predict"]
            tokens = split_words(words)
            pieces = [{"role": "assistant", "content": token} for token in tokens[:limit]]
            reason = "length" if len(tokens) > limit else "stop"
        lines = [{"model": asked["model"], "message": piece, "done": False} for piece in pieces]
        counts = {"prompt_eval_count": 5, "eval_count": len(pieces)}
        end = {"model": asked["model"], "message": {"role": "assistant", "content": ""}, "done": True}
        if not asked["stream"]:
            end["message"] = {**pieces[0], "content": "".join(piece["content"] for piece in pieces)}
            lines.clear()
        lines.append({**end, "done_reason": reason, **counts})
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def do_GET(self) -> None:
        self._answer(None)

    def _answer(self, asked: Any) -> None:
        self.server.asked.append(asked)
        self.server.paths.append(self.path)
        self.server.headers.append(dict(self.headers))
        body = self.server.answer(asked)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body) + (0 if self.server.whole else 100)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = not self.server.whole

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


@contextmanager
def running(server: ModelServer) -> Iterator[ModelServer]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def events(*chunks: Any) -> bytes:
    """Server-sent events as OpenAI-compatible servers write them."""
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


def delta(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    """One chunk of a streamed completion."""
    return {"model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
