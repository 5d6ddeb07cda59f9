"""GET and DELETE /api/turns."""

from bmo.voice.turn_log import TurnRecord
from unit.app.conftest import World


def keep(world: World, person: str, said: str) -> None:
    began = world.clock.now().isoformat()
    world.parts.turn_log.keep(TurnRecord("t1", began, person, "kitchen", False, "", said=said, outcome="done"))


def test_a_script_sees_every_turn_the_newest_first(world: World) -> None:
    keep(world, "ada", "what time is it")
    keep(world, "bob", "stop")

    turns = world.script().get("/api/turns").json["turns"]

    assert [(turn["id"], turn["person"], turn["said"]) for turn in turns] == [
        (2, "bob", "stop"),
        (1, "ada", "what time is it"),
    ]


def test_turns_are_paged(world: World) -> None:
    for number in range(4):
        keep(world, "ada", str(number))

    turns = world.script().get("/api/turns?limit=2&before=4").json["turns"]

    assert [turn["said"] for turn in turns] == ["2", "1"]


def test_a_page_that_makes_no_sense_is_one_sentence(world: World) -> None:
    for query in ("limit=0", "limit=many", "before=-1", "offset=3"):
        answer = world.script().get(f"/api/turns?{query}")

        assert answer.status_code == 400
        assert query.partition("=")[0] in answer.json["sentence"]


def test_turns_can_be_deleted(world: World) -> None:
    keep(world, "ada", "a secret")

    answer = world.script().open("DELETE", "/api/turns")

    assert answer.status_code == 200
    assert world.script().get("/api/turns").json["turns"] == []


def test_turns_are_not_for_strangers(world: World) -> None:
    assert world.browser().get("/api/turns").status_code == 401
