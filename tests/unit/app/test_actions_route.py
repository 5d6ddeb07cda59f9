"""What programs and buttons may do by name, and how they say yes."""

from typing import Any

import pytest

from bmo.capabilities.people import Role


def key_of(world: Any, name: str = "chat client") -> Any:
    """A program that acts for the owner."""
    browser = world.browser()
    key, _ = world.trust.keys.add(name, world.trust.accounts.owner().name)
    browser.headers["Authorization"] = f"Bearer {key}"
    return browser


def test_what_bmo_can_do_is_listed_with_what_it_takes(world: Any) -> None:
    listed = {line["name"]: line for line in world.signed_in().get("/api/actions").json["actions"]}

    assert listed["door.open"]["effect"] == "dangerous"
    assert listed["door.open"]["least"] == "adult"
    assert listed["door.open"]["arguments"]["properties"]["door"]["type"] == "string"
    assert listed["timer.set"]["examples"]


def test_an_action_is_done_by_its_name(world: Any) -> None:
    browser = world.signed_in()

    answer = browser.post("/api/actions/timer.set", {"duration": "five minutes"})

    assert answer.status_code == 200
    assert "5 minutes" in answer.json["sentence"].lower()
    assert len(browser.get("/api/timers").json["timers"]) == 1


@pytest.mark.parametrize(
    ("name", "arguments", "status", "code"),
    [
        ("door.paint", {}, 404, "unknown_action"),
        ("timer.set", {"duration": []}, 400, "bad_arguments"),
        ("timer.set", [], 400, "bad_request"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(world: Any, name: str, arguments: Any, status: int, code: str) -> None:
    answer = world.script().post(f"/api/actions/{name}", arguments)

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_something_dangerous_waits_for_the_yes_of_the_same_visitor(world: Any) -> None:
    asker, other = world.signed_in(), world.signed_in()

    waiting = asker.post("/api/actions/door.open", {"door": "cellar"})
    stolen = other.post(f"/api/confirmations/{waiting.json['confirm']}")
    done = asker.post(f"/api/confirmations/{waiting.json['confirm']}")
    again = asker.post(f"/api/confirmations/{waiting.json['confirm']}")

    assert waiting.status_code == 202
    assert "cellar" in waiting.json["sentence"]
    assert waiting.json["arguments"] == {"door": "cellar"}
    assert stolen.status_code == 404
    assert done.json == {"sentence": "The cellar door is open.", "data": {"door": "cellar"}}
    assert again.status_code == 404


def test_a_yes_that_comes_too_late_does_nothing(world: Any) -> None:
    asker = world.signed_in()
    waiting = asker.post("/api/actions/door.open", {})
    world.clock.advance(waiting.json["seconds"] + 1)

    late = asker.post(f"/api/confirmations/{waiting.json['confirm']}")

    assert (late.status_code, late.json["code"]) == (404, "question_over")


def test_a_program_does_what_its_person_may_but_nothing_dangerous(world: Any) -> None:
    program = key_of(world)

    assert program.post("/api/actions/door.look", {}).json["sentence"] == "front: shut"
    refused = program.post("/api/actions/door.open", {})

    assert (refused.status_code, refused.json["code"]) == (403, "needs_a_person")


def test_a_key_opens_nothing_but_the_chat_and_the_actions(world: Any) -> None:
    program = key_of(world)

    for method, path in (
        ("GET", "/api/keys"),
        ("POST", "/api/keys"),
        ("POST", "/api/pin"),
        ("GET", "/api/turns"),
        ("POST", "/api/confirmations/x"),
        ("POST", "/api/sign-in-address"),
        ("GET", "/socket.io/?EIO=4&transport=websocket"),
    ):
        assert program.open(method, path).status_code == 403, path


def test_a_key_is_told_once_and_kept_as_a_hash(world: Any) -> None:
    owner = world.signed_in()

    made = owner.post("/api/keys", {"name": "home assistant"})
    listed = owner.get("/api/keys")

    assert made.status_code == 201
    assert listed.json["keys"][0]["name"] == "home assistant"
    assert made.json["key"] not in listed.text
    for row in world.trust.keys.database.read("SELECT * FROM program_key"):
        assert made.json["key"] not in map(str, row)


def test_a_key_that_was_taken_away_opens_nothing(world: Any) -> None:
    owner = world.signed_in()
    made = owner.post("/api/keys", {"name": "old tablet"}).json
    program = world.browser()
    program.headers["Authorization"] = f"Bearer {made['key']}"
    assert program.get("/api/actions").status_code == 200

    left = owner.open("DELETE", f"/api/keys/{made['line']['id']}")

    assert left.json == {"keys": []}
    assert program.get("/api/actions").status_code == 401
    assert owner.open("DELETE", f"/api/keys/{made['line']['id']}").status_code == 404


def test_two_keys_do_not_share_a_name_and_nobody_unknown_gets_one(world: Any) -> None:
    owner = world.signed_in()
    owner.post("/api/keys", {"name": "Tablet"})

    assert owner.post("/api/keys", {"name": "tablet"}).json["code"] == "name_taken"
    assert owner.post("/api/keys", {"name": "x", "person": "nobody"}).json["code"] == "unknown_person"
    assert owner.post("/api/keys", {"name": " "}).status_code == 400


def test_a_key_follows_the_role_of_its_person_at_once(world: Any) -> None:
    child = world.trust.accounts.add("kim", Role.CHILD)
    key, _ = world.trust.keys.add("toy", "kim")
    program = world.browser()
    program.headers["Authorization"] = f"Bearer {key}"
    assert "door.open" not in program.get("/api/actions").text

    world.trust.accounts.set_role(child.id, Role.ADULT)
    assert "door.open" in program.get("/api/actions").text
    world.trust.accounts.remove(child.id)

    assert program.get("/api/actions").status_code == 401
