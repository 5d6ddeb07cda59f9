"""A transcriber that hears what it was told to."""

from bmo.capabilities.transcribe import Recording, Transcript
from bmo.core.errors import BmoError


class FakeTranscribe:
    """Hears `text` in every recording that is not pure silence; `recordings` keeps what it was given."""

    def __init__(
        self,
        name: str = "fake",
        text: str = "hello",
        *,
        failure: BmoError | None = None,
        times: int | None = None,
    ) -> None:
        """`failure` is raised the first `times` times (None: always)."""
        self.name = name
        self.text = text
        self.failure = failure
        self.times = times
        self.recordings: list[Recording] = []

    def transcribe(self, recording: Recording) -> Transcript:
        self.recordings.append(recording)
        if self.failure is not None and (self.times is None or len(self.recordings) <= self.times):
            raise self.failure
        if not any(recording.sound.samples):
            return Transcript("", no_speech=1.0, model=self.name)
        return Transcript(self.text, model=self.name)
