"""A transcriber that hears what it was told to."""

from bmo.capabilities.provider import Stream
from bmo.capabilities.transcribe import Recording, Segment, Transcript, Written
from bmo.core.errors import BmoError


class FakeTranscribe:
    """Hears `text` in every recording that is not pure silence, a segment a sentence, evenly spread; `recordings` keeps
    what it was given."""

    def __init__(
        self,
        name: str = "fake",
        text: str = "hello",
        *,
        failure: BmoError | None = None,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """`failure` is raised after `after` segments, the first `times` times (None: always)."""
        self.name = name
        self.text = text
        self.failure = failure
        self.after = after
        self.times = times
        self.recordings: list[Recording] = []

    def transcribe(self, recording: Recording) -> Transcript:
        *_, whole = self.write(recording)
        assert isinstance(whole, Transcript)
        return whole

    def write(self, recording: Recording) -> Stream[Written]:
        self.recordings.append(recording)
        fails = self.failure is not None and (self.times is None or len(self.recordings) <= self.times)
        heard = self._segments(recording) if any(recording.sound.samples) else ()
        for said, segment in enumerate((*heard, None)):
            if fails and self.failure is not None and said == min(self.after, len(heard)):
                raise self.failure
            if segment is not None:
                yield segment
        language = recording.language or "en"
        yield Transcript(self.text if heard else "", language, 0.0 if heard else 1.0, self.name, heard)

    def _segments(self, recording: Recording) -> tuple[Segment, ...]:
        sentences = [part.strip() for part in self.text.replace(". ", ".\n").splitlines() if part.strip()]
        each = recording.sound.seconds / max(1, len(sentences))
        return tuple(Segment(text, at * each, (at + 1) * each) for at, text in enumerate(sentences))
