"""/api/people: accounts, roles and PINs, over REST; who may change whom, and what ends whose session."""

import socket
from types import SimpleNamespace
from typing import Any

import pytest

from bmo.app.permissions import Permissions
from bmo.app.trust import accounts
from bmo.app.trust.attempts import Attempts
from bmo.app.trust.trust import COOKIE
from bmo.capabilities.people import PersonRemoved, PersonRenamed, Role
from bmo.core.errors import TooMany
from bmo.fakes.clock import ManualClock
from bmo.skills.announce.skill import announce_skill
from sounds import file, tone
from unit.app.conftest import Browser, World


@pytest.fixture(autouse=True)
def _cheap_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(accounts.COST, "n", 16)


def add(world: World, name: str, role: str = "child", pin: str = "") -> int:
    """By the owner; the answer is the new account's id."""
    answer = world.signed_in().post("/api/people", {"name": name, "role": role, "pin": pin})
    assert answer.status_code == 201, answer.json
    return next(one["id"] for one in answer.json["people"] if one["name"] == name)


def came_in(world: World, pin: str) -> Browser:
    """A browser that signed in by PIN."""
    browser = world.browser()
    assert browser.post("/sign-in/pin", {"pin": pin}).status_code == 204
    browser.csrf = browser.get("/api/session").json["csrf"]
    return browser


def role(browser: Browser) -> str | None:
    """What BMO takes whoever sits there for; None for nobody."""
    answer = browser.get("/api/session")
    return answer.json["role"] if answer.status_code == 200 else None


@pytest.mark.parametrize("given", ["owner", "adult", "child", "guest"])
def test_a_pin_gives_the_role_of_its_person(world: World, given: str) -> None:
    add(world, "Mia", given, "2468")

    seen = came_in(world, "2468").get("/api/session").json

    assert (seen["name"], seen["role"], seen["kiosk"]) == ("Mia", given, False)


def test_two_people_cannot_have_the_same_pin_or_name(world: World) -> None:
    add(world, "Mia", pin="2468")
    owner = world.signed_in()

    same_pin = owner.post("/api/people", {"name": "Ben", "role": "adult", "pin": "2468"})
    same_name = owner.post("/api/people", {"name": "mia", "role": "adult"})

    assert (same_pin.status_code, same_pin.json["code"]) == (400, "pin_taken")
    assert (same_name.status_code, same_name.json["code"]) == (400, "name_taken")
    assert [one["name"] for one in owner.get("/api/people").json["people"]] == ["owner", "Mia"]


def test_only_so_many_pins_can_be_tried_by_choosing_them(world: World) -> None:
    add(world, "Mia", pin="2468")
    child = came_in(world, "2468")

    answers = [child.post("/api/pin", {"pin": f"100{number}"}).status_code for number in range(6)]

    assert answers == [204] * 5 + [429]


def test_knowing_ones_own_pin_does_not_buy_guesses_at_another(world: World) -> None:
    add(world, "Mia", pin="2468")
    world.signed_in().post("/api/pin", {"pin": "4711"})
    phone = world.browser()
    answers = []
    for number in range(4):
        answers += [phone.post("/sign-in/pin", {"pin": pin}).status_code for pin in (f"000{number}", "2468")]

    assert 429 in answers


def test_the_last_owner_stays_one(world: World) -> None:
    owner = world.signed_in()

    demoted = owner.open("PATCH", "/api/people/1", json={"role": "adult"})
    deleted = owner.open("DELETE", "/api/people/1")
    without_pin = owner.open("PATCH", "/api/people/1", json={"pin": ""})

    assert [answer.json["code"] for answer in (demoted, deleted)] == ["last_owner", "last_owner"]
    assert without_pin.json["code"] == "owner_needs_pin"
    assert role(owner) == "owner"


def test_one_of_two_owners_may_go_and_the_kiosk_stays(world: World) -> None:
    kiosk = world.browser()
    kiosk.post("/sign-in/kiosk", {"token": (world.home / "kiosk-token").read_text().strip()})
    second = add(world, "Ada", "owner", "2468")
    ada = came_in(world, "2468")

    assert ada.open("DELETE", "/api/people/1").status_code == 200
    assert [one["id"] for one in ada.get("/api/people").json["people"]] == [second]
    assert role(kiosk) == "adult"


def test_a_new_role_signs_its_person_out_and_no_one_else(world: World) -> None:
    mia = add(world, "Mia", "adult", "2468")
    add(world, "Ben", "child", "1357")
    hers, his, owner = came_in(world, "2468"), came_in(world, "1357"), world.signed_in()

    owner.open("PATCH", f"/api/people/{mia}", json={"role": "guest"})

    assert [role(browser) for browser in (hers, his, owner)] == [None, "child", "owner"]
    assert role(came_in(world, "2468")) == "guest"


def test_whoever_is_deleted_is_out_at_once_and_their_pin_opens_nothing(world: World) -> None:
    mia = add(world, "Mia", pin="2468")
    hers = came_in(world, "2468")

    world.signed_in().open("DELETE", f"/api/people/{mia}")

    assert role(hers) is None
    assert world.browser().post("/sign-in/pin", {"pin": "2468"}).status_code == 401


def test_people_change_their_own_name_and_pin_and_nothing_else(world: World) -> None:
    mia = add(world, "Mia", pin="2468")
    child, elsewhere = came_in(world, "2468"), came_in(world, "2468")

    assert child.open("PATCH", f"/api/people/{mia}", json={"name": "Mimi", "pin": "8642"}).status_code == 200
    assert (child.get("/api/session").json["name"], role(elsewhere)) == ("Mimi", None)
    for method, path, body in (
        ("PATCH", f"/api/people/{mia}", {"role": "owner"}),
        ("PATCH", "/api/people/1", {"name": "Nobody"}),
        ("PATCH", "/api/people/1", {"pin": "1111"}),
        ("POST", "/api/people/1/invitation", {}),
        ("POST", "/api/people/1/sign-out", {}),
        ("POST", "/api/people", {"name": "Max", "role": "owner"}),
        ("DELETE", f"/api/people/{mia}", None),
        ("DELETE", "/api/people/1", None),
    ):
        assert child.open(method, path, json=body).status_code == 403, (method, path)
    assert role(child) == "child"


def test_names_are_for_those_who_live_here_and_are_grown_up(world: World) -> None:
    add(world, "Mia", "child", "2468")
    add(world, "Ada", "adult", "1357")
    kiosk = world.browser()
    kiosk.post("/sign-in/kiosk", {"token": (world.home / "kiosk-token").read_text().strip()})

    def names(browser: Browser) -> list[str]:
        return [one["name"] for one in browser.get("/api/people").json["people"]]

    assert [names(browser) for browser in (came_in(world, "2468"), came_in(world, "1357"), kiosk)] == [
        ["Mia"], ["owner", "Mia", "Ada"], [],
    ]  # fmt: skip
    of_others = came_in(world, "1357").get("/api/people").json["people"][0]
    assert (of_others["has_pin"], of_others["places"]) == (None, None)


def test_a_token_changes_nobody(world: World) -> None:
    script = world.script()

    assert script.post("/api/people", {"name": "Max", "role": "owner", "pin": "6666"}).status_code == 403
    assert script.open("PATCH", "/api/people/1", json={"pin": "6666"}).status_code == 403


def test_an_invitation_signs_in_as_its_person_once(world: World) -> None:
    mia = add(world, "Mia")
    told = world.signed_in().post(f"/api/people/{mia}/invitation", {}).json
    path = told["address"].removeprefix("http://127.0.0.1:5000")

    first, second = world.browser(), world.browser()
    came, late = first.get(path), second.get(path)

    assert (came.headers["Location"], late.headers["Location"]) == ("/", "/?problem=code")
    assert first.get("/api/session").json["name"] == "Mia"


def test_an_invitation_ends_with_its_hour_its_replacement_and_a_new_role(world: World) -> None:
    mia, owner = add(world, "Mia"), world.signed_in()

    def invited() -> str:
        return str(
            owner.post(f"/api/people/{mia}/invitation", {}).json["address"].removeprefix("http://127.0.0.1:5000")
        )

    def opens(path: str) -> bool:
        return world.browser().get(path).headers["Location"] == "/"

    old = invited()
    replaced = invited()
    assert not opens(old)
    owner.open("PATCH", f"/api/people/{mia}", json={"role": "adult"})
    assert not opens(replaced)
    late = invited()
    world.clock.advance(3_601)
    assert not opens(late)


def test_sign_out_everywhere(world: World) -> None:
    mia = add(world, "Mia", pin="2468")
    phones = [came_in(world, "2468") for _ in range(2)]

    assert phones[0].post(f"/api/people/{mia}/sign-out", {}).status_code == 200

    assert [role(phone) for phone in phones] == [None, None]


def test_a_kiosk_is_no_owner_after_a_restart(world: World) -> None:
    kiosk = world.browser()
    kiosk.post("/sign-in/kiosk", {"token": (world.home / "kiosk-token").read_text().strip()})
    cookie = kiosk.client.get_cookie("bmo_session", domain="127.0.0.1").value

    again = type(world.trust.sessions)(world.trust.accounts._database, world.clock)

    visitor = again.visitor(cookie)
    assert visitor is not None
    assert (visitor.proof, visitor.role, visitor.name) == ("kiosk", Role.ADULT, "")


def test_nobody_takes_the_name_of_a_voice(world: World) -> None:
    for _ in range(3):
        world.signed_in().open("POST", "/api/voices/Papa", data=file(tone(200.0, 3.0)), content_type="audio/wav")
    mia = add(world, "Mia", pin="2468")

    answer = came_in(world, "2468").open("PATCH", f"/api/people/{mia}", json={"name": "papa"})

    assert (answer.status_code, answer.json["code"]) == (400, "name_taken")


def test_what_is_kept_of_people_hears_of_new_names_and_of_those_who_go(world: World) -> None:
    told: list[object] = []
    for kind in (PersonRenamed, PersonRemoved):
        world.trust.people._events.on(kind, told.append)
    mia = add(world, "Mia")

    world.signed_in().open("PATCH", f"/api/people/{mia}", json={"name": "Mimi"})
    world.signed_in().open("DELETE", f"/api/people/{mia}")

    assert told == [PersonRenamed("Mia", "Mimi"), PersonRemoved("Mimi")]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"name": "", "role": "child"}, "name"),
        ({"name": "\n", "role": "child"}, "A name has"),
        ({"name": "Mia", "role": "king"}, "role"),
        ({"name": "Mia", "role": "child", "pin": "12"}, "4 to 12 digits"),
        ({"name": "Mia"}, "role"),
    ],
)
def test_a_new_person_needs_a_name_and_a_role(world: World, body: dict[str, Any], sentence: str) -> None:
    answer = world.signed_in().post("/api/people", body)

    assert answer.status_code == 400
    assert sentence in answer.json["sentence"]
    assert len(world.trust.accounts.all()) == 1


def test_rest_obeys_the_roles_that_the_house_gives_its_actions(world: World) -> None:
    add(world, "Mia", "child", "2468")
    adults_only = Permissions([announce_skill(lambda *_: 1)], {"announce": Role.ADULT})
    object.__setattr__(world.parts, "permissions", adults_only)

    answer = came_in(world, "2468").post("/api/announce", {"text": "hello"})

    assert (answer.status_code, answer.json["sentence"]) == (403, "In this house that is for the grown-ups.")
    assert world.signed_in().post("/api/announce", {"text": "hello"}).status_code == 202


def test_a_child_does_not_choose_who_answers(world: World) -> None:
    add(world, "Mia", "child", "2468")

    assert came_in(world, "2468").post("/api/providers/pin", {"capability": "chat", "provider": "x"}).status_code == 403
    assert world.pinned == []


def test_an_invitation_through_the_proxy_names_the_address_people_use(world: World) -> None:
    mia, owner = add(world, "Mia"), world.signed_in()
    proxied = {"gunicorn.socket": SimpleNamespace(family=socket.AF_UNIX)}
    host = {"Host": "bmo.example.org", "Origin": "https://bmo.example.org", "X-Forwarded-Proto": "https"}

    cookie = owner.client.get_cookie(COOKIE, domain="127.0.0.1").value
    away = world.browser()
    away.client.set_cookie(COOKIE, cookie, domain="bmo.example.org")
    away.csrf = owner.csrf
    told = away.post(f"/api/people/{mia}/invitation", {}, headers=host, environ_base=proxied)

    assert told.json["address"].startswith("https://bmo.example.org/sign-in?code=")


def test_a_right_try_of_a_guest_is_no_pardon_for_wrong_ones() -> None:
    clock = ManualClock()
    attempts = Attempts(clock)
    for _ in range(2):
        attempts.begin("phone")
    attempts.begin("phone")
    attempts.pardon("phone")
    attempts.begin("phone")

    with pytest.raises(TooMany):
        attempts.begin("phone")
    clock.advance(90_000)
    attempts.begin("phone")
    attempts.begin("phone")
