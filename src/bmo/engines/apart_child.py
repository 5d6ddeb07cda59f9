"""The process that holds a speech engine; `apart` says why, and talks to it.

Run as `python -m bmo.engines.apart_child`. The first parcel on stdin says which engine and how it is made; each one
after it is a question or a wish to stop answering one. The end of stdin, which comes when the parent is gone, ends it.
"""

import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from bmo.core.errors import BmoError, Malformed
from bmo.engines import parcels
from bmo.engines.parcels import Parcel

log = logging.getLogger(__name__)

Answers: TypeAlias = Callable[[Parcel], Generator[Parcel, None, None]]
"""An engine behind parcels."""


def hibari(*, threads: int, voices: Mapping[str, tuple[str, float]]) -> Answers:
    """`voices`: hibari's model and the cents it is moved by, by name."""
    from bmo.engines.hibari import Hibari, NamedVoice

    engine = Hibari(threads=threads, voices={name: NamedVoice(*voice) for name, voice in voices.items()})
    return lambda asked: (parcels.of_pcm(piece) for piece in engine.speak(parcels.utterance(asked)))


def whisper(*, folder: str, **told: Any) -> Answers:
    """As `Whisper`."""
    from bmo.engines.whisper import Whisper

    engine = Whisper(Path(folder), **told)
    return lambda asked: (parcels.of_written(piece) for piece in engine.write(parcels.recording(asked)))


ENGINES: Mapping[str, Callable[..., Answers]] = {"hibari": hibari, "whisper": whisper}


class _Asked:
    """What comes in, read by a thread of its own, so that a wish to stop is heard while the engine computes."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._questions: queue.SimpleQueue[tuple[int, Parcel]] = queue.SimpleQueue()
        self._stopped = 0
        threading.Thread(target=self._read, name="asked", daemon=True).start()

    def next(self) -> tuple[int, Parcel]:
        """The next question and its number; they count up."""
        return self._questions.get()

    def unwanted(self, number: int) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._stopped >= number

    def _read(self) -> None:
        while (parcel := parcels.receive(self._source)) is not None:
            head, raw = parcel
            if "stop" in head:
                self._stopped = head["stop"]
            else:
                self._questions.put((head["number"], (head["ask"], raw)))
        os._exit(0)  # in the middle of whatever: nobody is there to hear it


def serve(engines: Mapping[str, Callable[..., Answers]]) -> None:
    """Make the engine that is asked for and answer until the parent goes."""
    for end in (signal.SIGINT, signal.SIGTERM):  # for the parent, which ends us when its answers are through, even
        signal.signal(end, signal.SIG_IGN)  # when a terminal or systemd tells us all
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer of ours
    first = parcels.receive(sys.stdin.buffer)
    if first is None:
        return
    asked = _Asked(sys.stdin.buffer)
    try:
        engine = engines[first[0]["engine"]](**first[0]["told"])
    except BmoError as fault:
        parcels.send(out, parcels.of_fault(fault))
        return
    parcels.send(out, ({"ready": True}, b""))
    while True:
        number, question = asked.next()
        parcels.send(out, _answered(engine, question, lambda piece: parcels.send(out, piece), asked, number))


def _answered(engine: Answers, question: Parcel, tell: Callable[[Parcel], None], asked: _Asked, number: int) -> Parcel:
    """Tell the pieces of an answer; gives what ends it."""
    try:
        with closing(engine(question)) as pieces:
            for head, raw in pieces:
                if asked.unwanted(number):
                    break
                tell(({"piece": head}, raw))
    except BmoError as fault:
        return parcels.of_fault(fault)
    except Exception:
        log.exception("the engine failed")
        return parcels.of_fault(Malformed("The engine failed; the AI server's log says how."))
    return {"end": True}, b""


if __name__ == "__main__":
    serve(ENGINES)
