"""A satellite comes in by a code that somebody types, and its key opens the microphone's socket and nothing else."""

from typing import Any

import pytest

from bmo.app.trust.pairing import MOST, SECONDS, Pairings
from bmo.app.trust.satellites import SATELLITE_TABLE, Satellites
from bmo.capabilities.people import Role
from bmo.core.errors import Busy, Denied, NotFound, TooMany
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database


class Door:
    """Pairings and satellites over a database, and a clock to turn."""

    def __init__(self, path: Any) -> None:
        self.clock = ManualClock()
        self.database = Database(path / "bmo.db", [SATELLITE_TABLE])
        self.satellites = Satellites(self.database, self.clock)
        self.pairings = Pairings(self.satellites, self.clock)


@pytest.fixture
def door(tmp_path: Any) -> Any:
    door = Door(tmp_path)
    yield door
    door.database.close()


def pair(world: Any, room: str = "") -> str:
    """The key of a new satellite."""
    asked = world.browser().post("/pair", {"name": "pi", "room": "kitchen"}).json
    world.signed_in().post("/api/satellites", {"code": asked["code"], "room": room})
    return str(world.browser().post("/pair/claim", {"ticket": asked["ticket"]}).json["key"])


def test_a_code_that_somebody_types_becomes_a_key_once(world: Any) -> None:
    satellite = world.browser()
    asked = satellite.post("/pair", {"name": "pi", "room": "kitchen"}).json
    before = satellite.post("/pair/claim", {"ticket": asked["ticket"]}).json

    typed = world.signed_in().post("/api/satellites", {"code": f" {asked['code'][:3]} {asked['code'][3:]}"})

    claimed = satellite.post("/pair/claim", {"ticket": asked["ticket"]}).json
    assert (len(asked["code"]), before["state"], typed.status_code) == (6, "waiting", 204)
    assert (claimed["state"], claimed["name"], claimed["room"]) == ("paired", "pi", "kitchen")
    assert len(claimed["key"]) > 40
    assert satellite.post("/pair/claim", {"ticket": asked["ticket"]}).status_code == 404


def test_the_person_has_the_last_word_about_the_room(world: Any) -> None:
    pair(world, room="garage")

    listed = world.signed_in().get("/api/satellites").json["satellites"]

    assert [(one["name"], one["room"], one["here"]) for one in listed] == [("pi", "garage", False)]


@pytest.mark.parametrize("path", ["/api/session", "/api/timers", "/api/satellites", "/api/nothing", "/api/health"])
def test_a_satellites_key_reads_nothing(world: Any, path: str) -> None:
    satellite = world.browser()
    satellite.headers["Authorization"] = f"Bearer {pair(world)}"

    assert satellite.get(path).status_code == 403


def test_a_satellite_may_fetch_the_sounds_it_is_told_of(world: Any) -> None:
    satellite = world.browser()
    satellite.headers["Authorization"] = f"Bearer {pair(world)}"

    assert satellite.get(world.parts.clips.put(b"RIFF")).data == b"RIFF"


def test_a_satellite_changes_nothing(world: Any) -> None:
    satellite = world.browser()
    satellite.headers["Authorization"] = f"Bearer {pair(world)}"

    refused = [
        satellite.post("/api/chat", {"text": "hello"}),
        satellite.post("/api/satellites", {"code": "123456"}),
        satellite.open("DELETE", "/api/satellites/1"),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 403]


def test_a_forgotten_key_opens_nothing_and_its_socket_is_closed(world: Any) -> None:
    key = pair(world)
    revoked: list[str] = []
    world.trust.satellites.on_end(revoked.append)
    visitor = world.trust.satellites.visitor(key)
    owner = world.signed_in()
    number = owner.get("/api/satellites").json["satellites"][0]["id"]

    left = owner.open("DELETE", f"/api/satellites/{number}").json

    assert left == {"satellites": []}
    assert revoked == [visitor.session]
    assert not world.trust.lives(visitor)
    assert world.trust.satellites.visitor(key) is None
    assert owner.open("DELETE", f"/api/satellites/{number}").status_code == 404


def test_a_satellite_that_moved_is_renamed_and_comes_again(world: Any) -> None:
    key = pair(world)
    moved: list[str] = []
    world.trust.satellites.on_change(moved.append)
    owner = world.signed_in()
    number = owner.get("/api/satellites").json["satellites"][0]["id"]

    told = owner.open("PATCH", f"/api/satellites/{number}", json={"name": "pi", "room": " attic "}).json["satellites"]

    visitor = world.trust.satellites.visitor(key)
    assert [(one["name"], one["room"]) for one in told] == [("pi", "attic")]
    assert (visitor.room, moved) == ("attic", [visitor.session])
    assert Satellites(world.trust.accounts._database, world.clock).listed()[0].room == "attic"
    assert owner.open("PATCH", "/api/satellites/99", json={"name": "pi", "room": ""}).status_code == 404


def test_children_move_no_satellites(world: Any) -> None:
    pair(world)
    child = world.browser()
    world.trust.people.add("Mia", Role.CHILD, "2468")
    child.post("/sign-in/pin", {"pin": "2468"})
    child.csrf = child.get("/api/session").json["csrf"]

    assert child.open("PATCH", "/api/satellites/1", json={"name": "pi", "room": "attic"}).status_code == 403


def test_the_kiosk_lets_nobody_in(world: Any) -> None:
    kiosk = world.browser()
    token = (world.home / "kiosk-token").read_text().strip()
    kiosk.headers["Authorization"] = f"Bearer {token}"
    asked = world.browser().post("/pair", {"name": "pi"}).json

    assert kiosk.post("/api/satellites", {"code": asked["code"]}).status_code == 403


def test_the_database_knows_no_key(world: Any) -> None:
    key = pair(world)

    kept = [tuple(row) for row in world.trust.satellites._database.read("SELECT * FROM satellite")]

    assert kept
    assert key not in repr(kept)


def test_a_key_outlives_a_restart(door: Any) -> None:
    key = door.satellites.add("pi", "kitchen")

    again = Satellites(door.database, door.clock)

    assert again.visitor(key).room == "kitchen"
    assert again.lives(again.visitor(key))


def test_a_code_expires(door: Any) -> None:
    code, ticket = door.pairings.begin("pi", "", "here")

    door.clock.advance(SECONDS + 1)

    with pytest.raises(Denied):
        door.pairings.approve(code, "", "", "there")
    with pytest.raises(NotFound):
        door.pairings.claim(ticket)


def test_a_code_works_once(door: Any) -> None:
    code, _ = door.pairings.begin("pi", "", "here")
    door.pairings.approve(code, "", "", "there")

    with pytest.raises(Denied):
        door.pairings.approve(code, "", "", "there")


def test_guessing_codes_is_slowed_down(door: Any) -> None:
    door.pairings.begin("pi", "", "here")

    for _ in range(5):
        with pytest.raises(Denied):
            door.pairings.approve("none", "", "", "there")

    with pytest.raises(TooMany):
        door.pairings.approve("none", "", "", "there")


def test_one_address_cannot_take_every_place(door: Any) -> None:
    first, _ = door.pairings.begin("pi", "", "here")
    for _ in range(20):
        last, _ = door.pairings.begin("pi", "", "here")

    door.pairings.approve(last, "", "", "there")
    with pytest.raises(Denied):
        door.pairings.approve(first, "", "", "there")


def test_only_so_many_wait_at_a_time(door: Any) -> None:
    for number in range(MOST):
        door.pairings.begin("pi", "", f"source {number}")

    with pytest.raises(Busy):
        door.pairings.begin("pi", "", "another")

    door.clock.advance(SECONDS + 1)
    assert door.pairings.begin("pi", "", "another")
