"""Who an AI server can speak as."""

from pydantic import ValidationError

from bmo.capabilities.provider import Patience
from bmo.core.errors import Malformed
from bmo.remote.server import Server, read_all
from bmo.wire.speakers import SpeakersAnswer


def ask_speakers(server: Server, seconds: float) -> tuple[str, ...]:
    """The names that its voice answers to now, the recorded ones included. Raises `Unavailable` or `Refused`."""
    deadline = server.deadline(Patience(connect=seconds, first=seconds))
    with server.exchange("GET", "/tts/speakers", deadline) as response:
        body = read_all(response, server)
    try:
        answer = SpeakersAnswer.model_validate_json(body)
    except ValidationError as fault:
        raise Malformed(f"{server.called} sent a list of speakers that makes no sense.") from fault
    return tuple(speaker.name for speaker in answer.speakers if speaker.usable)
