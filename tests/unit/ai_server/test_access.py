from pathlib import Path
from typing import Any, get_args

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from ai_servers import KEY, room_of
from bmo.ai_server.access import ALL, OPEN, ROUTES, holder, install, line
from bmo.ai_server.factory import create
from bmo.ai_server.holders import DOMAINS, EVERY_DOMAIN, Role
from bmo.ai_server.key_file import KeyFile
from bmo.ai_server.key_watch import WatchedKeys
from bmo.ai_server.keys import Keys
from bmo.ai_server.tries import TRIES_PER_SOURCE
from bmo.ai_server.turnstile import KeyLimit, Turnstile
from bmo.ai_server.wiring import build
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.app import Off
from bmo.wire.problem import Problem

ASK = {"messages": [{"role": "user", "text": "Hello?"}]}
OF_A_TABLE = {
    "/llm/chat",
    "/llm/generate",
    "/tts",
    "/rag/search",
    "/v1/chat/completions",
    "/api/chat",
    "/api/generate",
    "/api/tags",
}
"""What the issue says that a key of the role `vtt` opens."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


def server(file: KeyFile, turnstile: Turnstile | None = None) -> Flask:
    return create(room_of(), Keys({"app": KEY}, watched=WatchedKeys(file)), turnstile=turnstile)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def problem(response: Any, status: int) -> Problem:
    assert response.status_code == status
    return Problem.model_validate_json(response.data)


def routes(app: Flask) -> list[tuple[str, str]]:
    return [(method, rule.rule) for rule in app.url_map.iter_rules() for method in sorted(rule.methods or ())]


def ask(client: FlaskClient, method: str, rule: str, key: str = "") -> Any:
    path = line("GET", rule).removeprefix("GET ").replace("*", "x")
    return client.open(path, method=method, headers=bearer(key) if key else {}, json={})


def whole(home: Path, **more: Any) -> Flask:
    """The server as it is wired, without models: every route that there is."""
    off = {part: Off() for part in ("llm", "stt", "tts")}
    return build(AiServerSettings.model_validate({"home": home, "key": KEY, **off, **more}))


def test_every_route_of_the_server_has_a_line_in_the_table_and_every_line_a_route(tmp_path: Path) -> None:
    assert {line(*one) for one in routes(whole(tmp_path))} == set(ROUTES)


def test_a_table_opens_what_the_issue_says_and_nothing_more() -> None:
    opened = {one.split(" ", 1)[1] for one, roles in ROUTES.items() if "vtt" in roles}

    assert opened - OPEN == OF_A_TABLE


def test_an_admin_opens_everything_and_the_app_all_but_draining() -> None:
    assert all("admin" in roles for roles in ROUTES.values())
    assert [one for one, roles in ROUTES.items() if "app" not in roles] == ["GET /drain", "POST /drain"]
    assert frozenset(get_args(Role)) == ALL


def test_without_a_key_every_address_that_is_not_open_is_401_in_one_body_of_its_api(tmp_path: Path) -> None:
    app = whole(tmp_path)
    client = app.test_client()
    asked = [(method, rule) for _, rule in routes(app) if rule not in OPEN for method in METHODS]
    answers = [ask(client, *one) for one in (*asked, ("GET", "/nothing"), ("POST", "//tts"), ("PUT", "/livez/"))]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers if answer.data}) == len(("ours", "OpenAI's", "Ollama's"))
    assert all(answer.headers["WWW-Authenticate"] == "Bearer" for answer in answers)


def test_a_table_is_told_what_its_key_does_not_open(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "ai-server-keys.json").add("table", "vtt")
    app = whole(tmp_path)
    client = app.test_client()
    answers = {line(*one): ask(client, *one, key) for one in routes(app)}

    for name, answer in answers.items():
        assert (answer.status_code == 403) == ("vtt" not in ROUTES[name]), name
    assert problem(answers["POST /stt"], 403).code == "forbidden"
    assert "'vtt'" in problem(answers["POST /stt"], 403).sentence


def test_an_address_that_does_not_exist_is_404_and_a_wrong_method_405_for_every_key(file: KeyFile) -> None:
    for key in (KEY, file.add("table", "vtt"), file.add("boss", "admin")):
        client = server(file).test_client()
        assert problem(ask(client, "GET", "/nothing", key), 404).code == "not_found"
        assert problem(ask(client, "POST", "//tts", key), 404).code == "not_found"
        wrong = ask(client, "GET", "/tts", key)
        assert problem(wrong, 405).code == "wrong_method"
        assert wrong.headers["Allow"] == "POST"


def test_a_route_that_nobody_wrote_into_the_table_is_for_admins_only(file: KeyFile) -> None:
    app = create(room_of(), Keys({"app": KEY}, watched=WatchedKeys(file)))
    app.add_url_rule("/forgotten", view_func=lambda: Response("secret"))
    client = app.test_client()

    assert problem(ask(client, "GET", "/forgotten"), 401).code == "denied"
    assert problem(ask(client, "GET", "/forgotten", KEY), 403).code == "forbidden"


def test_a_route_knows_who_asks_and_what_they_may_search(file: KeyFile) -> None:
    keys = {role: file.add(role, role) for role in get_args(Role)}
    narrow = file.add("narrow", "app", ["projects"])
    app = Flask("search")
    install(app, Keys({"app": KEY}, watched=WatchedKeys(file)), Turnstile())
    app.add_url_rule("/rag/search", view_func=lambda: f"{holder().name} {sorted(holder().domains)}", methods=["POST"])
    client = app.test_client()

    for role, key in keys.items():
        assert ask(client, "POST", "/rag/search", key).text == f"{role} {sorted(DOMAINS[role])}"
    assert ask(client, "POST", "/rag/search", narrow).text == "narrow ['projects']"
    assert ask(client, "POST", "/rag/search", KEY).text == f"app {sorted(EVERY_DOMAIN)}"


def test_a_key_that_asks_too_much_is_429_with_a_time_to_come_again(file: KeyFile) -> None:
    key = file.add("table", "vtt")
    client = server(file, Turnstile({"vtt": KeyLimit(per_minute=2)})).test_client()
    answers = [client.post("/llm/chat", json=ASK, headers=bearer(key)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem(answers[2], 429).code == "too_many_requests"
    assert int(answers[2].headers["Retry-After"]) == 30
    assert client.get("/health", headers=bearer(key)).status_code == 200
    assert client.post("/llm/chat", json=ASK, headers=bearer(KEY)).status_code == 200


def test_the_settings_say_how_much_a_key_may_ask(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "ai-server-keys.json").add("table", "vtt")
    client = whole(tmp_path, key_limits={"vtt": {"per_minute": 1}}).test_client()

    assert ask(client, "GET", "/api/tags", key).status_code == 200
    assert ask(client, "GET", "/api/tags", key).status_code == 429
    assert ask(client, "GET", "/api/tags", KEY).status_code == 200


def test_a_stream_counts_until_it_is_closed(file: KeyFile) -> None:
    key = file.add("table", "vtt")
    turnstile = Turnstile({"vtt": KeyLimit(at_once=1)})
    client = server(file, turnstile).test_client()
    stream = client.post("/llm/chat", json=ASK, headers=bearer(key), buffered=False)
    next(iter(stream.response))

    refused = client.post("/llm/chat", json=ASK, headers=bearer(key))
    assert problem(refused, 429).code == "too_many_requests"
    assert int(refused.headers["Retry-After"]) >= 1
    stream.close()
    again = client.post("/llm/chat", json=ASK, headers=bearer(key), buffered=True)
    assert (again.status_code, turnstile.inside("table")) == (200, 0)


@pytest.mark.parametrize("path", ["/llm/chat", "/nothing", "/stt"])
def test_an_answer_that_is_a_problem_gives_its_place_back(file: KeyFile, path: str) -> None:
    turnstile = Turnstile()
    client = server(file, turnstile).test_client()

    for _ in range(3):
        assert client.post(path, data=b"", headers=bearer(KEY), buffered=True).status_code >= 400
    assert turnstile.inside("app") == 0


def guess(app: Flask, peer: str, says: str | None = None) -> int:
    """The status of a wrong key from this address, which says that it asks for another."""
    headers = bearer("hunter3") | ({"X-Forwarded-For": says} if says else {})
    return app.test_client().get("/health", headers=headers, environ_base={"REMOTE_ADDR": peer}).status_code


def test_behind_a_trusted_proxy_wrong_keys_are_counted_for_who_asks_through_it(tmp_path: Path) -> None:
    off = dict.fromkeys(("llm", "stt", "tts", "search", "voiceprint"), Off())
    app = build(AiServerSettings(home=tmp_path, key="hunter2", trusted_proxies=("127.0.0.1",), **off))
    for _ in range(TRIES_PER_SOURCE):
        assert guess(app, "127.0.0.1", "198.51.100.7, 203.0.113.1") == 401

    assert guess(app, "127.0.0.1", "192.0.2.9, 203.0.113.1") == 429
    assert guess(app, "127.0.0.1", "203.0.113.2") == 401
    assert guess(app, "127.0.0.1") == 401


def test_nobody_else_is_believed_who_they_ask_for(file: KeyFile) -> None:
    app = create(room_of(), Keys({"app": "hunter2"}, watched=WatchedKeys(file)), proxies=("127.0.0.1",))
    for number in range(TRIES_PER_SOURCE):
        assert guess(app, "203.0.113.1", f"198.51.100.{number}") == 401

    assert guess(app, "203.0.113.1", "198.51.100.99") == 429
