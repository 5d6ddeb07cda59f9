"""The way to other people's model servers, with a server that answers step by step."""

import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from bmo.bridges.line import Line
from bmo.bridges.ollama import OllamaChat
from bmo.bridges.openai import OpenAiChat
from bmo.capabilities.chat import ChatRequest, Message, ToolCall, Words
from model_servers import ModelServer, delta, events, running

HELLO = ChatRequest((Message("user", "Hello?"),))


@contextmanager
def step_by_step(steps: list[bytes], go_on: threading.Semaphore) -> Iterator[str]:
    """The address of a server that announces how long its answer is, and sends a step of it for each `go_on`."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            line, _ = door.accept()
            with line:
                asked = b""
                while not asked.endswith(b"{}"):  # what is left unread would cut the answer
                    asked += line.recv(65_536)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(b"".join(steps)))
                for step in steps:
                    go_on.acquire(timeout=10)
                    line.sendall(step)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        thread.join(10)


def test_lines_of_an_answer_that_is_not_chunked_come_one_by_one() -> None:
    go_on = threading.Semaphore(1)
    came = []
    with (
        step_by_step([b"one\n", b"two\nth", b"ree\n"], go_on) as url,
        Line("peer", url, {}).posted("/", {}, None) as lines,
    ):
        for line in lines:
            came.append(line)  # the next step is not sent before this one is here
            go_on.release()

    assert came == [b"one", b"two", b"three"]


def test_as_many_streams_as_a_server_may_have_keep_their_connections(caplog: pytest.LogCaptureFixture) -> None:
    together = threading.Barrier(20)
    with caplog.at_level(logging.WARNING, "urllib3"), running(ModelServer(body=b"{}\n")) as server:
        line = Line("peer", server.url, {})

        def ask(_number: int) -> list[bytes]:
            with line.posted("/", {}, None) as lines:
                together.wait(10)
                return list(lines)

        with ThreadPoolExecutor(20) as threads:
            assert list(threads.map(ask, range(20))) == [[b"{}"]] * 20

    assert not caplog.records


def test_half_a_letter_from_a_server_does_not_cut_the_answer() -> None:
    arguments = '{"name": "\\ud83d", "\\ude00": ["\\ud800"]}'
    call = {"index": 0, "id": "1", "function": {"name": "t", "arguments": arguments}}
    spoken = events(delta(content="Hi \ud83d!"), delta(tool_calls=[call]), delta("tool_calls"))
    with running(ModelServer(body=spoken)) as server:
        words, called, _ = OpenAiChat(server.url, "m").chat(HELLO)
    with running(ModelServer(body=b'{"message": {"content": "\\ud83d"}}\n{"done": true}\n')) as server:
        by_ollama, _ = OllamaChat(server.url, "m").chat(HELLO)

    assert words == Words("Hi ?!")
    assert called == ToolCall("t", {"name": "?", "?": ["?"]}, "1")
    assert by_ollama == Words("?")
