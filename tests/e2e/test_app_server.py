"""The app under its real server: sockets, hostile clients, the proxy, and the end."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openai
import pytest
import socketio
import websocket

from conftest import missing

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]
PROGRAM = Path(__file__).parents[1] / "scripted_program.py"
CAP = 3


def until(true: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.02)
    return value


class Server:
    """A running app."""

    def __init__(self, home: Path, **more: str) -> None:
        self.home = home
        self.said = ""
        environment = {**os.environ, "BMO_HOME": str(home), "BMO_APP__PORT": "0", "BMO_APP__SOCKETS": str(CAP), **more}
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM)], env=environment, stderr=subprocess.PIPE, text=True
        )
        address = home / "run" / "address"
        until(lambda: address.exists() or self.process.poll() is not None)
        self.address = address.read_text().strip() if address.exists() else ""
        self.port = int(self.address.split(":")[2].split("/")[0]) if self.address else 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {(self.home / 'token').read_text().strip()}"}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, Any, Any]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            text = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(text) if is_json else text, answer.headers

    def raw(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port))
        line.settimeout(10)
        return line

    def alive(self) -> bool:
        return self.ask("GET", "/livez")[0] == 200

    def threads(self) -> int:
        """Of the worker that serves."""
        worker = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0]
        return len(list(Path(f"/proc/{worker}/task").iterdir()))

    def sign_in(self) -> dict[str, str]:
        """The cookie and CSRF token of a new session of the owner."""
        address = self.ask("POST", "/api/sign-in-address", "{}", Content_Type="application/json", **self.bearer)[1]
        cookie = self.ask("GET", "/sign-in" + address["address"].split("/sign-in")[1])[2]["Set-Cookie"].split(";")[0]
        csrf = self.ask("GET", "/api/session", Cookie=cookie)[1]["csrf"]
        return {"Cookie": cookie, "X_CSRF_Token": csrf}

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.said += self.process.communicate(timeout=15)[1] or ""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.stop()


class Page:
    """One Socket.IO client that keeps what it hears."""

    def __init__(self) -> None:
        self.io = socketio.Client(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        self.refused: list[Any] = []
        self.io.on("*", lambda event, *args: self.heard.append((event, args[0])), namespace="/voice")
        self.io.on("connect_error", self.refused.append, namespace="/voice")

    def connect(self, url: str, headers: dict[str, str]) -> bool:
        try:
            self.io.connect(url, headers=headers, namespaces=["/voice"], transports=["websocket"])
        except socketio.exceptions.ConnectionError:
            return False
        return True

    def of(self, event: str) -> list[Any]:
        return [body for name, body in self.heard if name == event]


@pytest.fixture
def pages() -> Iterator[Callable[[], Page]]:
    made: list[Page] = []

    def page() -> Page:
        made.append(Page())
        return made[-1]

    yield page
    for one in made:
        one.io.disconnect()


def test_frames_come_back_in_order_and_nonsense_gets_a_sentence(server: Server, pages: Callable[[], Page]) -> None:
    page = pages()
    assert page.connect(server.url, server.bearer)

    for number in range(200):
        page.io.emit("frame", ({"seq": number}, bytes(2_560)), namespace="/voice")
    page.io.emit("dance", namespace="/voice")
    page.io.emit("frame", ({"seq": -1}, b""), namespace="/voice")
    page.io.emit("frame", namespace="/voice")

    until(lambda: len(page.of("problem")) == 3)
    assert [head["seq"] for head in page.of("back")] == list(range(200))
    assert [problem["code"] for problem in page.of("problem")] == ["unknown_event", "bad_request", "bad_request"]


def test_the_socket_beyond_the_cap_is_told_in_a_sentence_and_gets_in_later(
    server: Server, pages: Callable[[], Page]
) -> None:
    inside = [pages() for _ in range(CAP)]
    assert all(page.connect(server.url, server.bearer) for page in inside)

    late = pages()
    assert not late.connect(server.url, server.bearer)
    assert late.refused[0]["data"]["code"] == "busy"
    assert late.refused[0]["message"].startswith("BMO is full")
    assert server.alive()

    inside[0].io.disconnect()
    until(lambda: pages().connect(server.url, server.bearer))


def test_connections_that_never_join_are_turned_away_with_a_status(server: Server) -> None:
    address = f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket"
    lines = [websocket.create_connection(address, header=server.bearer) for _ in range(CAP + 20)]

    status, body, headers = server.ask("GET", "/socket.io/?EIO=4&transport=websocket", **server.bearer)
    for line in lines:
        line.close()

    assert (status, body["code"], headers["Retry-After"]) == (503, "busy", "10")
    assert server.alive()


def test_nobody_opens_a_socket_without_proof_or_from_another_page(server: Server, pages: Callable[[], Page]) -> None:
    assert not pages().connect(server.url, {})
    assert not pages().connect(server.url, {"Authorization": "Bearer x"})
    assert not pages().connect(server.url, {**server.bearer, "Origin": "http://evil.example.org"})


def test_signing_out_closes_the_sockets_of_that_session(server: Server, pages: Callable[[], Page]) -> None:
    session, other = server.sign_in(), server.sign_in()
    mine, theirs = pages(), pages()
    assert mine.connect(server.url, {"Cookie": session["Cookie"]})
    assert theirs.connect(server.url, {"Cookie": other["Cookie"]})

    status = server.ask("POST", "/sign-out", **session)[0]

    assert status == 204
    until(lambda: not mine.io.connected)
    assert mine.of("problem")[0]["code"] == "denied"
    theirs.io.emit("frame", ({"seq": 1}, b""), namespace="/voice")
    until(lambda: theirs.of("back"))


def test_a_flood_is_cut_off_and_the_others_go_on(server: Server, pages: Callable[[], Page]) -> None:
    flood, calm = pages(), pages()
    assert flood.connect(server.url, server.bearer)
    assert calm.connect(server.url, server.bearer)

    for number in range(10_000):
        if not flood.io.connected:
            break
        flood.io.emit("frame", ({"seq": number}, b""), namespace="/voice")
    until(lambda: not flood.io.connected)
    calm.io.emit("frame", ({"seq": 7}, b""), namespace="/voice")

    until(lambda: calm.of("back"))
    assert len(flood.of("back")) < 1_000


def test_a_page_that_never_reads_is_dropped(server: Server, pages: Callable[[], Page]) -> None:
    others = [pages() for _ in range(CAP - 1)]
    assert all(page.connect(server.url, server.bearer) for page in others)
    deaf = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket", header=server.bearer
    )
    deaf.send("40/voice,")
    deaf.send('42/voice,["spill"]')

    late = pages()
    until(lambda: late.connect(server.url, server.bearer))
    others[0].io.emit("frame", ({"seq": 1}, b""), namespace="/voice")
    until(lambda: others[0].of("back"))
    deaf.close()


def test_an_event_named_like_a_coming_or_going_is_only_an_event(server: Server, pages: Callable[[], Page]) -> None:
    page = pages()
    assert page.connect(server.url, server.bearer)

    for name in ("connect", "disconnect", "*", "message"):
        page.io.emit(name, ({}, {}), namespace="/voice")
    page.io.emit("frame", ({"seq": 7}, b"x"), namespace="/voice")

    until(lambda: ("back", {"seq": 7}) in page.heard)
    assert [body["code"] for event, body in page.heard if event == "problem"] == ["unknown_event"] * 4


def test_nobody_sits_in_a_namespace_that_is_not_ours(server: Server) -> None:
    for namespace in ("/", "/admin"):
        io = socketio.Client(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            io.connect(server.url, server.bearer, namespaces=[namespace], transports=["websocket"])


@pytest.mark.parametrize(
    "packet",
    [
        "4",
        "49",
        "4" + "2" * 50,
        "42/voice,{}",
        "42/voice,[]",
        "42/voice,[{}]",
        "42/voice," + "[" * 100_000,
        '42/voice,["ask"',
        '4599-/voice,["frame"]',
        "4xyz",
        "44/voice,{}",
    ],
    ids=lambda packet: packet[:20],
)
def test_what_is_not_socket_io_ends_its_own_socket_without_a_traceback(server: Server, packet: str) -> None:
    bearer = [f"{name}: {value}" for name, value in server.bearer.items()]
    line = websocket.create_connection(
        server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket", header=bearer, timeout=10
    )
    line.recv()
    line.send("40/voice,{}")
    line.recv()

    line.send(packet)

    told = []
    try:
        while len(told) < 3 and not any("problem" in message for message in told):
            told.append(line.recv() or "closed")
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        told.append("closed")
    line.close()
    assert server.alive()
    server.stop()
    assert "Traceback" not in server.said


def test_a_huge_message_ends_its_own_socket_only(server: Server, pages: Callable[[], Page]) -> None:
    big = pages()
    assert big.connect(server.url, server.bearer)

    big.io.emit("frame", ({"seq": 0}, bytes(5_000_000)), namespace="/voice")

    until(lambda: not big.io.connected)
    assert server.alive()
    until(lambda: server.threads() < 15)


def test_a_body_that_drips_gets_408_and_its_thread_back(server: Server) -> None:
    head = (
        f"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        f"Authorization: {server.bearer['Authorization']}\r\nContent-Length: 1000\r\n\r\n"
    )
    with closing(server.raw()) as line:
        line.sendall(head.encode() + b'{"text": ')
        answer = b"".join(iter(lambda: line.recv(10_000), b""))

    assert answer.startswith(b"HTTP/1.1 408")
    assert b"too slowly" in answer


def test_a_body_shorter_than_it_says_is_refused(server: Server) -> None:
    head = (
        f"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        f"Authorization: {server.bearer['Authorization']}\r\nContent-Length: 1000\r\n\r\n"
    )
    with closing(server.raw()) as line:
        line.sendall(head.encode() + b'{"text": "hi"}')
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(10_000)

    assert answer.startswith(b"HTTP/1.1 400")


def test_a_body_that_says_it_has_2_gb_is_refused_before_it_comes(server: Server) -> None:
    head = (
        f"POST /api/voice/turn HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: audio/wav\r\n"
        f"Authorization: {server.bearer['Authorization']}\r\nContent-Length: 2000000000\r\n\r\n"
    )
    with closing(server.raw()) as line:
        line.sendall(head.encode())
        answer = line.recv(10_000)

    assert answer.startswith(b"HTTP/1.1 413")


def test_an_endless_body_without_a_length_ends_at_the_limit(server: Server) -> None:
    head = (
        f"POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
        f"Authorization: {server.bearer['Authorization']}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with closing(server.raw()) as line:
        line.sendall(head.encode())
        try:
            for _ in range(1_000):
                line.sendall(chunk)
        except OSError:
            sent_all = False
        else:
            sent_all = True

    assert not sent_all
    assert server.alive()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"9" * 5_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"NONSENSE\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_is_refused_in_the_same_style(server: Server, request_: bytes, status: int) -> None:
    with closing(server.raw()) as line:
        line.sendall(request_)
        answer = http.client.HTTPResponse(line)
        answer.begin()

        assert answer.status == status
        assert set(json.loads(answer.read())) == {"code", "sentence"}


def test_a_head_that_drips_loses_its_connection(server: Server) -> None:
    lines = [server.raw() for _ in range(20)]
    for line in lines:
        line.sendall(b"GET /livez HTTP/1.1\r\nHost: ")

    assert [line.recv(100) for line in lines] == [b""] * 20
    assert server.alive()


def test_the_end_is_quick_and_clean_though_pages_are_open(server: Server, pages: Callable[[], Page]) -> None:
    page = pages()
    assert page.connect(server.url, server.bearer)

    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    _, log = server.process.communicate(timeout=15)

    assert time.monotonic() - began < 4
    assert (server.process.returncode, "Traceback" in log) == (0, False)
    until(lambda: not page.io.connected)


def test_the_command_line_talks_to_the_running_app(server: Server, tmp_path: Path) -> None:
    def bmo(*words: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "BMO_HOME": str(server.home)}
        command = [sys.executable, "-m", "bmo.cli", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)

    assert bmo("ask", "set", "a", "timer").stdout == "Five minutes.\n"
    assert bmo("ask", "--stream", "set a timer").stdout == "Five minutes.\n"
    assert bmo("say", "hello", "-o", str(tmp_path / "x.wav")).returncode == 0
    assert (tmp_path / "x.wav").read_bytes().startswith(b"RIFF")
    nobody = bmo("say", "hello", "--voice", "x", "-o", str(tmp_path / "y.wav"))
    assert nobody.returncode == 1
    assert nobody.stderr.startswith("There is no voice named 'x'. There are: bmo,")
    fresh = bmo("token", "--sign-in").stdout.strip()
    assert server.ask("GET", fresh.removeprefix(server.url))[2]["Location"] == "/"
    assert bmo("token").stdout.strip() == server.bearer["Authorization"].removeprefix("Bearer ")


def test_the_command_line_makes_and_takes_away_keys_of_programs(server: Server) -> None:
    def keys(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "bmo.cli", "keys", *words]
        environment = {**os.environ, "BMO_HOME": str(server.home)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)

    made = keys("add", "Home Assistant")
    assert server.ask("GET", "/v1/models", Authorization=f"Bearer {made.stdout.strip()}")[0] == 200
    assert "shown this once" in made.stderr
    assert "Home Assistant" in keys("list").stdout
    assert "opens nothing" in keys("remove", "home assistant").stdout
    assert server.ask("GET", "/v1/models", Authorization=f"Bearer {made.stdout.strip()}")[0] == 401
    assert "There is no key called" in keys("remove", "home assistant").stderr


def test_a_taken_port_and_a_second_start_are_one_sentence_each(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        one = Server(tmp_path / "one", BMO_APP__PORT=str(port))
        _, log = one.process.communicate(timeout=15)

    assert f"Port {port} on 127.0.0.1 is taken by another program" in log
    first = Server(tmp_path / "two")
    second = subprocess.run(
        [sys.executable, str(PROGRAM)],
        env={**os.environ, "BMO_HOME": str(tmp_path / "two"), "BMO_APP__PORT": "0"},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert first.alive()
    first.stop()
    assert "BMO already runs with" in second.stderr


NGINX = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f;
  uwsgi_temp_path {home}/u; scgi_temp_path {home}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://unix:{home}/run/app.sock; proxy_http_version 1.1; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto https;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;
    }}
  }}
}}
"""


@pytest.fixture
def behind_nginx(tmp_path: Path) -> Iterator[Server]:
    nginx = shutil.which("nginx") or missing("nginx is not installed")
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    server = Server(tmp_path, BMO_APP__ALLOWED_HOSTS=f"127.0.0.1:{port}")
    (tmp_path / "nginx.conf").write_text("user root;" * (os.getuid() == 0) + NGINX.format(home=tmp_path, port=port))
    proxy = subprocess.Popen([nginx, "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")])
    server.port = port

    def up() -> bool:
        try:
            return server.alive()
        except OSError:
            return False

    until(up)
    yield server
    proxy.terminate()
    proxy.wait(10)
    server.stop()


def test_through_a_real_proxy_every_route_but_the_open_ones_answers_401(behind_nginx: Server, pages: Any) -> None:
    server = behind_nginx
    shut = [
        ("GET", "/api/health"), ("POST", "/api/chat"), ("POST", "/api/chat?stream=1"), ("POST", "/api/chat/clear"),
        ("POST", "/api/voice/turn"), ("POST", "/api/say"), ("GET", "/api/clips/x.wav"), ("GET", "/api/timers"),
        ("POST", "/api/timers"), ("DELETE", "/api/timers/1"), ("POST", "/api/timers/stop"), ("GET", "/api/session"),
        ("POST", "/api/providers/pin"), ("POST", "/api/pin"), ("POST", "/api/sign-in-address"), ("POST", "/sign-out"),
        ("GET", "/socket.io/?EIO=4&transport=websocket"), ("GET", "/api/anything"), ("OPTIONS", "/api/chat"),
    ]  # fmt: skip

    # The tokens of this machine are no proof here, and a loopback peer is none either.
    for headers in ({}, server.bearer, {"X_Forwarded_For": "127.0.0.1", "X_Real_IP": "127.0.0.1"}):
        for method, path in shut:
            assert server.ask(method, path, **headers)[0] == 401, (method, path, headers)
    for path, status in (("/livez", 200), ("/readyz", 200), ("/sign-in?code=x", 303)):
        assert server.ask("GET", path)[0] == status


OPEN = {
    "GET /livez",
    "GET /readyz",
    "GET /sign-in",
    "POST /sign-in/pin",
    "POST /sign-in/kiosk",
    "POST /pair",
    "POST /pair/claim",
    "GET /",
    "GET /{name}",
}
"""Everything that answers somebody without a session or key."""


def test_through_a_real_proxy_every_route_there_is_wants_a_session_or_key(behind_nginx: Server) -> None:
    server = behind_nginx
    cookie = server.ask("GET", "/sign-in" + server.address.split("/sign-in")[1])[2]["Set-Cookie"].split(";")[0]
    paths = server.ask("GET", "/api/openapi.json", Cookie=cookie)[1]["paths"]
    lines = {(method.upper(), path) for path, methods in paths.items() for method in methods}

    for method, path in sorted(lines):
        for headers in ({}, {"X_Forwarded_For": "127.0.0.1"}, {"Cookie": "bmo_session=x"}):
            status = server.ask(method, re.sub(r"{\w+}", "1", path), **headers)[0]
            assert (status == 401) is (f"{method} {path}" not in OPEN), (method, path, headers, status)
    assert {f"{method} {path}" for method, path in lines} >= OPEN


def test_through_a_real_proxy_a_programs_key_chats_until_it_is_taken_away(behind_nginx: Server) -> None:
    server = behind_nginx
    cookie = server.ask("GET", "/sign-in" + server.address.split("/sign-in")[1])[2]["Set-Cookie"].split(";")[0]
    session = {"Cookie": cookie, "X_CSRF_Token": server.ask("GET", "/api/session", Cookie=cookie)[1]["csrf"]}
    made = server.ask("POST", "/api/keys", '{"name": "far away"}', Content_Type="application/json", **session)[1]
    client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=made["key"], max_retries=0)
    hello = [{"role": "user", "content": "hello"}]

    whole = client.chat.completions.create(model="bmo", messages=hello)
    chunks = list(client.chat.completions.create(model="bmo", messages=hello, stream=True))
    server.ask("DELETE", f"/api/keys/{made['line']['id']}", **session)

    assert whole.choices[0].message.content == "Five minutes."
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Five minutes."
    with pytest.raises(openai.AuthenticationError):
        client.models.list()


def test_through_a_real_proxy_a_session_works_and_its_cookie_is_secure(behind_nginx: Server, pages: Any) -> None:
    server = behind_nginx
    answer = server.ask("GET", "/sign-in" + server.address.split("/sign-in")[1])[2]
    cookie = answer["Set-Cookie"]
    page = pages()

    assert "Secure" in cookie
    assert server.ask("GET", "/api/session", Cookie=cookie.split(";")[0])[0] == 200
    assert page.connect(server.url, {"Cookie": cookie.split(";")[0]})
    page.io.emit("frame", ({"seq": 3}, b""), namespace="/voice")
    until(lambda: page.of("back"))
