from unit.app.conftest import World


def test_a_program_may_have_something_said_in_every_room(world: World) -> None:
    world.parts.rooms.enter("kiosk", "kitchen", lambda event, message: None)

    answer = world.script().post("/api/announce", {"text": "dinner is ready."})

    assert (answer.status_code, answer.json) == (202, {"rooms": ["kitchen"], "satellites": 1})


def test_nothing_is_no_announcement(world: World) -> None:
    for body in ({}, {"text": ""}, {"text": "..."}, {"text": "x" * 301}, {"text": "hi", "room": "kitchen"}):
        assert world.script().post("/api/announce", body).status_code == 400


def test_a_stranger_announces_nothing(world: World) -> None:
    assert world.browser().post("/api/announce", {"text": "hello"}).status_code == 401
