"""Embed a voice on the AI server of this machine: raw samples in, one JSON answer out."""

from pydantic import ValidationError

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.provider import Patience
from bmo.capabilities.voiceprint import Voiceprint
from bmo.core.errors import Malformed, WrongType
from bmo.remote.server import LAN_CONNECT, Server, read_all
from bmo.remote.transcribe import HEADERS
from bmo.wire.vision import VoiceprintAnswer

PATIENCE = Patience(LAN_CONNECT, 20.0)
"""Long enough for the first request, which loads the model. Nobody's turn waits for it."""


class RemoteVoiceprint:
    """The AI server that knows voices. Whose voice it is is private: wire it to no server but that of this machine."""

    def __init__(self, server: Server, patience: Patience = PATIENCE) -> None:
        self.name = server.name
        self._server = server
        self._patience = patience

    def embed(self, sound: Pcm) -> Voiceprint:
        """As `EmbedVoice.embed`."""
        if sound.rate != SPEECH_RATE:
            raise WrongType(f"A recording has {SPEECH_RATE} Hz, not {sound.rate}.")
        deadline = self._server.deadline(self._patience)
        with self._server.exchange("POST", "/voice/embed", deadline, sound.samples, HEADERS) as response:
            body = read_all(response, self._server)
        try:
            answer = VoiceprintAnswer.model_validate_json(body)
        except ValidationError as fault:
            raise Malformed(f"{self._server.called} sent a voiceprint that makes no sense.") from fault
        return Voiceprint(answer.vector, answer.engine, answer.seconds)
