"""Sound that comes in over HTTP: what `/stt`, `/tts/speakers` and `/v1/audio/transcriptions` share."""

from flask import request

from bmo.ai_server.bodies import read_body
from bmo.ai_server.limits import Limits
from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.core.errors import WrongType
from bmo.engines import audio

FILES = frozenset(
    f"audio/{kind}"
    for kind in ("wav", "x-wav", "wave", "vnd.wave", "flac", "x-flac", "ogg", "vorbis", "mpeg", "mp3", "x-mp3")
)
RAW = "audio/pcm"
_MOST_DIGITS = 6


def sound(limits: Limits, rate: int = SPEECH_RATE) -> Pcm:
    """The request's body as mono int16 of `rate` Hz, by its Content-Type.

    Raises `WrongType` (before the body is read: there is no point in taking what cannot be used), and what
    `bodies.read_body` and `engines.audio` do.
    """
    kind = request.mimetype
    if kind != RAW and kind not in FILES:
        raise WrongType(
            "Send sound: audio/wav, audio/flac, audio/ogg, audio/mpeg, "
            f"or {RAW};rate={SPEECH_RATE};channels=1 (int16, little-endian)."
        )
    given, channels = _number("rate", SPEECH_RATE), _number("channels", 1)
    data = read_body(limits.body, limits.body_seconds)
    if kind == RAW:
        return audio.raw(data, given, limits.audio_seconds, channels=channels, rate=rate)
    return audio.decode(data, limits.audio_seconds, rate)


def _number(name: str, usual: int) -> int:
    told = request.mimetype_params.get(name, str(usual))
    if not told.isascii() or not told.isdigit() or len(told) > _MOST_DIGITS:
        raise WrongType(f"{told[:20]!r} is no {name}; send {RAW};rate={SPEECH_RATE};channels=1.")
    return int(told)
