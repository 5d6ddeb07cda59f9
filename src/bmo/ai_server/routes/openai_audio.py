"""OpenAI's API for sound: /v1/audio/transcriptions and /v1/audio/speech."""

import io
from collections.abc import Iterable
from concurrent.futures import Executor
from typing import Any

from flask import Blueprint, Response, request
from pydantic import ValidationError
from pydantic_core import to_json
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from bmo.ai_server.bodies import read_body, wants
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.limits import Limits
from bmo.ai_server.problems import parsed
from bmo.ai_server.sounding import Saying
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import FASTEST, SLOWEST, Utterance
from bmo.capabilities.transcribe import Recording, Segment, Transcript
from bmo.core.errors import Refused, TooLarge
from bmo.core.fields import sentence
from bmo.engines import audio, sound_file
from bmo.wire.openai import SpeechAsk, TranscriptionAsk

_JSON, _FORM = "application/json", "multipart/form-data"
_MOST_SPEECH_BYTES = 65_536
_MOST_PARTS = 20
_HINT = "BMO"
_MAX_HINT = 200
_PCM_RATE = 24_000
"""Hz; what OpenAI's `pcm` is by definition."""
_THEIR_VOICES = frozenset(
    "alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse".split()  # noqa: SIM905
)
"""Clients have one of these built in; BMO answers them with its own voice."""
_USUAL_VOICE = "bmo"
_MIMETYPES = {"mp3": "audio/mpeg", "opus": "audio/ogg", "flac": "audio/flac", "pcm": "audio/pcm"}


def blueprint(room: EngineRoom, threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("openai_audio", __name__, url_prefix="/v1/audio")

    @routes.post("/transcriptions")
    def transcriptions() -> Response:
        """A recording as text."""
        ask, file = _form(limits)
        timed = ask.response_format not in ("json", "text")
        sound = audio.decode(file, limits.audio_seconds)
        recording = Recording(sound, ask.prompt[:_MAX_HINT] or _HINT, (ask.language or "").lower(), timed)
        with room.transcribe.used() as engine:
            heard = engine.transcribe(recording)
        return _transcript(heard, ask.response_format, sound.seconds)

    @routes.post("/speech")
    def speech() -> Response:
        """Text as sound: wav and pcm as it is made, the other files whole."""
        wants(_JSON)
        ask = parsed(SpeechAsk, read_body(_MOST_SPEECH_BYTES, limits.body_seconds))
        voice = _USUAL_VOICE if ask.voice in _THEIR_VOICES else ask.voice
        utterance = Utterance(ask.input, voice, min(max(ask.speed, SLOWEST), FASTEST))
        if ask.response_format == "aac":
            raise Refused("aac is not made here; ask for mp3, opus, flac, wav or pcm.")
        if ask.response_format == "wav":
            return Saying(room.speak, utterance, threads).wav()
        with room.speak.used() as engine:
            sound = _joined(engine.speak(utterance))
        if ask.response_format == "pcm":
            body = sound_file.resampled(sound, _PCM_RATE).samples
        else:
            body = sound_file.encoded(sound, ask.response_format)
        return Response(body, mimetype=_MIMETYPES[ask.response_format])

    return routes


def _joined(pieces: Iterable[Pcm]) -> Pcm:
    arrived = list(pieces)
    if not arrived:
        raise Refused("There is nothing to say in that text.", code="nothing_to_say")
    return Pcm(b"".join(piece.samples for piece in arrived), arrived[0].rate)


def _form(limits: Limits) -> tuple[TranscriptionAsk, bytes]:
    """The fields of the form and its file. The body is read by us, because of its deadline, and then taken apart."""
    wants(_FORM)
    body = read_body(limits.body, limits.body_seconds)
    parser = FormDataParser(
        max_form_memory_size=limits.body, max_content_length=limits.body, max_form_parts=_MOST_PARTS
    )
    try:
        _, fields, files = parser.parse(io.BytesIO(body), _FORM, len(body), dict(request.mimetype_params))
    except RequestEntityTooLarge as fault:
        raise TooLarge("The form has too many parts.") from fault
    file = files.get("file")
    if file is None:
        raise Refused("file is missing: send the recording as the form's `file`.")
    try:
        return TranscriptionAsk.model_validate(fields.to_dict()), file.read()
    except ValidationError as fault:
        raise Refused(sentence(fault)) from fault


def _transcript(heard: Transcript, form: str, seconds: float) -> Response:
    match form:
        case "text":
            return Response(heard.text + "\n", mimetype="text/plain")
        case "srt":
            return Response("\n".join(_srt(heard.segments)), mimetype="application/x-subrip")
        case "vtt":
            return Response("\n".join(["WEBVTT\n", *_vtt(heard.segments)]), mimetype="text/vtt")
    body: dict[str, Any] = {"text": heard.text}
    if form == "verbose_json":
        body |= {"task": "transcribe", "language": heard.language, "duration": seconds}
        body["segments"] = [_segment(number, segment) for number, segment in enumerate(heard.segments)]
    return Response(to_json(body), mimetype=_JSON)


def _segment(number: int, segment: Segment) -> dict[str, Any]:
    """What the API has besides and an engine of ours does not tell (tokens, log probabilities) is empty."""
    return {
        "id": number,
        "seek": 0,
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": 0.0,
        "compression_ratio": 0.0,
        "no_speech_prob": segment.no_speech,
    }


def _srt(segments: Iterable[Segment]) -> Iterable[str]:
    for number, segment in enumerate(segments, 1):
        yield f"{number}\n{_time(segment.start, ',')} --> {_time(segment.end, ',')}\n{segment.text.strip()}\n"


def _vtt(segments: Iterable[Segment]) -> Iterable[str]:
    for segment in segments:
        yield f"{_time(segment.start, '.')} --> {_time(segment.end, '.')}\n{segment.text.strip()}\n"


def _time(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1_000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1_000:02d}{point}{rest % 1_000:03d}"
