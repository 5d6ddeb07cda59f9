"""Speech engines in processes of their own.

Apart, because loading them holds the interpreter's lock for up to 0.2 s at a time, during which the AI server answers
nobody (`docs/decisions/0012`), and so that a native crash in one of them ends nothing else.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording, Transcript, Written
from bmo.core.errors import Cancelled, Malformed
from bmo.engines import parcels
from bmo.engines.parcels import Parcel

log = logging.getLogger(__name__)
T = TypeVar("T")

PROGRAM = (sys.executable, "-m", "bmo.engines.apart_child")


class Apart:
    """A child process with one engine, which answers one question at a time; others wait. It dies with us.

    When it has died, the next question starts it again.
    """

    def __init__(self, engine: str, told: Mapping[str, Any], program: Sequence[str] = PROGRAM) -> None:
        """Starts it and waits until the engine is there. `engine`, `told`: a name of `apart_child.ENGINES` and its
        arguments, as JSON can say them. Raises what the engine raises while it loads."""
        self._first: Parcel = ({"engine": engine, "told": dict(told)}, b"")
        self._program = tuple(program)
        self._turn = threading.Lock()
        self._pen = threading.Lock()
        """A wish to stop comes from another thread, maybe while the question is still written."""
        self._number = 0
        self._process = self._started()

    @property
    def alive(self) -> bool:
        """Whether the process runs. A server that finds it dead starts it again before anybody asks."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it."""
        _end(self._process)

    def ask(self, question: Parcel, opened: Callable[[Parcel], T]) -> "Pieces[T]":
        """The pieces of an answer, each `opened`."""
        return Pieces(self, question, opened)

    def answering(self, question: Parcel, stop: "_Stop") -> Generator[Parcel, None, None]:
        """The steps of an answer. Leaving it early stops the engine at its next piece, and waits for that."""
        with self._turn:
            if not self.alive:
                _end(self._process)
                self._process = self._started()
            self._number += 1
            number = self._number
            stop.begin(lambda: self._say(({"stop": number}, b"")))
            self._say(({"number": number, "ask": question[0]}, question[1]))
            ended = False
            try:
                while "piece" in (parcel := self._heard())[0]:
                    yield parcel[0]["piece"], parcel[1]
                ended = True
            finally:
                stop.end()
                if not ended and self.alive:
                    self._drop(number)
        if "fault" in parcel[0]:
            raise parcels.fault(parcel)
        if stop.wanted:
            raise Cancelled("The answer was stopped.")

    def _drop(self, number: int) -> None:
        """The rest of an answer that nobody wants."""
        with suppress(Malformed):  # it died: the next question starts it again
            self._say(({"stop": number}, b""))
            while "piece" in self._heard()[0]:
                pass

    def _say(self, parcel: Parcel) -> None:
        assert self._process.stdin is not None
        with self._pen, suppress(BrokenPipeError):  # then there is no answer either, which is told there
            parcels.send(self._process.stdin, parcel)

    def _heard(self) -> Parcel:
        assert self._process.stdout is not None
        parcel = parcels.receive(self._process.stdout)
        if parcel is None:
            self._process.kill()
            self._process.wait()
            raise Malformed(f"The process of {self._first[0]['engine']} stopped in the middle of its answer.")
        return parcel

    def _started(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self._process = process
        self._say(self._first)
        try:
            answer = self._heard()
            if "fault" in answer[0]:
                raise parcels.fault(answer)
        except BaseException:
            _end(process)
            raise
        return process


class _Stop:
    """A wish of another thread, told to the process only while it works on this answer."""

    def __init__(self) -> None:
        self.wanted = False
        self._lock = threading.Lock()
        self._tell: Callable[[], None] | None = None

    def begin(self, tell: Callable[[], None]) -> None:
        with self._lock:
            if self.wanted:
                raise Cancelled("The answer was stopped.")
            self._tell = tell

    def end(self) -> None:
        with self._lock:
            self._tell = None

    def now(self) -> None:
        with self._lock:
            self.wanted = True
            if self._tell is not None:
                self._tell()


class Pieces(Generator[T, None, None], Generic[T]):
    """A stream that can be stopped from another thread while it waits for the engine."""

    def __init__(self, apart: Apart, question: Parcel, opened: Callable[[Parcel], T]) -> None:
        self._stop = _Stop()
        self._steps = apart.answering(question, self._stop)
        self._opened = opened

    def send(self, value: None) -> T:
        return self._opened(self._steps.send(value))

    def throw(self, *fault: Any) -> T:
        return self._opened(self._steps.throw(*fault))

    def close(self) -> None:
        self._steps.close()

    def interrupt(self) -> None:
        """Stop at the next piece, which nobody gets: they get `Cancelled`. Any thread may call this."""
        self._stop.now()


class _InProcess:
    """What the engines here share."""

    def __init__(self, apart: Apart, name: str) -> None:
        self.name = name
        self._apart = apart

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._apart.alive

    def close(self) -> None:
        """End its process."""
        self._apart.close()


class SpeakApart(_InProcess):
    """A voice in a process of its own."""

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`; `Malformed` when the process dies."""
        return self._apart.ask(parcels.of_utterance(utterance), parcels.pcm)


class TranscribeApart(_InProcess):
    """A transcriber in a process of its own."""

    def transcribe(self, recording: Recording) -> Transcript:
        """As `Transcribe.transcribe`; `Malformed` when the process dies."""
        *_, whole = self.write(recording)
        assert isinstance(whole, Transcript)
        return whole

    def write(self, recording: Recording) -> Stream[Written]:
        """As `WritesAlong.write`."""
        return self._apart.ask(parcels.of_recording(recording), parcels.written)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
