"""The AI server behind Debian's nginx with TLS, asked by the remote that the app uses."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3

from ai_servers import KEY, program
from bmo.ai_server.tries import TRIES_PER_SOURCE
from bmo.deploy.nginx import ai_server_site
from certificates import Authority, Certificate
from conftest import missing

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

ASKER = """
import sys
from bmo.capabilities.chat import ChatRequest, Message, Words
from bmo.capabilities.provider import Patience
from bmo.core.errors import BmoError
from bmo.core.trace import set_trace
from bmo.remote.chat import RemoteChat
from bmo.remote.server import Server
set_trace("trace-of-the-test")
request = ChatRequest((Message("user", "Count."),), patience=Patience(connect=5, first=10, between=10))
try:
    for chunk in RemoteChat(Server("cloud", sys.argv[1], sys.argv[2])).chat(request):
        print("said", chunk.text if isinstance(chunk, Words) else type(chunk).__name__, flush=True)
except BmoError as fault:
    print("fault", fault.code, fault.sentence, flush=True)
"""


class SlowOllama(ThreadingHTTPServer):
    """Says a word, and the next one only when the test has seen it arrive."""

    daemon_threads = True
    WORDS = ("one ", "two ", "three")

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Slow)
        self.seen = threading.Semaphore(0)
        self.paths: list[str] = []


class _Slow(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SlowOllama

    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for word in SlowOllama.WORDS:
            self._line({"model": "m", "message": {"role": "assistant", "content": word}, "done": False})
            if not self.server.seen.acquire(timeout=20):
                return
        self._line({"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"})
        self.wfile.write(b"0\r\n\r\n")

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        body = b'{"models": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _line(self, value: Any) -> None:
        line = json.dumps(value).encode() + b"\n"
        self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="module")
def ollama() -> Iterator[SlowOllama]:
    server = SlowOllama()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def upstream(ollama: SlowOllama, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address and port of an AI server whose chat is Ollama's."""
    settings = {
        "BMO_AI_SERVER__LLM__ENGINE": "ollama",
        "BMO_AI_SERVER__LLM__MODEL": "m",
        "BMO_AI_SERVER__LLM__URL": f"http://127.0.0.1:{ollama.server_port}",
        "BMO_AI_SERVER__STT__ENGINE": "off",
        "BMO_AI_SERVER__TTS__ENGINE": "off",
    }
    home = tmp_path_factory.mktemp("home")
    (home / "config.yaml").write_text("ai_server: {trusted_proxies: [127.0.0.1]}\n")
    with program(home, **settings) as server:
        server.ready()
        yield server.url.removeprefix("http://")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def site(folder: Path, upstream: str, shown: Certificate) -> Iterator[str]:
    """nginx with our site and nothing else; gives its https address."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        missing("nginx is not installed: apt install nginx-light")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = ai_server_site(
        server_name="localhost",
        certificate=str(shown.certificate),
        certificate_key=str(shown.key),
        listen=f"127.0.0.1:{port}",
        upstream=upstream,
        max_body=100_000,
        access_log=str(folder / "access.log"),
    )
    user = "user root;" if os.geteuid() == 0 else ""
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; {user} pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        f"events {{}}\nhttp {{ {places}\n{text}\n}}\n"
    )
    process = subprocess.Popen([nginx, "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        _listening(port, process)
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, "nginx did not start"
            assert time.monotonic() < end, "nginx does not listen"


@pytest.fixture(scope="module")
def safe(upstream: str, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The site with a good certificate: its address and its folder."""
    folder = tmp_path_factory.mktemp("nginx")
    with site(folder, upstream, authority.certify("localhost")) as url:
        yield url, folder


def asker(url: str, trusted: Path | None) -> "subprocess.Popen[str]":
    """The app's remote in a process of its own, which trusts this authority besides those of the machine."""
    environment = {key: value for key, value in os.environ.items() if key not in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
    if trusted is not None:
        environment["SSL_CERT_FILE"] = str(trusted)
    command = [sys.executable, "-c", ASKER, url, KEY]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_words_come_through_tls_one_by_one_as_they_are_said(
    safe: tuple[str, Path], ollama: SlowOllama, authority: Authority
) -> None:
    url, folder = safe
    with asker(url, authority.file) as process:
        words = []
        for _ in SlowOllama.WORDS:
            words.append(heard(process))  # the next word is not said before this one is here
            ollama.seen.release()
        end = heard(process)

    assert words == ["said one", "said two", "said three"]
    assert end == "said Finished"
    log = (folder / "access.log").read_text()
    assert "trace=trace-of-the-test" in log
    assert KEY not in log


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(
    safe: tuple[str, Path], ollama: SlowOllama
) -> None:
    asked = len(ollama.paths)
    with asker(safe[0], None) as process:
        answer = heard(process)

    assert answer.startswith("fault no_safe_connection")
    assert len(ollama.paths) == asked


@pytest.mark.parametrize(("host", "days"), [("elsewhere.example", 1), ("localhost", -1)])
def test_a_certificate_for_another_name_or_one_that_has_ended_is_refused(
    upstream: str, authority: Authority, tmp_path: Path, host: str, days: int
) -> None:
    with site(tmp_path, upstream, authority.certify(host, days=days)) as url, asker(url, authority.file) as process:
        answer = heard(process)

    assert answer.startswith("fault no_safe_connection")


def test_only_the_ai_server_is_reached_and_ollama_itself_never(
    safe: tuple[str, Path], ollama: SlowOllama, authority: Authority
) -> None:
    http = urllib3.PoolManager(ca_certs=str(authority.file), retries=False)
    asked = len(ollama.paths)
    with_key = {"Authorization": f"Bearer {KEY}"}

    for path in ("/api/pull", "/api/push", "/api/create", "/api/copy", "/api/delete", "/api/blobs/sha256:0"):
        assert http.request("POST", safe[0] + path, json={"model": "m"}).status == 401
        for method in ("POST", "DELETE", "PUT"):
            refused = http.request(method, safe[0] + path, headers=with_key, json={"model": "m"})
            assert refused.status in (403, 404, 405)
    for path in ("/", "//127.0.0.1/api/tags", "/%2e%2e/api/tags", "/v1/../api/pull"):
        assert http.request("GET", safe[0] + path).status in (400, 401, 404)
    assert len(ollama.paths) == asked


def test_a_body_beyond_the_limit_is_refused_by_nginx(safe: tuple[str, Path], authority: Authority) -> None:
    http = urllib3.PoolManager(ca_certs=str(authority.file), retries=False)

    answer = http.request(
        "POST", safe[0] + "/llm/chat", body=bytes(100_001), headers={"Authorization": f"Bearer {KEY}"}
    )

    assert answer.status == 413


def guess(url: str, authority: Authority, source: str, says: str) -> int:
    """The status of a wrong key from this address of the machine, which says that it is another."""
    http = urllib3.PoolManager(ca_certs=str(authority.file), retries=False, source_address=(source, 0))
    headers = {"Authorization": "Bearer wrong", "X-Forwarded-For": says}
    return http.request("GET", url + "/gpu/status", headers=headers).status


def test_whoever_guesses_keys_through_nginx_locks_out_nobody_else(safe: tuple[str, Path], authority: Authority) -> None:
    url, _ = safe
    for number in range(TRIES_PER_SOURCE):
        assert guess(url, authority, "127.0.0.2", f"198.51.100.{number}") == 401

    assert guess(url, authority, "127.0.0.2", "198.51.100.99") == 429
    assert guess(url, authority, "127.0.0.3", "127.0.0.2") == 401


def test_plain_http_on_the_tls_port_gets_nothing(safe: tuple[str, Path]) -> None:
    assert urllib3.request("GET", safe[0].replace("https:", "http:") + "/livez", retries=False).status == 400


def test_connections_stay_open_on_both_sides(safe: tuple[str, Path], authority: Authority) -> None:
    http = urllib3.PoolManager(ca_certs=str(authority.file), retries=False)

    for _ in range(20):
        assert http.request("GET", safe[0] + "/livez").status == 200

    pool = http.connection_from_url(safe[0])
    assert (pool.num_connections, pool.num_requests) == (1, 20)
