from typing import Any

import pytest
from flask.testing import FlaskClient

from ai_servers import KEY, room_of
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import Limits
from bmo.core.errors import Malformed
from bmo.fakes.describe import FakeDescribe
from bmo.fakes.detect import FakeDetect
from bmo.fakes.private import FakeFaces, FakeRead, FakeVoiceprint
from bmo.wire.problem import Problem
from bmo.wire.vision import DescriptionAnswer, FacesAnswer, ReadingAnswer, SightAnswer, VoiceprintAnswer
from pictures import encoded, made
from sounds import file, tone

BEARER = {"Authorization": f"Bearer {KEY}"}
JPEG = encoded(made())
PICTURES = ["/vision/detect", "/vision/describe", "/vision/faces", "/vision/ocr"]


def client(**engines: Any) -> FlaskClient:
    return create(room_of(**engines), Keys({"app": KEY}), Limits()).test_client()


def everything() -> FlaskClient:
    return client(
        detect=FakeDetect(), describe=FakeDescribe(), faces=FakeFaces(), read=FakeRead(), voiceprint=FakeVoiceprint()
    )


def ask(asked: FlaskClient, path: str, data: bytes = JPEG, kind: str = "image/jpeg") -> Any:
    return asked.post(path, data=data, content_type=kind, headers=BEARER)


def problem(response: Any, status: int) -> Problem:
    assert response.status_code == status
    return Problem.model_validate_json(response.data)


@pytest.mark.parametrize("path", PICTURES)
def test_without_an_engine_the_answer_is_a_clear_absent(path: str) -> None:
    told = problem(ask(client(), path), 404)

    assert told.code == "absent"
    assert told.sentence.startswith("This server is set up without ")


def test_without_an_engine_for_voices_the_answer_is_a_clear_absent() -> None:
    assert problem(ask(client(), "/voice/embed", file(tone()), "audio/wav"), 404).code == "absent"


def test_what_is_absent_is_told_by_health_and_keeps_nobody_waiting() -> None:
    asked = client()
    told = asked.get("/health", headers=BEARER).json
    assert told is not None

    assert {told["capabilities"][name]["state"] for name in ("detect", "describe", "faces", "read", "voiceprint")} == {
        "absent"
    }
    assert told["state"] == "ok"
    assert asked.get("/readyz").status_code == 200


def test_things_are_detected_with_boxes_in_pixels() -> None:
    eyes = FakeDetect()
    response = ask(client(detect=eyes), "/vision/detect?least=0.5")
    sight = SightAnswer.model_validate_json(response.data)

    assert [thing.label for thing in sight.things] == ["person"]
    assert (sight.width, sight.height, sight.model) == (64, 48, "fake")
    assert sight.things[0].box.right == 64
    assert eyes.looks[0].picture.data == JPEG
    assert eyes.looks[0].least == 0.5


def test_a_picture_is_described_with_a_question_and_without() -> None:
    eyes = FakeDescribe()
    asked = client(describe=eyes)
    for query in ("", "?question=", "?question=Is%20it%20a%20cat%3F&max_tokens=9"):
        told = DescriptionAnswer.model_validate_json(ask(asked, f"/vision/describe{query}").data)

        assert "64 wide" in told.text
    assert [question.text for question in eyes.questions] == [
        "Describe what you see in one or two short sentences.",
        "Describe what you see in one or two short sentences.",
        "Is it a cat?",
    ]
    assert eyes.questions[2].max_tokens == 9


def test_faces_writing_and_voices_carry_their_engines_name() -> None:
    asked = everything()
    faces = FacesAnswer.model_validate_json(ask(asked, "/vision/faces").data)
    reading = ReadingAnswer.model_validate_json(ask(asked, "/vision/ocr").data)
    voice = VoiceprintAnswer.model_validate_json(ask(asked, "/voice/embed", file(tone()), "audio/wav").data)

    assert (faces.engine, len(faces.faces), len(faces.faces[0].vector)) == ("fake", 1, 128)
    assert (reading.engine, reading.lines[0].text) == ("fake", "BMO")
    assert (voice.engine, len(voice.vector)) == ("fake", 256)


@pytest.mark.parametrize("path", PICTURES)
def test_hostile_pictures_are_refused_before_any_engine_sees_them(path: str) -> None:
    asked = everything()
    for data, code in (
        (b"", "not_a_picture"),
        (b"<svg/>", "not_a_picture"),
        (JPEG[:-2], "cut_off"),
        (JPEG + b"PK\x03\x04", "not_only_a_picture"),
        (b"\xff\xd8\xff\xd9", "bad_picture"),
    ):
        response = ask(asked, path, data)

        assert response.status_code in (400, 415)
        assert Problem.model_validate_json(response.data).code == code


@pytest.mark.parametrize("path", PICTURES)
def test_a_body_of_another_kind_or_one_that_lies_is_refused(path: str) -> None:
    asked = everything()

    for kind in ("application/json", "image/gif", "image/svg+xml", "multipart/form-data", ""):
        assert problem(ask(asked, path, JPEG, kind), 415).code == "wrong_type"
    assert "it is image/jpeg" in problem(ask(asked, path, JPEG, "image/png"), 415).sentence


@pytest.mark.parametrize(
    "query",
    ["least=2", "least=nan", "least=-1", "least=", "least=many", "most=3", "least=0.1&least=0.9"],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(query: str) -> None:
    told = problem(ask(everything(), f"/vision/detect?{query}"), 400)

    assert query.split("=")[0] in told.sentence


@pytest.mark.parametrize("query", ["max_tokens=0", "max_tokens=99999", "question=" + "a" * 301])
def test_a_question_out_of_bounds_is_refused_by_name(query: str) -> None:
    told = problem(ask(everything(), f"/vision/describe?{query}"), 400)

    assert query.split("=")[0] in told.sentence


def test_a_model_that_fails_is_a_503_so_that_another_server_is_asked() -> None:
    asked = client(detect=FakeDetect(failure=Malformed("The detection model m failed.")))

    assert problem(ask(asked, "/vision/detect"), 503).sentence == "The detection model m failed."


@pytest.mark.parametrize("path", [*PICTURES, "/voice/embed"])
def test_they_need_a_key(path: str) -> None:
    assert problem(everything().post(path, data=JPEG, content_type="image/jpeg"), 401).code == "denied"
