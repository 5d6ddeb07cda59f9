"""Speak on an AI server: text in, raw samples out as they are made."""

from pydantic import ValidationError

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.core.errors import Malformed, Refused
from bmo.remote.connection import Answer
from bmo.remote.server import Server
from bmo.wire.ai import SpeakAsk

HEADERS = {"Content-Type": "application/json", "Accept": "audio/pcm"}
PIECE_BYTES = 16_384
RATES = range(8_000, 96_001)
"""Hz that a voice may have."""


class RemoteSpeak:
    """The voice of an AI server."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self._server = server

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`. Closing the stream closes the connection, and with that the server's work."""
        deadline = self._server.deadline(utterance.patience)
        with self._server.exchange("POST", "/tts", deadline, _body(utterance), HEADERS) as response:
            rate = _rate(response, self._server.called)
            heard, rest = False, b""
            while piece := response.read1(PIECE_BYTES):
                piece = rest + piece
                whole = len(piece) - len(piece) % SAMPLE_WIDTH
                samples, rest = piece[:whole], piece[whole:]
                if samples:
                    heard = True
                    yield Pcm(samples, rate)
                    deadline.progress()
        if rest or not heard:
            raise Malformed(f"{self._server.called} stopped in the middle of a sound.")


def _body(utterance: Utterance) -> bytes:
    try:
        ask = SpeakAsk(
            text=utterance.text,
            voice=utterance.voice,
            speed=utterance.speed,
            mood=utterance.mood,
            pitch=utterance.cents,
        )
    except ValidationError as fault:
        raise Refused(f"This cannot be said aloud: {fault.errors()[0]['msg']}.") from fault
    return ask.model_dump_json().encode()


def _rate(response: Answer, server: str) -> int:
    """Hz of the sound. Raises `Malformed` for another kind of body, or one whose end could not be told from a cut."""
    kind, _, parameter = response.headers.get("Content-Type", "").replace(" ", "").partition(";")
    name, _, value = parameter.partition("=")
    framed = "Content-Length" in response.headers or response.headers.get("Transfer-Encoding", "") == "chunked"
    if kind != "audio/pcm" or name != "rate" or not value.isdecimal() or int(value) not in RATES or not framed:
        raise Malformed(f"{server} did not answer with audio/pcm;rate=N.")
    return int(value)
