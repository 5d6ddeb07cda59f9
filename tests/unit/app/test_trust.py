"""Nobody gets in without proof, and nothing is proof for where it comes from."""

import socket
import stat
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bmo.app.http.guard import PUBLIC
from bmo.app.signing import write_address
from bmo.app.trust.accounts import pin_on_disk
from bmo.app.trust.attempts import Attempts
from bmo.app.trust.listening import listening_host
from bmo.app.trust.tokens import token_in
from bmo.app.trust.trust import Trust
from bmo.app.trust.visitor import SIGN_IN
from bmo.core.errors import Broken, TooMany
from bmo.fakes.clock import ManualClock

PROXIED = {"gunicorn.socket": SimpleNamespace(family=socket.AF_UNIX)}
OPEN = {
    "health.livez",
    "health.readyz",
    "signin.by_code",
    "signin.by_pin",
    "signin.by_kiosk_token",
    "satellites.begin",
    "satellites.claim",
    "page.home",
    "page.file",
}
"""Written down a second time on purpose: opening a route must be meant."""


def test_only_the_routes_in_the_list_are_open() -> None:
    assert PUBLIC == OPEN


def test_every_other_route_answers_401_to_nobody(world: Any) -> None:
    walked = 0
    for rule in world.app.url_map.iter_rules():
        path = rule.build({name: 1 if name == "number" else "x" for name in rule.arguments})
        assert path is not None
        for method in rule.methods or ():
            if rule.endpoint not in OPEN:
                answer = world.browser().open(method, path[1])
                assert answer.status_code == 401, f"{method} {path[1]}"
                walked += 1

    assert walked > 20


def test_an_address_that_does_not_exist_tells_nobody_anything(world: Any) -> None:
    assert world.browser().get("/api/nothing").status_code == 401
    assert world.browser().open("DELETE", "/api/timers/x").status_code == 401


def test_the_code_in_the_printed_address_signs_in_once(world: Any) -> None:
    address = write_address(world.parts.settings, world.trust)
    file = world.home / "run" / "address"
    path = address.removeprefix("http://127.0.0.1:5000")

    first, second = world.browser(), world.browser()
    came, late = first.get(path), second.get(path)

    assert (came.status_code, came.headers["Location"]) == (303, "/")
    assert (late.status_code, late.headers["Location"]) == (303, "/?problem=code")
    assert first.get("/api/session").json["signed_in"] is True
    assert second.get("/api/session").status_code == 401
    assert (file.read_text().strip(), stat.S_IMODE(file.stat().st_mode)) == (address, 0o600)


def test_a_new_code_replaces_the_old_one(world: Any) -> None:
    old, new = world.trust.codes.issue(), world.trust.codes.issue()

    assert world.browser().get(f"/sign-in?code={old}").headers["Location"] == "/?problem=code"
    assert world.browser().get(f"/sign-in?code={new}").headers["Location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_other_sites(world: Any) -> None:
    answer = world.browser().get(f"/sign-in?code={world.trust.codes.issue()}")
    proxied = world.browser().get(
        f"/sign-in?code={world.trust.codes.issue()}",
        headers={"Host": "bmo.example.org", "X-Forwarded-Proto": "https"},
        environ_base=PROXIED,
    )

    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(answer.headers["Set-Cookie"].split("; "))
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Secure" in proxied.headers["Set-Cookie"].split("; ")


def test_a_disk_that_is_stolen_holds_no_cookie_code_or_pin(world: Any) -> None:
    code = world.trust.codes.issue()
    browser = world.signed_in()
    browser.post("/api/pin", {"pin": "93817"})
    cookie = browser.client.get_cookie("bmo_session", domain="127.0.0.1").value

    disk = b"".join(path.read_bytes() for path in (world.home / "data").iterdir())

    assert not [secret for secret in (code, cookie, "93817") if secret.encode() in disk]


@pytest.mark.parametrize("host", ["evil.example.org", "127.0.0.1:5001", "127.0.0.1", "localhost.evil.org:5000", ""])
def test_another_name_is_refused_everywhere(world: Any, host: str) -> None:
    for path in ("/", "/livez", "/api/session", "/sign-in?code=x", "/socket.io/?EIO=4&transport=websocket"):
        answer = world.script().get(path, headers={"Host": host or "x"})

        assert (answer.status_code, answer.json["code"]) == (403, "wrong_host")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:5000", "localhost:5000", "[::1]:5000", "bmo.example.org", "BMO.example.org:443"]
)
def test_our_own_names_are_answered(world: Any, host: str) -> None:
    assert world.browser().get("/livez", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example.org", "null", "http://127.0.0.1:3000", "http://localhost:5000", "http://["]
)
def test_a_foreign_page_cannot_change_anything(world: Any, origin: str) -> None:
    browser = world.signed_in()

    answer = browser.post("/api/timers", {"duration": 5}, headers={"Origin": origin})
    handshake = browser.get("/socket.io/?EIO=4&transport=websocket", headers={"Origin": origin})

    assert (answer.status_code, answer.json["code"]) == (403, "wrong_origin")
    assert (handshake.status_code, handshake.json["code"]) == (403, "wrong_origin")
    assert world.parts.timers.listed() == ()


@pytest.mark.parametrize("token", ["", "x", "ü"])
def test_a_change_with_a_cookie_needs_the_csrf_token(world: Any, token: str) -> None:
    browser = world.signed_in()

    answer = browser.post("/api/timers", {"duration": 5}, headers={"X-CSRF-Token": token.encode().decode("latin1")})

    assert (answer.status_code, answer.json["code"]) == (403, "csrf")
    assert browser.post("/api/timers", {"duration": 5}).status_code == 201


def test_one_session_cannot_use_the_csrf_token_of_another(world: Any) -> None:
    mine, other = world.signed_in(), world.signed_in()

    assert mine.csrf != other.csrf
    assert mine.post("/api/timers", {"duration": 5}, headers={"X-CSRF-Token": other.csrf}).status_code == 403


def test_a_socket_needs_a_session_at_its_handshake(world: Any) -> None:
    assert world.browser().get("/socket.io/?EIO=4&transport=websocket").status_code == 401


def test_the_pin_is_set_by_the_owner_and_opens_the_house(world: Any) -> None:
    owner = world.signed_in()
    assert owner.get("/api/session").json | {"csrf": ""} == {
        "signed_in": True, "csrf": "", "pin_set": False, "role": "owner", "name": "owner", "person": 1,
        "kiosk": False,
    }  # fmt: skip

    assert owner.post("/api/pin", {"pin": "4711"}).status_code == 204

    phone = world.browser()
    assert phone.post("/sign-in/pin", {"pin": "4712"}).json["code"] == "denied"
    assert phone.post("/sign-in/pin", {"pin": "4711"}).status_code == 204
    assert phone.get("/api/session").json["pin_set"] is True


@pytest.mark.parametrize("pin", ["123", "1234567890123", "12a4", "", "١٢٣٤", "1234\n"])
def test_a_pin_has_4_to_12_digits(world: Any, pin: str) -> None:
    answer = world.signed_in().post("/api/pin", {"pin": pin})

    assert (answer.status_code, answer.json["sentence"]) == (400, "A PIN has 4 to 12 digits.")


def test_without_a_pin_no_pin_opens_anything(world: Any) -> None:
    assert world.browser().post("/sign-in/pin", {"pin": ""}).status_code == 401


def test_changing_the_pin_signs_everybody_else_out(world: Any) -> None:
    owner, other = world.signed_in(), world.signed_in()
    owner.post("/api/pin", {"pin": "4711"})
    assert other.get("/api/session").status_code == 200

    owner.post("/api/pin", {"pin": "4712"})

    assert other.get("/api/session").status_code == 401
    assert owner.get("/api/session").status_code == 200


def test_tokens_do_not_set_the_pin(world: Any) -> None:
    assert world.script().post("/api/pin", {"pin": "4711"}).status_code == 403


def test_wrong_pins_make_the_next_one_wait_longer(world: Any) -> None:
    world.signed_in().post("/api/pin", {"pin": "4711"})
    phone = world.browser()
    for _ in range(3):
        assert phone.post("/sign-in/pin", {"pin": "0000"}).status_code == 401

    closed = phone.post("/sign-in/pin", {"pin": "4711"})
    assert (closed.status_code, closed.json["code"], closed.headers["Retry-After"]) == (429, "too_many_attempts", "1")
    world.clock.advance(1.1)
    assert phone.post("/sign-in/pin", {"pin": "0000"}).status_code == 401
    assert phone.post("/sign-in/pin", {"pin": "0000"}).headers["Retry-After"] == "2"
    world.clock.advance(2.1)
    assert phone.post("/sign-in/pin", {"pin": "4711"}).status_code == 204


def test_many_sources_together_are_slowed_down_too() -> None:
    clock = ManualClock()
    attempts = Attempts(clock)
    for number in range(20):
        attempts.begin(f"10.0.0.{number}")

    with pytest.raises(TooMany):
        attempts.begin("10.0.1.1")
    clock.advance(61)
    attempts.begin("10.0.1.1")


def test_a_hundred_at_once_get_no_more_tries_than_one_after_the_other() -> None:
    attempts = Attempts(ManualClock())
    let_in: list[int] = []

    def guess(number: int) -> None:
        try:
            attempts.begin("10.0.0.1")
            let_in.append(number)
        except TooMany:
            pass

    threads = [threading.Thread(target=guess, args=[number]) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(let_in) == 3


def test_sessions_end_when_unused_and_in_any_case_and_on_demand(world: Any) -> None:
    idle, busy, out = world.signed_in(), world.signed_in(), world.signed_in()
    ended: list[str] = []
    world.trust.sessions.on_end(ended.append)

    out.post("/sign-out")
    assert out.get("/api/session").status_code == 401
    for _ in range(8):
        world.clock.advance(20 * 86_400)
        assert busy.get("/api/session").status_code == 200
    assert idle.get("/api/session").status_code == 401
    world.clock.advance(21 * 86_400)

    assert busy.get("/api/session").status_code == 401
    assert len(ended) == 3


def test_a_session_outlives_a_restart_and_its_end_does_too(world: Any) -> None:
    stays, goes = world.signed_in(), world.signed_in()
    goes.post("/sign-out")
    cookies = [browser.client.get_cookie("bmo_session", domain="127.0.0.1") for browser in (stays, goes)]
    database = world.trust.accounts._database

    again = Trust(database, world.home, world.clock, world.parts.settings.app)

    assert again.sessions.visitor(cookies[0].value) is not None
    assert cookies[1] is None


def test_a_hundred_and_first_session_makes_the_least_used_one_go(world: Any) -> None:
    owner = world.trust.accounts.owner()
    cookies = []
    for _ in range(101):
        world.clock.advance(1)
        cookies.append(world.trust.sessions.start(owner))

    assert [world.trust.sessions.visitor(cookie) is None for cookie in (cookies[0], cookies[1], cookies[100])] == [
        True, False, False,
    ]  # fmt: skip


def test_the_kiosk_comes_in_with_its_own_token(world: Any) -> None:
    kiosk = world.browser()
    token = (world.home / "kiosk-token").read_text().strip()

    assert kiosk.post("/sign-in/kiosk", {"token": token}).status_code == 204
    assert kiosk.get("/api/session").json["role"] == "adult"
    assert (
        world.browser().post("/sign-in/kiosk", {"token": (world.home / "token").read_text().strip()}).status_code == 401
    )


def test_through_the_proxy_this_machines_tokens_open_nothing(world: Any) -> None:
    kiosk = world.browser()
    token = (world.home / "kiosk-token").read_text().strip()
    kiosk.post("/sign-in/kiosk", {"token": token})
    host = {"Host": "bmo.example.org", "Origin": "https://bmo.example.org"}

    assert world.script().get("/api/session", headers=host, environ_base=PROXIED).status_code == 401
    assert kiosk.get("/api/session").status_code == 200
    assert kiosk.get("/api/session", environ_base=PROXIED).status_code == 401
    knocks = world.browser().post("/sign-in/kiosk", {"token": token}, headers=host, environ_base=PROXIED)
    assert knocks.status_code == 401


def test_a_forwarded_address_from_anybody_but_the_proxy_is_not_believed(world: Any) -> None:
    world.signed_in().post("/api/pin", {"pin": "4711"})
    phone = world.browser()

    tries = [
        phone.post("/sign-in/pin", {"pin": "0000"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(4)
    ]
    proxied = [
        world.browser()
        .post("/sign-in/pin", {"pin": "0000"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}, environ_base=PROXIED)
        .status_code
        for n in range(4)
    ]

    assert tries == [401, 401, 401, 429]
    assert proxied == [401, 401, 401, 401]


@pytest.mark.parametrize("given", ["Bearer", "Bearer x", "Bearer \xfc", "Basic abc", "bearer  "])
def test_a_wrong_token_is_the_same_401(world: Any, given: str) -> None:
    answer = world.browser().get("/api/session", headers={"Authorization": given})

    assert (answer.status_code, answer.json) == (401, {"code": "denied", "sentence": SIGN_IN})


def test_one_wrong_token_after_another_is_slowed_down_but_the_right_one_works(world: Any) -> None:
    answers = {
        world.browser().get("/api/session", headers={"Authorization": "Bearer x"}).status_code for _ in range(25)
    }

    assert answers == {401, 429}
    assert world.script().get("/api/session").status_code == 200


def test_token_files_are_made_once_for_their_user_only(tmp_path: Path) -> None:
    first = token_in(tmp_path / "token")
    (tmp_path / "token").chmod(0o644)

    assert token_in(tmp_path / "token") == first
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    (tmp_path / "token").write_text("short")
    with pytest.raises(Broken, match="holds no usable token"):
        token_in(tmp_path / "token")


def test_nothing_listens_beyond_loopback_before_there_is_a_pin(world: Any) -> None:
    database = world.home / "data" / "bmo.db"
    assert not pin_on_disk(database)
    assert not pin_on_disk(world.home / "nothing")
    host, notice = listening_host("0.0.0.0", pin_set=False)
    assert (host, "set a PIN first" in notice) == ("127.0.0.1", True)

    world.signed_in().post("/api/pin", {"pin": "4711"})

    assert pin_on_disk(database)
    assert listening_host("0.0.0.0", pin_set=True) == ("0.0.0.0", "")
    assert listening_host("127.0.0.1", pin_set=False) == ("127.0.0.1", "")


def test_a_program_of_the_owner_may_ask_for_a_fresh_address(world: Any) -> None:
    address = world.script().post("/api/sign-in-address", {}).json["address"]

    assert world.browser().get(address.removeprefix("http://127.0.0.1:5000")).headers["Location"] == "/"
    kiosk = world.browser()
    kiosk.headers["Authorization"] = f"Bearer {(world.home / 'kiosk-token').read_text().strip()}"
    assert kiosk.post("/api/sign-in-address", {}).status_code == 403


def test_the_page_is_public_and_loads_nothing_from_elsewhere(world: Any) -> None:
    page, script = world.browser().get("/"), world.browser().get("/assets/index-abc123.js")

    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-cache")
    assert "immutable" in script.headers["Cache-Control"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in world.browser().get("/api/session").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    ["/../data/bmo.db", "/%2e%2e/token", "/..%2ftoken", "//etc/passwd", "/etc%00/passwd", "/%2fetc/passwd", "/link"],
)
def test_nothing_outside_of_the_page_is_served(world: Any, path: str) -> None:
    (world.home / "page" / "link").symlink_to(world.home / "token")

    answer = world.browser().get(path)

    assert answer.status_code in (308, 404)
    assert (world.home / "token").read_text().strip() not in answer.text


def test_a_page_that_is_not_built_says_what_to_do(world: Any) -> None:
    (world.home / "page" / "index.html").unlink()

    answer = world.browser().get("/")

    assert (answer.status_code, answer.text) == (503, "BMO's page is not built yet. `make run` builds it.\n")
