"""Both ends of Wyoming for tests: `bmo wyoming` around fakes, and clients that speak by the `wyoming` package alone."""

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, Eventable, read_event, write_event
from wyoming.info import Attribution, Describe, Info
from wyoming.info import Satellite as InfoSatellite
from wyoming.ping import Ping, Pong
from wyoming.snd import Played

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


class ScriptedSatellite:
    """A satellite that does as the test says, through the package's own reader and writer; keeps what it is sent."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.got: list[Event] = []
        self.arrived: list[float] = []
        self.connections = 0
        self.plays = True
        """Whether it says `played` to what it is given to play."""
        self._changed = threading.Condition()
        self._stream: BinaryIO | None = None
        self._connection: socket.socket | None = None
        self._closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    def send(self, *events: Eventable) -> None:
        assert self._stream is not None
        for event in events:
            write_event(event.event(), self._stream)

    def send_bytes(self, raw: bytes) -> None:
        assert self._stream is not None
        self._stream.write(raw)
        self._stream.flush()

    def say(self, *chunks: bytes, rate: int = 16_000, width: int = 2, channels: int = 1) -> None:
        self.send(*(AudioChunk(rate, width, channels, chunk) for chunk in chunks))

    def hang_up(self) -> None:
        assert self._connection is not None
        self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._closed = True
        with suppress(OSError):  # wakes whoever waits in `accept`, which closing does not
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._connection is not None:
            with suppress(OSError):  # BMO may have hung up first
                self.hang_up()

    def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, seconds), self.kinds()

    def until_got(self, kind: str, count: int = 1) -> Event:
        self.until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.got if event.type == kind]

    def kinds(self) -> list[str]:
        """What came, without pings and repeats."""
        kinds = [event.type for event in self.got if event.type not in ("ping", "pong")]
        return [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]

    def _serve(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream, suppress(OSError, ValueError):
                if self._closed:
                    return
                with self._changed:
                    self._connection, self._stream = connection, stream
                    self.connections += 1
                    self._changed.notify_all()
                while (event := read_event(stream)) is not None:
                    self._take(event)

    def _take(self, event: Event) -> None:
        if Describe.is_type(event.type):
            attribution = Attribution("test", "")
            self.send(Info(satellite=InfoSatellite("scripted", attribution, True, None, None)))
        elif Ping.is_type(event.type):
            self.send(Pong(text=Ping.from_event(event).text))
        elif AudioStop.is_type(event.type) and self.plays:
            self.send(Played())
        with self._changed:
            self.got.append(event)
            self.arrived.append(time.monotonic())
            self._changed.notify_all()


class Service:
    """A Wyoming service of few words: to an event of this type it answers that, and None is hanging up."""

    def __init__(self, answers: Mapping[str, Sequence[Eventable | Event | None]]) -> None:
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.got: list[Event] = []
        self.left = threading.Event()
        """Set when a client has hung up."""
        threading.Thread(target=self._accept, daemon=True).start()

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.got if event.type == kind]

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream, suppress(OSError):
            while (event := read_event(stream)) is not None:
                self.got.append(event)
                for answer in self._answers.get(event.type, ()):
                    if answer is None:
                        return
                    write_event(answer if isinstance(answer, Event) else answer.event(), stream)
        self.left.set()


@contextmanager
def service(answers: Mapping[str, Sequence[Eventable | Event | None]]) -> Iterator[Service]:
    made = Service(answers)
    try:
        yield made
    finally:
        made.close()
