"""Speech over HTTP as it is made: what `/tts` and `/v1/audio/speech` share."""

import socket
from collections.abc import Iterator
from concurrent.futures import Executor

from flask import Response

from bmo.ai_server.bodies import connection, gone
from bmo.ai_server.desk import Desk
from bmo.ai_server.pump import Ended, Pump
from bmo.ai_server.wav import streamed_head
from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import Cancelled, Refused

WAV = "audio/wav"
RAW = "audio/pcm"
_LOOK_SECONDS = 0.25
"""Between two looks at whether the asker is still there."""


class Saying:
    """Something that a voice is at saying, in one of `threads`."""

    def __init__(self, desk: Desk[Speak], utterance: Utterance, threads: Executor) -> None:
        """Waits in line for the voice, and then for its first piece of sound.

        Raises what `Desk.take` does, what the voice dies of before its first piece, and `Refused` when there is none.
        """
        line = connection()
        permit = desk.take(lambda: gone(line))
        try:
            stream = permit.engine.speak(utterance)
        except BaseException:
            permit.release()
            raise
        self._pump = Pump(permit.watched(stream), permit.release, threads)
        self._pieces = _pieces(self._pump, line)
        first = next(self._pieces, None)
        if first is None:
            raise Refused("There is nothing to say in that text.", code="nothing_to_say")
        self.rate = first.rate
        """Hz"""
        self._arrived = [first, *self._pump.ready()]

    def raw(self) -> Response:
        """int16 mono samples; the rate is in the Content-Type."""
        whole = self._whole()
        body = None if whole is None else b"".join(piece.samples for piece in whole)
        return self._response(b"", body, f"{RAW};rate={self.rate}")

    def wav(self) -> Response:
        """A WAV file: with its length when all of it is there already, else with one that means "until the end"."""
        whole = self._whole()
        return self._response(streamed_head(self.rate), None if whole is None else wav_of(whole), WAV)

    def _response(self, head: bytes, whole: bytes | None, kind: str) -> Response:
        """`whole`, if there is nothing to wait for: one write, and its length is known."""
        response = Response(self._samples(head) if whole is None else whole, content_type=kind)
        response.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.call_on_close(self._pump.stop)
        return response

    def _whole(self) -> list[Pcm] | None:
        """All the pieces, if the voice has come to its end well."""
        *pieces, end = self._arrived
        if not isinstance(end, Ended) or end.fault is not None:
            return None
        return [piece for piece in pieces if isinstance(piece, Pcm)]

    def _samples(self, head: bytes) -> Iterator[bytes]:
        """Once the answer has begun, what the voice dies of cuts the connection, which is how whoever reads it learns
        that the end is missing."""
        for piece in self._arrived:
            if isinstance(piece, Ended):
                if piece.fault is not None:
                    raise piece.fault
                return
            yield head + piece.samples
            head = b""
        for piece in self._pieces:
            yield piece.samples


def _pieces(pump: Pump[Pcm], line: socket.socket | None) -> Iterator[Pcm]:
    """The pieces as they come; raises what the voice died of. Ends when the asker leaves, with `Cancelled` if nothing
    was sent yet: the one answer that nobody reads."""
    begun = False
    while True:
        piece = pump.next(_LOOK_SECONDS)
        if isinstance(piece, Ended):
            if piece.fault is not None:
                raise piece.fault
            return
        if piece is not None:
            begun = True
            yield piece
        elif gone(line):
            pump.stop()
            if begun:
                return
            raise Cancelled("Nobody listens any more.")
