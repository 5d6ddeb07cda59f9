"""POST /vision/detect, /vision/describe, /vision/faces, /vision/ocr: a picture in, what is on it out."""

from typing import TypeVar

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError

from bmo.ai_server.bodies import read_body
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.limits import Limits
from bmo.capabilities.describe import WHAT_IS_THERE, Question
from bmo.capabilities.detect import Look
from bmo.capabilities.media import Box, Picture
from bmo.core import picture_file
from bmo.core.errors import Refused, WrongType
from bmo.core.fields import sentence
from bmo.wire.vision import (
    BoxPart,
    DescribeOptions,
    DescriptionAnswer,
    DetectOptions,
    FacePart,
    FacesAnswer,
    LinePart,
    ReadingAnswer,
    SightAnswer,
    ThingPart,
)

M = TypeVar("M", bound=BaseModel)


def blueprint(room: EngineRoom, limits: Limits) -> Blueprint:
    routes = Blueprint("vision", __name__, url_prefix="/vision")

    @routes.post("/detect")
    def detect() -> Response:
        asked, picture = _options(DetectOptions), _picture(limits)
        with room.detect.used() as engine:
            sight = engine.detect(Look(picture, asked.least))
        things = tuple(ThingPart(label=one.label, score=one.score, box=_box(one.box)) for one in sight.things)
        return _told(SightAnswer(things=things, width=sight.width, height=sight.height, model=sight.model))

    @routes.post("/describe")
    def describe() -> Response:
        asked, picture = _options(DescribeOptions), _picture(limits)
        question = Question(picture, asked.question or WHAT_IS_THERE, asked.max_tokens)
        with room.describe.used() as engine:
            description = engine.describe(question)
        return _told(DescriptionAnswer(text=description.text, model=description.model))

    @routes.post("/faces")
    def faces() -> Response:
        picture = _picture(limits)
        with room.faces.used() as engine:
            found = engine.find(picture)
        parts = tuple(FacePart(box=_box(face.box), score=face.score, vector=face.vector) for face in found.faces)
        return _told(FacesAnswer(faces=parts, engine=found.engine))

    @routes.post("/ocr")
    def read() -> Response:
        picture = _picture(limits)
        with room.read.used() as engine:
            reading = engine.read(picture)
        lines = tuple(LinePart(text=line.text, score=line.score, box=_box(line.box)) for line in reading.lines)
        return _told(ReadingAnswer(lines=lines, engine=reading.engine))

    return routes


def _picture(limits: Limits) -> Picture:
    """The body, which is a whole picture of the kind it says it is: looked at before anybody waits for an engine."""
    kind = request.mimetype
    if kind not in picture_file.KINDS:
        raise WrongType(f"Send the picture itself as {', '.join(picture_file.KINDS)}.")
    data = read_body(limits.body, limits.body_seconds)
    found = picture_file.look(data)
    if found.kind != kind:
        raise WrongType(f"This says that it is {kind}, but it is {found.kind}.")
    return Picture(data)


def _options(model: type[M]) -> M:
    """The query as this message; a name nobody knows is an error, and so is one that comes twice."""
    twice = next((name for name, values in request.args.lists() if len(values) > 1), None)
    if twice is not None:
        raise Refused(f"{twice[:40]!r} is there twice.")
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as fault:
        raise Refused(sentence(fault)) from fault


def _box(box: Box) -> BoxPart:
    return BoxPart(left=box.left, top=box.top, right=box.right, bottom=box.bottom)


def _told(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), mimetype="application/json")
