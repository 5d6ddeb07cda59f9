"""What the chain costs, and how fast it falls back.

    python benchmarks/routing.py [--calls 1000]

Ours (chain + remote + AI server with engines that cost nothing) against a pooled urllib3 client that posts the same
body to an echo of plain Flask in the same gunicorn, with and without TLS, interleaved call by call in an order that
changes. Prints tables and writes `results/routing-<date>.json`.
"""

import argparse
import json
import logging
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import urllib3
from parts.measuring import figures, interleaved, keep, machine, table, timed
from parts.servers import certificate, gunicorn
from routing_server import KEY

from bmo.capabilities.breaker import Pace
from bmo.capabilities.chain import Chain, Line
from bmo.capabilities.chat import ChainedChat, Chat, ChatRequest, Message
from bmo.capabilities.continuation import ContinuedChat
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience
from bmo.capabilities.transcribe import ChainedTranscribe, Recording, Transcribe
from bmo.remote.chat import RemoteChat
from bmo.remote.server import Server
from bmo.remote.transcribe import RemoteTranscribe
from bmo.remote.watch import Watch

ECHO = "urllib3, echo of a chat request"
ECHO_LINES = "urllib3, echo that streams the same lines"
SAME_CHAT = "urllib3, our /llm/chat"
CHAT = "chat, streamed"
ECHO_SOUND = "urllib3, echo of a recording"
SAME_EARS = "urllib3, our /stt"
EARS = "transcribe"
YARDSTICKS = {ECHO_LINES: ECHO, SAME_CHAT: ECHO, CHAT: ECHO, SAME_EARS: ECHO_SOUND, EARS: ECHO_SOUND}
ASK = ChatRequest((Message("system", "You are BMO."), Message("user", "Hello, who are you?")))
SOUND = Recording(Pcm(b"\1\0" * 1_600, 16_000))
PATIENCE = Patience(connect=0.5, first=0.3)
PATIENT = Patience(connect=1.5, first=5.0)
BODY = json.dumps({"messages": [{"role": "user", "text": "Hello, who are you?"}]}).encode()


def chats(*servers: Server, watch: Watch | None = None, patience: Patience = PATIENCE) -> ContinuedChat:
    """A chain of chats; with gates if there is a watch."""
    lines: list[Line[Chat]] = [
        Line(RemoteChat(one), watch.gate(one, "chat")) if watch else Line(RemoteChat(one)) for one in servers
    ]
    return ContinuedChat(ChainedChat(Chain("chat", lines, patience, lambda _: None)))


def answer(chat: ContinuedChat) -> None:
    for _ in chat.chat(ASK):
        pass


def overhead(url: str, calls: int, certificate: Path | None = None) -> dict[str, Any]:
    """Ours, the yardstick, and what lies between the two."""
    server, nobody = Server("here", url, KEY), Server("never asked", "http://127.0.0.1:9", KEY)
    ears: list[Line[Transcribe]] = [Line(RemoteTranscribe(one)) for one in (server, nobody)]
    chained = ChainedTranscribe(Chain("transcribe", ears, PATIENT, lambda _: None))
    chat = chats(server, nobody, patience=PATIENT)
    pool = urllib3.PoolManager(ca_certs=None if certificate is None else str(certificate))
    bearer = {"Authorization": f"Bearer {KEY}"}
    pcm = {"Content-Type": "audio/pcm;rate=16000", **bearer}

    def post(path: str, body: bytes = BODY, kind: Mapping[str, str] = {"Content-Type": "application/json"}) -> bytes:
        answer = pool.request("POST", url + path, body=body, headers={**kind, **bearer})
        assert answer.status == 200, answer.data
        return answer.data

    sound = SOUND.sound.samples
    taken = interleaved(
        {
            ECHO: lambda: timed(lambda: post("/echo")),
            ECHO_LINES: lambda: timed(lambda: post("/echo/lines")),
            SAME_CHAT: lambda: timed(lambda: post("/llm/chat")),
            CHAT: lambda: timed(lambda: answer(chat)),
            ECHO_SOUND: lambda: timed(lambda: post("/echo", sound, pcm)),
            SAME_EARS: lambda: timed(lambda: post("/stt", sound, pcm)),
            EARS: lambda: timed(lambda: chained.transcribe(SOUND)),
        },
        calls,
    )
    found: dict[str, Any] = {name: figures(values) for name, values in taken.items()}
    for name, yardstick in YARDSTICKS.items():
        found[name]["ratio_p50"] = round(found[name]["p50_ms"] / found[yardstick]["p50_ms"], 3)
    found[CHAT]["ratio_p50_echo_of_lines"] = round(found[CHAT]["p50_ms"] / found[ECHO_LINES]["p50_ms"], 3)
    found[CHAT]["ratio_p50_same_answer"] = round(found[CHAT]["p50_ms"] / found[SAME_CHAT]["p50_ms"], 3)
    return found


def fall_back(url: str) -> dict[str, Any]:
    """Milliseconds until the next provider has answered, when the first is refused, hangs or is cut."""
    here = Server("here", url, KEY)
    with socket.socket() as closed, socket.socket() as hung:
        closed.bind(("127.0.0.1", 0))
        hung.bind(("127.0.0.1", 0))
        hung.listen(64)
        refusing = Server("cloud", f"http://127.0.0.1:{closed.getsockname()[1]}", KEY)
        hanging = Server("cloud", f"http://127.0.0.1:{hung.getsockname()[1]}", KEY)
        refused = chats(refusing, here)
        hangs = chats(hanging, here)
        watch = Watch([hanging, here], pace=Pace(first=60.0))
        while_down = chats(hanging, here, watch=watch)
        answer(while_down)
        return {
            "nothing wrong": figures([timed(lambda: answer(chats(here))) for _ in range(300)]),
            "refused": figures([timed(lambda: answer(refused)) for _ in range(300)]),
            f"hung, deadline {PATIENCE.first * 1_000:.0f} ms": figures(
                [timed(lambda: answer(hangs)) for _ in range(10)]
            ),
            "hung, breaker open": figures([timed(lambda: answer(while_down)) for _ in range(300)]),
            "cut after 3 tokens": figures([_gap(url, here) for _ in range(200)]),
        }


def _gap(url: str, here: Server) -> float:
    """From the last token before the cut to the first after it."""
    cloud = Server("cloud", f"{url}/cut", KEY)
    chunks = chats(cloud, here, watch=Watch([cloud, here])).chat(ASK)
    for _ in range(3):
        next(chunks)
    gap = timed(lambda: next(chunks))
    for _ in chunks:
        pass
    return gap


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000)
    calls = parser.parse_args().calls
    result: dict[str, Any] = {"machine": machine()}
    with certificate() as file:
        os.environ["SSL_CERT_FILE"] = str(file)  # what our own line trusts
        with gunicorn() as url:
            result["overhead"] = overhead(url, calls)
            result["fall_back"] = fall_back(url)
        with gunicorn(tls=file) as url:
            result["overhead_tls"] = overhead(url, calls, file)
    table("overhead, plain", result["overhead"])
    table("overhead, TLS that ends in gunicorn", result["overhead_tls"])
    table("falling back", result["fall_back"])
    keep("routing", result)


if __name__ == "__main__":
    main()
