"""The running app, asked over REST by the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3

from bmo.app.signing import address_file
from bmo.core.errors import BmoError, Broken, Refused, Unreachable
from bmo.settings.app import AppSettings

TIMEOUT = urllib3.Timeout(connect=2.0, read=300.0)
"""Seconds; a small machine may think for a while."""


class Client:
    """Talks to the app of this home with the script token."""

    def __init__(self, settings: AppSettings) -> None:
        """Raises `Broken` when this home has no token yet."""
        self._base = base_url(settings)
        self._headers = {"Authorization": f"Bearer {script_token(settings.home)}"}
        self._http = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def get(self, path: str) -> Any:
        """The JSON at this address. Raises `Unreachable`, or what the app answered."""
        return self._json("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON answer to this body. Raises `Unreachable`, or what the app answered."""
        return self._json("POST", path, body)

    def delete(self, path: str) -> Any:
        """Delete this; the JSON answer. Raises `Unreachable`, or what the app answered."""
        return self._json("DELETE", path, None)

    def sound(self, path: str, body: dict[str, Any]) -> bytes:
        """The sound answered to this body. Raises `Unreachable`, or what the app answered."""
        with self._answer("POST", path, body) as answer:
            return answer.read()

    def lines(self, path: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The NDJSON answer to this body, line by line. Raises `Unreachable`, or what the app answered."""
        with self._answer("POST", path, body) as answer:
            rest = b""
            for piece in answer.stream(None, decode_content=True):
                *whole, rest = (rest + piece).split(b"\n")
                yield from (json.loads(line) for line in whole if line)

    def _json(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        with self._answer(method, path, body) as answer:
            return json.loads(answer.read() or b"null")

    @contextmanager
    def _answer(self, method: str, path: str, body: dict[str, Any] | None) -> Iterator[urllib3.BaseHTTPResponse]:
        try:
            answer = self._http.request(
                method, self._base + path, json=body, headers=self._headers, preload_content=False
            )
            try:
                if answer.status >= 400:
                    raise _problem(answer)
                yield answer
            finally:
                answer.drain_conn()
                answer.release_conn()
        except UnicodeEncodeError as fault:
            raise Refused("Your terminal sent something that is not text. Type it again.") from fault
        except urllib3.exceptions.HTTPError as fault:
            raise Unreachable("BMO does not run here. Start it with `make run` or `bmo run`.") from fault


def base_url(settings: AppSettings) -> str:
    """Where the running app is: it wrote that down, for `bmo run` may have picked another port."""
    try:
        address = urlsplit(address_file(settings.home).read_text("utf-8").strip())
    except OSError:
        return f"http://127.0.0.1:{settings.app.port}"
    return f"{address.scheme}://{address.netloc}"


def script_token(home: Path) -> str:
    """The token for scripts. Raises `Broken` when there is none yet, or when it is somebody else's."""
    try:
        return (home / "token").read_text("utf-8").strip()
    except FileNotFoundError as fault:
        raise Broken(f"There is no token in {home} yet: BMO makes one when it starts (`bmo run`).") from fault
    except OSError as fault:
        raise Broken(f"{home / 'token'} cannot be read: {fault.strerror}.") from fault


def _problem(answer: urllib3.BaseHTTPResponse) -> BmoError:
    try:
        told = json.loads(answer.read())
        return BmoError(str(told["sentence"]), code=str(told["code"]))
    except (ValueError, KeyError, TypeError):
        return BmoError(f"Something that is not BMO answered with status {answer.status}. Is the port right?")
