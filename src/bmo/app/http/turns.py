"""A turn over REST: one at a time from a bounded number, as one answer or as lines while it happens."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from typing import Any, TypeAlias

from flask import Response

from bmo.app.clips import Clips
from bmo.app.lines import line
from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Acted, Ended, Heard, Recognised, Reply, Served, Sound, Tagged, Timed, TurnEvent
from bmo.core.errors import BmoError, Busy, Cancelled, Unavailable
from bmo.wire.page import AudioLine, EndLine

Start: TypeAlias = Callable[[threading.Event], Stream[TurnEvent]]
"""Begins a turn that ends early when the event is set."""
Form: TypeAlias = Callable[[Iterator[TurnEvent]], Iterator[bytes]]
"""Writes a turn for a client of another API."""


class Streams:
    """The turns and sounds that REST serves at the same time; each holds a thread."""

    def __init__(self, cap: int) -> None:
        self._free = threading.BoundedSemaphore(cap)

    def whole(self, start: Start, clips: Clips | None = None) -> dict[str, Any]:
        """The turn as one answer, with the address of the spoken reply where `clips` keeps it.

        Raises `Busy` when too many run, and what made the turn fail.
        """
        self._enter()
        try:
            with closing(start(threading.Event())) as events:
                answer = Answer()
                for event in events:
                    answer.add(event)
        finally:
            self._free.release()
        return answer.body(clips)

    def lines(self, start: Start) -> Response:
        """The turn as NDJSON while it happens, without the sound. Raises `Busy` when too many run."""
        self._enter()
        response = Response(_ndjson(start, secrets.token_hex(6)), mimetype="application/x-ndjson")
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(self._free.release)
        return response

    def pieces(self, start: Start, form: Form, mimetype: str) -> Response:
        """The turn in another form, while it happens, from its first words on.

        Raises `Busy` when too many run, and what the turn fails of before its first words: they still have a status.
        """
        self._enter()
        stop = threading.Event()
        events = start(stop)

        def leave() -> None:
            stop.set()
            events.close()
            self._free.release()

        try:
            first = _first_words(events)
        except BaseException:
            leave()
            raise
        response = Response(form(chain([first], events)), mimetype=mimetype)
        response.headers.update({"X-Accel-Buffering": "no", "Cache-Control": "no-store"})
        response.call_on_close(leave)
        return response

    def sound(self, pieces: Stream[Pcm]) -> bytes:
        """A whole WAV file of something said. Raises `Busy`, and what the voice raises."""
        self._enter()
        try:
            with closing(pieces):
                return wav_of(list(pieces))
        finally:
            self._free.release()

    def _enter(self) -> None:
        if not self._free.acquire(blocking=False):
            raise Busy("BMO is full: too many are talking at once. Try again in a moment.", retry_after=2)


def _first_words(events: Iterator[TurnEvent]) -> Reply | Ended:
    """The first event that says something, or the end. Raises what the turn failed of."""
    for event in events:
        if isinstance(event, Ended) and event.outcome == "failed":
            raise event.fault or Unavailable(event.sentence or "That did not work.", code=event.code or None)
        if isinstance(event, Reply | Ended):
            return event
    return Ended("failed", "unfinished", "The answer broke off.")


def _ndjson(start: Start, turn: str) -> Iterator[bytes]:
    stop = threading.Event()
    ended = False
    try:
        with closing(start(stop)) as events:
            for event in events:
                message = line(event, turn)
                ended = isinstance(message, EndLine)
                if not isinstance(message, AudioLine):
                    yield message.model_dump_json().encode() + b"\n"
    except BmoError as error:
        # The status line is long gone: the fault travels as the end.
        if not ended:
            end = EndLine(turn=turn, outcome="failed", code=error.code, sentence=error.sentence)
            yield end.model_dump_json().encode() + b"\n"
    finally:
        stop.set()


class Answer:
    """What a turn said, did and sounded like, put together."""

    def __init__(self) -> None:
        self._reply: list[str] = []
        self._tags: list[str] = []
        self._actions: list[dict[str, Any]] = []
        self._providers: dict[str, str] = {}
        self._timings: dict[str, float] = {}
        self._transcript = ""
        self._speaker = ""
        self._clauses: dict[int, list[Pcm]] = {}
        self._end: Ended | None = None

    def add(self, event: TurnEvent) -> None:
        """Take in the next event of the turn."""
        match event:
            case Reply():
                self._reply.append(event.text)
            case Tagged():
                self._tags.append(event.tag)
            case Acted():
                result = {**event.result, "ok": event.ok}
                self._actions.append({"tool": event.tool, "arguments": dict(event.arguments), "result": result})
            case Served():
                self._providers[event.stage] = event.provider
            case Timed():
                self._timings.update(event.stages)
            case Heard(final=True):
                self._transcript = event.text
            case Recognised():
                self._speaker = event.person
            case Sound():
                self._hear(event)
            case Ended():
                self._end = event

    def body(self, clips: Clips | None) -> dict[str, Any]:
        """The answer as JSON. Raises what the turn failed of, or `Cancelled`."""
        end = self._end or Ended("failed", "unfinished", "The answer broke off.")
        if end.outcome == "failed":
            raise end.fault or Unavailable(end.sentence or "That did not work.", code=end.code or None)
        if end.outcome == "cancelled":
            raise Cancelled(end.sentence or "Stopped.", code=end.code or None)
        body: dict[str, Any] = {
            "reply": "".join(self._reply) or end.sentence,
            "tags": self._tags,
            "actions": self._actions,
            "providers": self._providers,
            "timings": self._timings,
        }
        if clips is not None:
            wav = wav_of([piece for clause in sorted(self._clauses) for piece in self._clauses[clause]])
            body |= {
                "transcript": self._transcript,
                "speaker": self._speaker,
                "audio": clips.put(wav) if wav else "",
            }
        return body

    def _hear(self, sound: Sound) -> None:
        if sound.restart:
            self._clauses[sound.clause] = []
        self._clauses.setdefault(sound.clause, []).append(Pcm(sound.samples, sound.rate))
