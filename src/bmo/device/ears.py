"""The program that hears for the app: `python -m bmo.device.ears --models DIR [--no-wake] [--engine E] [--word W]`.

Native code stays out of the web process: this one runs the wake word and voice activity models for every browser that
listens, each with detectors of its own. It speaks `voice.earline` on stdin and stdout, and ends when stdin does.
"""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from bmo.capabilities.wake import ACTIVITY_CHUNK, VoiceActivity, WakeWord
from bmo.catalogue.wake_words import BUILT_IN, ENDINGS, WakeChoice
from bmo.core.errors import BmoError
from bmo.core.trace import log_to_stderr
from bmo.device.wiring import detectors, wake_word
from bmo.voice.earline import Kind, Message, read, scores, write
from bmo.voice.frames import Chunks

log = logging.getLogger(__name__)

Detectors: TypeAlias = tuple[WakeWord | None, VoiceActivity]
RETRY_SECONDS = 5.0
"""Models that could not be loaded are tried again so much later: they may have come since, but loading takes long."""


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


class Listeners:
    """Every satellite's detectors, made when they are first needed."""

    def __init__(self, make: Callable[[], Detectors], clock: Callable[[], float] = time.monotonic) -> None:
        self._make = make
        self._clock = clock
        self._listeners: dict[int, Listener] = {}
        self._failure: BmoError | None = None
        """Why none could be made the last time ..."""
        self._again = 0.0
        """... and when it is tried again."""

    def answer(self, message: Message) -> Message | None:
        """Do what a message asks; SOUND has an answer. Raises `BmoError` for what cannot be judged."""
        if message.kind is Kind.CLOSE:
            self._listeners.pop(message.satellite, None)
            return None
        listener = self._of(message.satellite)
        if message.kind is Kind.RESET:
            listener.reset()
        return scores(message.satellite, *listener.hear(message.body)) if message.kind is Kind.SOUND else None

    def _of(self, satellite: int) -> Listener:
        if satellite not in self._listeners:
            if self._failure is not None and self._clock() < self._again:
                raise self._failure
            try:
                self._listeners[satellite] = Listener(*self._make())
            except BmoError as failure:
                self._failure, self._again = failure, self._clock() + RETRY_SECONDS
                raise
        return self._listeners[satellite]


def serve(source: BinaryIO, sink: BinaryIO, make: Callable[[], Detectors]) -> None:
    """Answer until `source` ends. Sound that cannot be judged is answered with the reason, each time."""
    listeners = Listeners(make)
    told = ""
    while (message := read(source)) is not None:
        try:
            answer = listeners.answer(message)
        except BmoError as failure:
            if failure.sentence != told:
                log.warning("satellite %d: %s", message.satellite, failure)
            told = failure.sentence
            answer = Message(Kind.FAILED, message.satellite, failure.sentence.encode())
        if message.kind is Kind.SOUND and answer is not None:
            write(sink, answer)


def _checked(models: Path, choice: WakeChoice) -> int:
    """The program's exit code; what is wrong goes to stdout."""
    try:
        wake_word(models, choice)
    except BmoError as failure:
        sys.stdout.write(failure.sentence)
        return 1
    return 0


def main() -> None:
    """Run until stdin ends. Native libraries that print do so on stderr: stdout carries the answers alone."""
    parser = argparse.ArgumentParser(prog="bmo.device.ears", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--models", type=Path, required=True, help="where the models are, one folder each")
    parser.add_argument("--no-wake", action="store_true", help="voice activity only: no wake word")
    parser.add_argument("--engine", choices=ENDINGS, default="openwakeword", help="who hears the wake word")
    parser.add_argument("--word", default=BUILT_IN, help="the wake word: the built-in one, or the name of a file ...")
    parser.add_argument("--wake-models", type=Path, default=Path("wake"), help="... in this folder")
    parser.add_argument("--check", action="store_true", help="only load the wake word; say what is wrong with it")
    options = parser.parse_args()
    choice = WakeChoice(options.wake_models, options.engine, options.word)
    log_to_stderr(program="ears")
    if options.check:
        sys.exit(_checked(options.models, choice))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; this one leaves when the app does
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with os.fdopen(answers, "wb") as sink:
        try:
            serve(sys.stdin.buffer, sink, lambda: detectors(options.models, wake=not options.no_wake, choice=choice))
        except BrokenPipeError:
            log.info("the app is gone")


if __name__ == "__main__":
    main()
