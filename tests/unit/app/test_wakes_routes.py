"""GET and DELETE /api/wakes, their clips, and "that was wrong"."""

import pytest

from bmo.capabilities.media import Pcm
from bmo.voice.wake_watch import HeardWake
from unit.app.conftest import World


@pytest.fixture
def kept(world: World) -> World:
    for person in ("ada", "bob"):
        at = world.clock.now().isoformat()
        world.parts.wakes.keep(HeardWake(at, "t1", person, "den", 0.8, 0.5, Pcm(bytes(96_000), 16_000)))
    world.parts.wakes.start()
    world.parts.wakes.close()
    return world


def test_an_owner_sees_every_wake_the_newest_first(kept: World) -> None:
    body = kept.script().get("/api/wakes").json

    assert [(wake["id"], wake["person"], wake["score"]) for wake in body["wakes"]] == [(2, "bob", 0.8), (1, "ada", 0.8)]
    assert (body["phrase"], body["kept_days"]) == ("hey jarvis", 7)


def test_wakes_are_paged(kept: World) -> None:
    wakes = kept.script().get("/api/wakes?limit=5&before=2").json["wakes"]

    assert [wake["id"] for wake in wakes] == [1]


def test_the_sound_of_a_wake_is_a_wav_file_that_nobody_caches(kept: World) -> None:
    answer = kept.script().get("/api/wakes/1.wav")

    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("audio/wav", "no-store")
    assert answer.data[:4] == b"RIFF"
    assert len(answer.data) == 96_044


def test_that_was_wrong_is_kept_and_can_be_taken_back(kept: World) -> None:
    owner = kept.signed_in()

    first = owner.post("/api/wakes/1/wrong").json["wakes"]
    second = owner.post("/api/wakes/1/wrong", json={"wrong": False}).json["wakes"]

    assert ([wake["wrong"] for wake in first], [wake["wrong"] for wake in second]) == ([False, True], [False, False])


def test_wakes_can_be_deleted_one_by_one_and_all(kept: World) -> None:
    owner = kept.signed_in()

    one_left = owner.open("DELETE", "/api/wakes/2").json["wakes"]
    none_left = owner.open("DELETE", "/api/wakes").json["wakes"]

    assert ([wake["id"] for wake in one_left], none_left) == ([1], [])
    assert owner.get("/api/wakes/1.wav").status_code == 404


@pytest.mark.parametrize("number", ["99", "0", "99999999999999999999999"])
def test_a_wake_that_is_not_there_is_404(kept: World, number: str) -> None:
    script = kept.script()

    answers = [
        script.get(f"/api/wakes/{number}.wav"),
        script.post(f"/api/wakes/{number}/wrong"),
        script.open("DELETE", f"/api/wakes/{number}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_a_question_that_makes_no_sense_is_one_sentence(kept: World) -> None:
    answers = [
        kept.script().get("/api/wakes?limit=0"),
        kept.script().get("/api/wakes?before=99999999999999999999"),
        kept.script().post("/api/wakes/1/wrong", json={"wrong": "maybe"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 3
    assert all(answer.json["sentence"] for answer in answers)


def test_wakes_are_not_for_strangers(kept: World) -> None:
    stranger = kept.browser()

    assert [stranger.get(path).status_code for path in ("/api/wakes", "/api/wakes/1.wav")] == [401, 401]
