"""Both ends of Wyoming for tests: `bmo wyoming` around fakes, and clients that speak by the `wyoming` package alone."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable, read_event, write_event

from bmo.app.wyoming.offer import Offer
from bmo.app.wyoming.server import WyomingServer
from bmo.core.clock import SystemClock
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.voice.ears import Ears

EARS_CHILD = """
import sys
from bmo.device.ears import serve
from bmo.fakes.ears import FakeVoiceActivity, FakeWakeWord
serve(sys.stdin.buffer, sys.stdout.buffer, lambda: (FakeWakeWord(), FakeVoiceActivity()))
"""
QUIET, VOICE, SHOUT = bytes(2_560), b"\xd0\x07" * 1_280, b"\x30\x75" * 1_280
"""80 ms each: nothing, speech, the wake word."""


def fake_ears() -> Ears:
    """Ears that go by loudness, in a process of their own."""
    return Ears([sys.executable, "-c", EARS_CHILD], SystemClock(), linger=0.05)


def an_offer(
    transcribe: FakeTranscribe | None = None, speak: FakeSpeak | None = None, ears: Ears | None = None, **more: object
) -> Offer:
    return Offer(transcribe or FakeTranscribe(), speak or FakeSpeak(), ears, **more)  # type: ignore[arg-type]


@contextmanager
def wyoming_served(offer: Offer, connections: int = 16, idle: float = 20.0) -> Iterator[str]:
    """`bmo wyoming` with this behind it; gives its address."""
    server = WyomingServer(socket.create_server(("127.0.0.1", 0)), offer, connections, idle)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.port}"
    finally:
        server.close()
        thread.join(5)


class Client:
    """Somebody who speaks Wyoming through the package's own reader and writer."""

    def __init__(self, uri: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", int(uri.rpartition(":")[2])), timeout=20)
        self._stream: BinaryIO = self.socket.makefile("rwb")

    def send(self, *events: Eventable) -> None:
        for event in events:
            write_event(event.event(), self._stream)

    def send_bytes(self, raw: bytes) -> None:
        self._stream.write(raw)
        self._stream.flush()

    def send_sound(self, *chunks: bytes, rate: int = 16_000, width: int = 2, channels: int = 1) -> None:
        self.send(AudioStart(rate, width, channels))
        self.send(*(AudioChunk(rate, width, channels, chunk) for chunk in chunks))
        self.send(AudioStop())

    def read(self) -> Event | None:
        return read_event(self._stream)

    def until(self, kind: str) -> list[Event]:
        """Events up to and with the first of this kind."""
        events = []
        while (event := self.read()) is not None:
            events.append(event)
            if event.type == kind:
                return events
        raise AssertionError(f"no {kind} came, only {[event.type for event in events]}")

    def close(self) -> None:
        self._stream.close()
        self.socket.close()


@contextmanager
def client(uri: str) -> Iterator[Client]:
    made = Client(uri)
    try:
        yield made
    finally:
        made.close()
