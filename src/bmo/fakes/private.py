"""What looks for faces, writing and voices without a model: always the same one, in the middle."""

import struct
from itertools import pairwise

from bmo.capabilities.faces import Face, Faces
from bmo.capabilities.media import SPEECH_RATE, Box, Pcm, Picture
from bmo.capabilities.read import Reading, TextLine
from bmo.capabilities.voiceprint import Voiceprint
from bmo.core import picture_file
from bmo.core.errors import Refused, WrongType

_FACE_SIZE, _VOICE_SIZE = 128, 256
_APART = 50.0
"""Hz between two people."""


class FakeFaces:
    """Finds one face on every picture."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name

    def find(self, picture: Picture) -> Faces:
        return Faces((Face(_middle(picture), 0.9, (1.0, *[0.0] * (_FACE_SIZE - 1))),), self.name)


class FakeRead:
    """Reads `text` on every picture."""

    def __init__(self, name: str = "fake", text: str = "BMO") -> None:
        self.name = name
        self.text = text

    def read(self, picture: Picture) -> Reading:
        return Reading((TextLine(self.text, 0.9, _middle(picture)),), self.name)


class FakeVoiceprint:
    """Knows people by the pitch of the tone they are: one person every 50 Hz, and nobody in pure silence."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name

    def embed(self, sound: Pcm) -> Voiceprint:
        if sound.rate != SPEECH_RATE:
            raise WrongType(f"A recording has {SPEECH_RATE} Hz, not {sound.rate}.")
        if not any(sound.samples):
            raise Refused("Nobody speaks in this recording.", code="no_speech")
        person = round(_pitch(sound) / _APART) % _VOICE_SIZE
        return Voiceprint(tuple(float(i == person) for i in range(_VOICE_SIZE)), self.name, sound.seconds)


def _pitch(sound: Pcm) -> float:
    """Hz of a tone: half as many waves as changes of sign."""
    signs = [value < 0 for value in struct.unpack(f"<{len(sound.samples) // 2}h", sound.samples)]
    changes = sum(1 for one, other in pairwise(signs) if one != other)
    return changes / 2 / sound.seconds


def _middle(picture: Picture) -> Box:
    header = picture_file.look(picture.data)
    return Box(header.width / 4, header.height / 4, header.width * 3 / 4, header.height * 3 / 4)
