"""The servers that the benchmarks of the line start, each on a free port, and end."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parents[1]


class Url(str):
    """Of a server that was started here, with the id of its process."""

    pid: int

    def __new__(cls, url: str, pid: int) -> "Url":
        made = super().__new__(cls, url)
        made.pid = pid
        return made


def free_port() -> int:
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        port: int = finder.getsockname()[1]
        return port


@contextmanager
def gunicorn(
    *options: str, threads: int = 8, app: str = "routing_server:app", tls: Path | None = None
) -> Iterator[str]:
    """gunicorn with the AI server's own kind of worker; gives its URL. TLS ends in it where there is a certificate."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", str(threads)]
    command += ["--worker-class", "bmo.wire.hurry.HurriedWorker", "--keep-alive", "75", "--no-control-socket"]
    command += ["--log-level", "critical", "--pythonpath", str(HERE), *options]
    command += [] if tls is None else ["--certfile", str(tls), "--keyfile", str(tls)]
    with subprocess.Popen([*command, app], stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield Url(f"{'http' if tls is None else 'https'}://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()


@contextmanager
def nginx(cloud: str, here: str, seconds: float) -> Iterator[str]:
    """nginx that asks `here` where `cloud` does not answer within `seconds` (both host:port); gives its URL."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "nginx.conf"
        config.write_text(_NGINX.format(folder=folder, port=port, cloud=cloud, here=here, ms=int(seconds * 1_000)))
        with subprocess.Popen(["nginx", "-c", str(config), "-p", folder, "-e", f"{folder}/error.log"]) as process:
            try:
                wait_for(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.send_signal(signal.SIGQUIT)


_NGINX = """
daemon off;
pid {folder}/pid;
worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream ai {{
    server {cloud} max_fails=1 fail_timeout=60s;
    server {here} backup;
    keepalive 16;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://ai;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_connect_timeout {ms}ms;
      proxy_read_timeout {ms}ms;
      proxy_next_upstream error timeout invalid_header http_500 http_502 http_503 http_504 http_429 non_idempotent;
    }}
  }}
}}
"""


@contextmanager
def certificate() -> Iterator[Path]:
    """A certificate for 127.0.0.1 with its key in one file, made on the spot; it is its own authority."""
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "both.pem", Path(folder) / "key.pem"
        ask: Sequence[str] = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        ask = [*ask, "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        subprocess.run([*ask, "-keyout", str(key), "-out", str(path)], check=True, capture_output=True)
        path.write_bytes(path.read_bytes() + key.read_bytes())
        yield path


def wait_for(port: int) -> None:
    """Until somebody listens."""
    ends = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)
