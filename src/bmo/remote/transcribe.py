"""Transcribe on an AI server: raw samples in, one JSON answer out."""

from urllib.parse import urlencode

from pydantic import ValidationError

from bmo.capabilities.media import SPEECH_RATE
from bmo.capabilities.transcribe import Recording, Segment, Transcript
from bmo.core.errors import Malformed, WrongType
from bmo.remote.server import Server, read_all
from bmo.wire.ai import TranscriptAnswer

HEADERS = {"Content-Type": f"audio/pcm;rate={SPEECH_RATE}", "Accept": "application/json"}


class RemoteTranscribe:
    """The ears of an AI server."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self._server = server

    def transcribe(self, recording: Recording) -> Transcript:
        """As `Transcribe.transcribe`; the patience's `first` is for the whole transcript."""
        if recording.sound.rate != SPEECH_RATE:
            raise WrongType(f"A recording has {SPEECH_RATE} Hz, not {recording.sound.rate}.")
        deadline = self._server.deadline(recording.patience)
        path = f"/stt?{urlencode(_asked(recording))}"
        with self._server.exchange("POST", path, deadline, recording.sound.samples, HEADERS) as response:
            body = read_all(response, self._server)
        try:
            answer = TranscriptAnswer.model_validate_json(body)
        except ValidationError as fault:
            raise Malformed(f"{self._server.called} sent a transcript that makes no sense.") from fault
        segments = tuple(Segment(part.text, part.start, part.end, part.no_speech) for part in answer.segments)
        return Transcript(answer.text, answer.language, answer.no_speech, answer.model, segments)


def _asked(recording: Recording) -> dict[str, str]:
    asked = {"hint": recording.hint, "timed": "true" if recording.timed else "false"}
    return asked | ({"language": recording.language} if recording.language else {})
