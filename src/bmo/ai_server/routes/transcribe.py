"""POST /stt: a recording in, words out, whole or a segment at a time."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import Executor

from flask import Blueprint, Response, request

from bmo.ai_server import hearing
from bmo.ai_server.bodies import connection, gone
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.pump import Ended, Pump
from bmo.ai_server.streaming import told
from bmo.capabilities.transcribe import Recording, Segment, Transcribe, Transcript, Written, written
from bmo.core.errors import Malformed, Refused
from bmo.wire.ai import ProblemLine, SegmentPart, TranscriptAnswer, WaitLine
from bmo.wire.speech import SegmentLine, TranscriptEnd, TranscriptLine

JSON = "application/json"
LINES = "application/x-ndjson"
EVENTS = "text/event-stream"
_HINT = "BMO"
_MAX_HINT = 200
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_YES_NO = {"true": True, "1": True, "false": False, "0": False}
_WAIT_SECONDS = 1.0
"""Between two signs of life; also how long a fault may take to still become an HTTP status."""
_LOOK_SECONDS = 0.25
"""Between two looks at whether the asker is still there."""


def blueprint(desk: Desk[Transcribe], threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("transcribe", __name__)

    @routes.post("/stt")
    def transcribe() -> Response:
        hint, language, timed = request.args.get("hint", _HINT)[:_MAX_HINT], _language(), _timed()
        recording = Recording(hearing.sound(limits), hint, language, timed)
        form = request.accept_mimetypes.best_match([JSON, LINES, EVENTS], JSON)
        if form == JSON:
            with desk.used() as engine:
                heard = engine.transcribe(recording)
            return Response(answer(heard).model_dump_json(), mimetype=JSON)
        return _streamed(desk, recording, threads, form)

    return routes


def answer(heard: Transcript) -> TranscriptAnswer:
    """A transcript as it travels."""
    return TranscriptAnswer(
        text=heard.text,
        language=heard.language,
        no_speech=heard.no_speech,
        model=heard.model,
        segments=tuple(map(_part, heard.segments)),
    )


def _streamed(desk: Desk[Transcribe], recording: Recording, threads: Executor, form: str) -> Response:
    line = connection()
    permit = desk.take(lambda: gone(line))
    pump = Pump(permit.watched(written(permit.engine, recording)), permit.release, threads)
    first = pump.next(_WAIT_SECONDS)
    if isinstance(first, Ended) and first.fault is not None:
        raise first.fault
    response = Response(_framed(_lines(pump, first, line), form), mimetype=form)
    response.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    response.call_on_close(pump.stop)
    return response


def _lines(
    pump: Pump[Written], arrived: Written | Ended | None, line: socket.socket | None
) -> Iterator[TranscriptLine]:
    """A line a segment, a sign of life every second, and in the end the transcript or a problem."""
    silent = 0.0 if arrived else _WAIT_SECONDS
    while True:
        if arrived is not None:
            silent = 0.0
            yield _line(arrived)
            if not isinstance(arrived, Segment):
                return
        elif silent >= _WAIT_SECONDS:
            silent = 0.0
            yield WaitLine()
        elif gone(line):
            return
        arrived = pump.next(_LOOK_SECONDS)
        silent += _LOOK_SECONDS


def _line(piece: Written | Ended) -> TranscriptLine:
    match piece:
        case Segment():
            return SegmentLine(**_part(piece).model_dump())
        case Transcript():
            return TranscriptEnd(**answer(piece).model_dump())
        case Ended():
            fault = piece.fault or Malformed("The transcript stopped in the middle.")
            why = told(fault)
            return ProblemLine(code=why.code, sentence=why.sentence, retry=not isinstance(fault, Refused))


def _framed(lines: Iterator[TranscriptLine], form: str) -> Iterator[bytes]:
    before, after = (b"data: ", b"\n\n") if form == EVENTS else (b"", b"\n")
    for line in lines:
        yield before + line.model_dump_json().encode() + after


def _part(segment: Segment) -> SegmentPart:
    return SegmentPart(text=segment.text, start=segment.start, end=segment.end, no_speech=segment.no_speech)


def _language() -> str:
    """`?language=`; empty for what the engine is set to."""
    language = request.args.get("language", "")
    if language and not _LANGUAGE.fullmatch(language):
        raise Refused(f"{language[:20]!r} is no language; write it like `en`.", code="unknown_language")
    return language


def _timed() -> bool:
    """`?timed=`: segments as they were said, unless somebody does without."""
    asked = request.args.get("timed", "true")
    if asked not in _YES_NO:
        raise Refused("`timed` is true or false.")
    return _YES_NO[asked]
