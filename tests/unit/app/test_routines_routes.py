"""Routines over REST: everybody at home reads and runs them, grown-ups write them."""

from typing import Any

import pytest

from bmo.capabilities.people import Role
from unit.app.test_memory_routes import person

DINNER = {"name": "Dinner", "steps": ["set a timer for one hour", "", "turn off the lights", "[LED:off]"]}


def test_a_routine_is_made_changed_and_deleted(world: Any) -> None:
    ada = person(world, "Ada")

    made = ada.post("/api/routines", DINNER)
    changed = ada.open(
        "PUT", f"/api/routines/{made.json['id']}", json={"name": "supper", "steps": ["set a timer for one minute"]}
    )
    listed = ada.get("/api/routines").json
    left = ada.open("DELETE", f"/api/routines/{made.json['id']}").json

    assert (made.status_code, made.json["name"], made.json["by"]) == (201, "dinner", "ada")
    assert [bool(step["says"]) for step in made.json["steps"]] == [True, False, True]
    assert changed.json["steps"][0]["says"] == "start a timer: duration 1 minute"
    assert [one["name"] for one in listed["routines"]][:2] == ["supper", "good night"]
    assert all(routine["id"] == 0 for routine in left["routines"])


def test_steps_are_looked_at_while_they_are_written(world: Any) -> None:
    checked = person(world, "Ada").post("/api/routines/check", {"steps": ["start over", "", "fly to the moon"]}).json

    assert [(bool(step["says"]), bool(step["problem"])) for step in checked["steps"]] == [
        (True, False),
        (False, True),
        (False, True),
    ]


@pytest.mark.parametrize("role", [Role.CHILD, Role.GUEST])
def test_only_grown_ups_write_routines(world: Any, role: Role) -> None:
    made = person(world, "Ada").post("/api/routines", DINNER)
    kid = person(world, "Kid", role)

    answers = [
        kid.post("/api/routines", {**DINNER, "name": "mine"}),
        kid.open("PUT", f"/api/routines/{made.json['id']}", json=DINNER),
        kid.open("DELETE", f"/api/routines/{made.json['id']}"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert kid.get("/api/routines").json["may_change"] is False


def test_a_routine_run_by_a_program_tells_every_step(world: Any) -> None:
    ada = person(world, "Ada")
    ada.post("/api/routines", {"name": "tea", "steps": ["set a timer for three minutes", "[FACE:happy]", "fly away"]})

    told = ada.post("/api/actions/routines.run", {"name": "tea"}).json

    assert [step["state"] for step in told["data"]["steps"]] == ["done", "left_out", "left_out"]
    assert "I left out: fly away." in told["sentence"]


def test_over_rest_too_a_routine_is_kept_only_after_a_yes(world: Any) -> None:
    ada = person(world, "Ada")

    asked = ada.post("/api/actions/routines.make", {"name": "tea", "steps": "set a timer for three minutes"})
    before = [one["name"] for one in ada.get("/api/routines").json["routines"] if one["id"]]
    ada.post(f"/api/confirmations/{asked.json['confirm']}")

    assert asked.status_code == 202
    assert before == []
    assert [one["name"] for one in ada.get("/api/routines").json["routines"] if one["id"]] == ["tea"]


def test_nobody_outside_sees_routines(world: Any) -> None:
    assert world.browser().get("/api/routines").status_code == 401


def test_what_somebody_made_goes_and_is_renamed_with_them(world: Any) -> None:
    ada = person(world, "Ada")
    ada.post("/api/routines", DINNER)
    forgetting = world.parts.remembering.forgetting

    known, gone = forgetting.known("Ada"), forgetting.forget("Ada")

    assert known["routines"] == gone["routines"] == 1
    assert all(routine["id"] == 0 for routine in ada.get("/api/routines").json["routines"])
