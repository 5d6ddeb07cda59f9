"""Frames of 80 ms become the pieces of 32 ms that the voice activity model wants."""

from bmo.capabilities.wake import ACTIVITY_CHUNK, VoiceActivity
from bmo.voice.frames import Chunks


class Activity:
    """A voice activity model and the rest of the last frame."""

    def __init__(self, model: VoiceActivity) -> None:
        self._model = model
        self._chunks = Chunks(ACTIVITY_CHUNK)

    def score(self, samples: bytes) -> list[float]:
        """The speech probabilities that become known with these samples, in order."""
        return [self._model.score(chunk) for chunk in self._chunks.feed(samples)]

    def reset(self) -> None:
        """Forget what was heard."""
        self._model.reset()
        self._chunks.reset()
