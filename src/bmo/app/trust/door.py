"""The door of every listener, before Flask and Socket.IO: by which name, from which page, and who is it?"""

from collections.abc import Callable, Iterable
from typing import Any

from bmo.app.trust.hosts import changes_state
from bmo.app.trust.trust import Trust
from bmo.app.trust.visitor import ENVIRON_KEY, SIGN_IN
from bmo.core.errors import BmoError, Busy, Denied, Forbidden
from bmo.wire.problem import headers, problem, status

REASONS = {401: "UNAUTHORIZED", 403: "FORBIDDEN", 429: "TOO MANY REQUESTS", 500: "INTERNAL SERVER ERROR"}


class Door:
    """WSGI around the whole app. It leaves the `Visitor`, if any, in the environ; the routes decide what that opens."""

    def __init__(self, inside: Any, trust: Trust, full: Callable[[], bool]) -> None:
        """`full` tells whether another socket would take a thread that is needed elsewhere."""
        self._inside = inside
        self._trust = trust
        self._full = full

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.pop(ENVIRON_KEY, None)
        try:
            self._check(environ)
        except BmoError as error:
            return _answer(error, start_response)
        inside: Iterable[bytes] = self._inside(environ, start_response)
        return inside

    def _check(self, environ: dict[str, Any]) -> None:
        self._trust.hosts.check_host(environ)
        if changes_state(environ):
            self._trust.hosts.check_origin(environ)
        visitor = self._trust.visitor(environ)
        if visitor is not None:
            environ[ENVIRON_KEY] = visitor
        if "socket.io" in environ.get("PATH_INFO", ""):
            if visitor is None:
                raise Denied(SIGN_IN)
            if visitor.proof == "key":
                raise Forbidden("A program's key opens no socket. Use /v1/chat/completions or /api/chat.")
            if self._full():
                raise Busy("BMO is full: too many pages are open. Close one and try again.", retry_after=10)


def _answer(error: BmoError, start_response: Any) -> list[bytes]:
    body = problem(error).model_dump_json().encode()
    number = status(error)
    told = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "X-Content-Type-Options": "nosniff",
        **headers(error),
    }
    start_response(f"{number} {REASONS.get(number, 'SERVICE UNAVAILABLE')}", list(told.items()))
    return [body]
