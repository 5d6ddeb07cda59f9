"""/api/voices: learnt, told, exported, forgotten; one's own, and everybody's for the owner."""

import pytest

from bmo.app.trust.trust import COOKIE
from bmo.capabilities.people import Role
from bmo.voice.who import Who
from sounds import file, tone
from unit.app.conftest import Browser, World

ANNA, TOM = file(tone(200.0, 3.0)), file(tone(400.0, 3.0))


def post(browser: Browser, path: str, wav: bytes = ANNA, kind: str = "audio/wav"):
    return browser.open("POST", path, data=wav, content_type=kind)


def learn(world: World, person: str, wav: bytes, times: int = 3) -> None:
    for _ in range(times):
        assert post(world.signed_in(), f"/api/voices/{person}", wav).status_code == 201


def adult(world: World, name: str) -> Browser:
    """A session of somebody who is not the owner."""
    browser = world.browser()
    account = world.parts.trust.accounts.add(name, Role.ADULT)
    browser.client.set_cookie(COOKIE, world.parts.trust.sessions.start(account), domain="127.0.0.1")
    browser.csrf = browser.get("/api/session").json["csrf"]
    return browser


def test_three_sentences_make_a_voice_known(world: World) -> None:
    owner = world.signed_in()

    for count in (1, 2, 3):
        answer = post(owner, "/api/voices/Anna%20Maria").json
        assert answer["voice"]["clips"] == count
        assert answer["voice"]["known"] is (count == answer["needed"] == 3)
    assert post(owner, "/api/voices").json == {"person": "Anna Maria", "likeness": 1.0}
    listed = owner.get("/api/voices").json
    assert [(one["person"], one["clips"], one["seconds"]) for one in listed["voices"]] == [("Anna Maria", 3, 9.0)]
    assert listed["why_not"] == ""


def test_a_stranger_is_unknown(world: World) -> None:
    learn(world, "Anna", ANNA)

    assert post(world.signed_in(), "/api/voices", TOM).json["person"] == ""


def test_another_voice_does_not_join_and_a_similar_one_is_told(world: World) -> None:
    learn(world, "Anna", ANNA)
    owner = world.signed_in()

    refused = post(owner, "/api/voices/Anna", TOM)
    assert refused.status_code == 400
    assert refused.json["code"] == "another_voice"
    assert post(owner, "/api/voices/Hanna", ANNA).json["similar"] == "Anna"


def test_an_export_is_a_file_and_a_deleted_voice_is_gone(world: World) -> None:
    learn(world, "Anna", ANNA)
    owner = world.signed_in()

    export = owner.get("/api/voices/anna/export")
    assert export.headers["Content-Disposition"].startswith("attachment")
    assert len(export.json["clips"]) == 3
    assert len(export.json["clips"][0]["vector"]) == 256

    assert owner.open("DELETE", "/api/voices/anna").json["voices"] == []
    assert owner.get("/api/voices/anna/export").status_code == 404
    assert owner.open("DELETE", "/api/voices/anna").status_code == 404


def test_people_manage_their_own_voice_and_nobody_elses(world: World) -> None:
    learn(world, "Tom", TOM)
    anna = adult(world, "Anna")

    assert post(anna, "/api/voices/anna").status_code == 201
    assert [one["person"] for one in anna.get("/api/voices").json["voices"]] == ["anna"]
    assert anna.get("/api/voices/Anna/export").status_code == 200
    for method, path in (("POST", "/api/voices/Tom"), ("DELETE", "/api/voices/Tom"), ("GET", "/api/voices/Tom/export")):
        answer = anna.open(method, path, data=TOM if method == "POST" else None, content_type="audio/wav")
        assert answer.status_code == 403
        assert "owner" in answer.json["sentence"]
    assert anna.open("DELETE", "/api/voices/Anna").status_code == 200


def test_the_kiosk_whom_anybody_can_touch_learns_no_voice(world: World) -> None:
    assert post(adult(world, ""), "/api/voices/Anna").status_code == 403


def test_voices_are_not_for_strangers(world: World) -> None:
    stranger = world.browser()

    for method, path in (
        ("GET", "/api/voices"),
        ("POST", "/api/voices"),
        ("POST", "/api/voices/Anna"),
        ("DELETE", "/api/voices/Anna"),
        ("GET", "/api/voices/Anna/export"),
    ):
        assert stranger.open(method, path).status_code == 401


@pytest.mark.parametrize(
    ("path", "wav", "kind", "status"),
    [
        ("/api/voices/%3Cb%3E", ANNA, "audio/wav", 400),
        ("/api/voices/Anna", b"", "audio/wav", 400),
        ("/api/voices/Anna", b"not a wav", "audio/wav", 415),
        ("/api/voices/Anna", ANNA, "text/plain", 415),
        ("/api/voices/Anna", file(tone(200.0, 1.0)), "audio/wav", 400),
        ("/api/voices/Anna", file(tone(200.0, 3.0) * 0), "audio/wav", 400),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_in_a_sentence(world: World, path, wav, kind, status) -> None:
    answer = post(world.signed_in(), path, wav, kind)

    assert answer.status_code == status
    assert answer.json["sentence"]
    assert world.parts.who is not None
    assert world.parts.who.profiles.all() == ()


def test_without_an_ai_server_on_this_machine_the_list_says_why(world: World) -> None:
    assert isinstance(world.parts.who, Who)
    world.parts.who._embed = None
    owner = world.signed_in()

    assert "bmo run" in owner.get("/api/voices").json["why_not"]
    assert post(owner, "/api/voices/Anna").status_code == 503
