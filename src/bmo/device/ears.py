"""The program that hears for the app: `python -m bmo.device.ears --models DIR [--no-wake]`.

Native code stays out of the web process: this one runs the wake word and voice activity models for every browser that
listens, each with detectors of its own. It speaks `voice.earline` on stdin and stdout, and ends when stdin does.
"""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from bmo.capabilities.wake import ACTIVITY_CHUNK, VoiceActivity, WakeWord
from bmo.core.errors import BmoError
from bmo.core.trace import log_to_stderr
from bmo.device.wiring import detectors
from bmo.voice.earline import Kind, Message, read, scores, write
from bmo.voice.frames import Chunks

log = logging.getLogger(__name__)

Detectors: TypeAlias = tuple[WakeWord | None, VoiceActivity]


class Listener:
    """The detectors of one satellite and what they remember."""

    def __init__(self, wake: WakeWord | None, activity: VoiceActivity) -> None:
        self._wake = wake
        self._activity = activity
        self._chunks = Chunks(ACTIVITY_CHUNK)

    def hear(self, samples: bytes) -> tuple[float, list[float]]:
        """80 ms in; the wake score (0 without a wake word) and two or three speech probabilities out."""
        wake = self._wake.score(samples) if self._wake is not None else 0.0
        return wake, [self._activity.score(chunk) for chunk in self._chunks.feed(samples)]

    def reset(self) -> None:
        """Forget what was heard."""
        if self._wake is not None:
            self._wake.reset()
        self._activity.reset()
        self._chunks.reset()


def serve(source: BinaryIO, sink: BinaryIO, make: Callable[[], Detectors]) -> None:
    """Answer until `source` ends. Sound that cannot be judged is answered with the reason, each time."""
    listeners: dict[int, Listener] = {}
    while (message := read(source)) is not None:
        try:
            answer = _answer(message, listeners, make)
        except BmoError as failure:
            log.warning("satellite %d: %s", message.satellite, failure)
            answer = Message(Kind.FAILED, message.satellite, failure.sentence.encode())
        if message.kind is Kind.SOUND and answer is not None:
            write(sink, answer)


def _answer(message: Message, listeners: dict[int, Listener], make: Callable[[], Detectors]) -> Message | None:
    if message.kind is Kind.CLOSE:
        listeners.pop(message.satellite, None)
        return None
    if message.satellite not in listeners:  # also after an OPEN that failed: its models may have come since
        listeners[message.satellite] = Listener(*make())
    if message.kind is Kind.RESET:
        listeners[message.satellite].reset()
    if message.kind is not Kind.SOUND:
        return None
    return scores(message.satellite, *listeners[message.satellite].hear(message.body))


def main() -> None:
    """Run until stdin ends. Native libraries that print do so on stderr: stdout carries the answers alone."""
    parser = argparse.ArgumentParser(prog="bmo.device.ears", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--models", type=Path, required=True, help="where the models are, one folder each")
    parser.add_argument("--no-wake", action="store_true", help="voice activity only: no wake word")
    options = parser.parse_args()
    log_to_stderr(program="ears")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; this one leaves when the app does
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with os.fdopen(answers, "wb") as sink:
        try:
            serve(sys.stdin.buffer, sink, lambda: detectors(options.models, wake=not options.no_wake))
        except BrokenPipeError:
            log.info("the app is gone")


if __name__ == "__main__":
    main()
