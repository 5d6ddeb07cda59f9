"""What the AI server is asked about pictures and voices, and what it answers.

POST /vision/detect    picture, `?least=` 0 to 1              -> SightAnswer
POST /vision/describe  picture, `?question=` `?max_tokens=`   -> DescriptionAnswer
POST /vision/faces     picture                                -> FacesAnswer
POST /vision/ocr       picture                                -> ReadingAnswer
POST /voice/embed      a recording, as `/stt` takes it        -> VoiceprintAnswer

A picture is the body itself: image/jpeg, image/png or image/webp. Boxes are in its pixels as people see it, which is
turned as its EXIF orientation says.
"""

from pydantic import Field

from bmo.wire.ai import Wire

MOST_QUESTION = 300
"""Characters: with each of them escaped, the address is still one that every web server takes."""


class DetectOptions(Wire):
    """The query of `/vision/detect`."""

    least: float = Field(default=0.3, ge=0.0, le=1.0)
    """Scores below this are left out."""


class DescribeOptions(Wire):
    """The query of `/vision/describe`."""

    question: str = Field(default="", max_length=MOST_QUESTION)
    """Empty: what is on it, in a sentence or two."""
    max_tokens: int = Field(default=256, ge=1, le=2_048)


class BoxPart(Wire):
    """A rectangle; `right` and `bottom` are just outside."""

    left: float
    top: float
    right: float
    bottom: float


class ThingPart(Wire):
    """Something that was seen."""

    label: str
    score: float
    box: BoxPart


class SightAnswer(Wire):
    """Everything that was seen, surest first."""

    things: tuple[ThingPart, ...]
    width: int
    """Pixels of the picture as people see it."""
    height: int
    model: str = ""


class DescriptionAnswer(Wire):
    """What a vision model said."""

    text: str
    model: str = ""


class FacePart(Wire):
    """A face."""

    box: BoxPart
    score: float
    vector: tuple[float, ...]


class FacesAnswer(Wire):
    """Every face, largest first; vectors of different engines are never compared."""

    faces: tuple[FacePart, ...]
    engine: str


class LinePart(Wire):
    """A line of writing."""

    text: str
    score: float
    box: BoxPart


class ReadingAnswer(Wire):
    """All lines, from top to bottom."""

    lines: tuple[LinePart, ...]
    engine: str


class VoiceprintAnswer(Wire):
    """The sound of a voice; vectors of different engines are never compared."""

    vector: tuple[float, ...]
    engine: str
    seconds: float = 0.0
    """How much speech it was made of."""
