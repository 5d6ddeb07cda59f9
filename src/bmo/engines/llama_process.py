"""Starts the process that holds a GGUF model, and talks to it."""

import json
import logging
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bmo.core.errors import BmoError, Broken, Cancelled, Malformed, Refused, TooLarge, Unreachable

log = logging.getLogger(__name__)

_PROGRAM = (sys.executable, "-m", "bmo.engines.llama_child")
_TOO_LONG = "exceed_context_size_error"


class LlamaProcess:
    """A child process with one model; it dies with us."""

    def __init__(self, model: Path, *, threads: int, context: int) -> None:
        self._key = secrets.token_hex(24)
        self._wanted = {"model": str(model), "threads": threads, "context": context, "key": self._key}
        self._title = f"{model.parent.name}/{model.name}"
        self._process: subprocess.Popen[str] | None = None
        self._host, self._port = "", 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until the model is loaded. Raises `Broken` when it cannot be."""
        self.stop()
        process = subprocess.Popen(_PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):  # then there is no answer either, which is reported below
            process.stdin.write(json.dumps(self._wanted) + "\n")
            process.stdin.flush()
        answer = json.loads(process.stdout.readline() or '{"fault": "its process ended."}')
        if "fault" in answer:
            _end(process)
            log.error("%s cannot be loaded: %s", self._title, answer["fault"])
            raise Broken(
                f"The language model {self._title} cannot be loaded: it is damaged (`bmo models verify` tells), "
                "or there is too little memory.",
                code="model_broken",
            )
        self._process = process
        address = urlsplit(answer["address"])
        self._host, self._port = address.hostname or "", address.port or 0

    def stop(self) -> None:
        """End it; does nothing when it is not there."""
        if self._process is not None:
            _end(self._process)
            self._process = None

    def call(self) -> "Call":
        """A new exchange with it."""
        return Call(HTTPConnection(self._host, self._port), self._key)


class Call:
    """One request and its answer. `hang_up` may come from any thread and at any time; the model then stops working."""

    def __init__(self, connection: HTTPConnection, key: str) -> None:
        self._connection = connection
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._lock = threading.Lock()
        self._hung_up = False

    def hang_up(self) -> None:
        """Stop. Whoever reads the answer gets `Cancelled`."""
        with self._lock:
            self._hung_up = True
            if self._connection.sock is not None:
                with suppress(OSError):  # the other side was faster
                    self._connection.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection; when the answer is not complete, that also stops the model."""
        self._connection.close()

    def whole(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer as one JSON object."""
        try:
            answer: dict[str, Any] = json.loads(self._post(path, body).read())
        except (OSError, HTTPException, ValueError) as fault:
            raise self._translated(fault) from fault
        return answer

    def events(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The answer as a stream of server-sent events, each a JSON object."""
        try:
            response = self._post(path, body)
            while line := response.readline():
                if line.startswith(b"data: ") and line != b"data: [DONE]\n":
                    event = json.loads(line[len(b"data: ") :])
                    if "error" in event:
                        raise _fault(500, event)
                    yield event
            if self._hung_up:  # a stream that was shut down looks like one that ended
                raise Cancelled("The answer was stopped.")
        except (OSError, HTTPException, ValueError) as fault:
            raise self._translated(fault) from fault

    def _post(self, path: str, body: Mapping[str, Any]) -> HTTPResponse:
        with self._lock:
            if self._hung_up:
                raise Cancelled("The answer was stopped.")
            self._connection.connect()
        self._connection.request("POST", path, json.dumps(body), self._headers)
        response = self._connection.getresponse()
        if response.status != 200:
            raise _fault(response.status, json.loads(response.read()))
        return response

    def _translated(self, fault: Exception) -> BmoError:
        if self._hung_up:
            return Cancelled("The answer was stopped.")
        if isinstance(fault, ConnectionRefusedError):
            return Unreachable("The language model's process is not running.")
        return Malformed(f"The language model's process stopped in the middle of its answer ({fault!r}).")


def _fault(status: int, body: Mapping[str, Any]) -> BmoError:
    error = body.get("error", {})
    if error.get("type") == _TOO_LONG:
        most = error.get("n_ctx", 0)
        return TooLarge(f"That is too long for the model on this machine: it reads at most {most} tokens at once.")
    if status == 400:
        return Refused(f"The language model does not take this request: {error.get('message', '')}.")
    return Malformed(f"The language model failed: {error.get('message', status)}.")


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
