"""What looks for faces, writing and voices without a model: always the same one, in the middle."""

from bmo.capabilities.faces import Face, Faces
from bmo.capabilities.media import SPEECH_RATE, Box, Pcm, Picture
from bmo.capabilities.read import Reading, TextLine
from bmo.capabilities.voiceprint import Voiceprint
from bmo.core import picture_file
from bmo.core.errors import Refused

_FACE_SIZE, _VOICE_SIZE = 128, 256


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
    """Hears one and the same person in everything that is not pure silence."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name

    def embed(self, sound: Pcm) -> Voiceprint:
        if sound.rate != SPEECH_RATE or not any(sound.samples):
            raise Refused("Nobody speaks in this recording.", code="no_speech")
        return Voiceprint((1.0, *[0.0] * (_VOICE_SIZE - 1)), self.name)


def _middle(picture: Picture) -> Box:
    header = picture_file.look(picture.data)
    return Box(header.width / 4, header.height / 4, header.width * 3 / 4, header.height * 3 / 4)
