"""An EC2 instance metadata service, version 2, as AWS documents it; and everything that may be wrong with one."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

TOKEN = "/latest/api/token"
NOTICE = "/latest/meta-data/spot/instance-action"
REBALANCE = "/latest/meta-data/events/recommendations/rebalance"
Mood = Literal["well", "hangs", "drips", "garbage", "refuses"]


@dataclass
class Metadata:
    """What the service says. Change it at any time."""

    documents: dict[str, str] = field(default_factory=dict)
    mood: Mood = "well"
    url: str = ""
    asked: list[str] = field(default_factory=list)
    """Method and path of every request."""
    tokens: set[str] = field(default_factory=set)
    """Those that are valid; clear it, and all have expired."""
    ended: threading.Event = field(default_factory=threading.Event)

    def notice(self, at: str, action: str = "terminate") -> None:
        self.documents[NOTICE] = json.dumps({"action": action, "time": at})

    def rebalance(self, at: str) -> None:
        self.documents[REBALANCE] = json.dumps({"noticeTime": at})


@contextmanager
def metadata_server() -> Iterator[Metadata]:
    """On a port of its own."""
    metadata = Metadata()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            metadata.asked.append(f"PUT {self.path}")
            if self.ill() or self.path != TOKEN:
                return
            seconds = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
            if not seconds.isdigit() or not 1 <= int(seconds) <= 21_600:
                self.say(400, "")
                return
            token = secrets.token_urlsafe(40)
            metadata.tokens.add(token)
            self.say(200, token)

        def do_GET(self) -> None:
            metadata.asked.append(f"GET {self.path}")
            if self.ill():
                return
            if self.headers.get("X-aws-ec2-metadata-token") not in metadata.tokens:
                self.say(401, "")
            elif self.path not in metadata.documents:
                self.say(404, "<html>Not Found</html>")
            else:
                self.say(200, metadata.documents[self.path])

        def ill(self) -> bool:
            if metadata.mood == "hangs":
                metadata.ended.wait(30)
            elif metadata.mood == "drips":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
                while not metadata.ended.wait(0.05):
                    try:
                        self.wfile.write(b" ")
                        self.wfile.flush()
                    except OSError:
                        break
            elif metadata.mood == "garbage":
                self.wfile.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            elif metadata.mood == "refuses":
                self.say(401, "")
            return metadata.mood != "well"

        def say(self, status: int, body: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    metadata.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield metadata
    finally:
        metadata.ended.set()
        server.shutdown()
        server.server_close()
