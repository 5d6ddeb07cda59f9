"""What a microphone and a loudspeaker can do. Devices and their simulators have this face."""

import threading
from typing import Protocol

from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.capabilities.provider import Stream

FRAME_SAMPLES = SPEECH_RATE * 80 // 1_000
"""Samples in a frame of a microphone: 80 ms at 16 kHz."""
FRAME_BYTES = FRAME_SAMPLES * SAMPLE_WIDTH


class Microphone(Protocol):
    """Something that hears."""

    @property
    def name(self) -> str:
        """What people call it."""

    def listen(self, stop: threading.Event) -> Stream[bytes]:
        """Frames of 80 ms (16 kHz, mono, int16) as they are heard, until `stop`.

        Raises `Unavailable` when it is not there or goes away, `Broken` when this machine lacks a library.
        """


class Loudspeaker(Protocol):
    """Something that plays. What is handed over is played in order, without gaps, each piece once."""

    @property
    def name(self) -> str:
        """What people call it."""

    def play(self, sound: Pcm, label: str = "", *, last: bool = False) -> None:
        """Play this after what waits already; `label` is told as played once its `last` piece was heard.

        Returns at once. Raises `Unavailable` when it is not there, `Broken` when this machine lacks a library.
        """

    def drop(self, label: str = "") -> None:
        """Forget what waits: of this label, or all of it. What the device has taken already is still heard."""

    def close(self) -> None:
        """Be silent, and let the device go."""
