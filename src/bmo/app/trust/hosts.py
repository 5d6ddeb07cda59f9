"""By which names BMO answers, and from which pages it takes orders."""

from collections.abc import Iterable, Mapping
from typing import Any

from bmo.core.errors import Forbidden

LOCAL = ("127.0.0.1", "localhost", "[::1]")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Hosts:
    """The allowed values of `Host`: this machine's own names with the port, and what the settings add."""

    def __init__(self, port: int, allowed: Iterable[str] = ()) -> None:
        """An allowed name without a port is good with any port."""
        self._allowed = {f"{name}:{port}" for name in LOCAL} | {name.lower() for name in allowed}

    def check_host(self, environ: Mapping[str, Any]) -> None:
        """Raises `Forbidden`: another name leads here, perhaps by a trick with DNS."""
        host = _host(environ)
        if host not in self._allowed and _name(host) not in self._allowed:
            raise Forbidden(
                f"BMO does not answer to the name {host[:100]!r}. "
                "If it should, add it to app.allowed_hosts in config.yaml.",
                code="wrong_host",
            )

    def check_origin(self, environ: Mapping[str, Any]) -> None:
        """Raises `Forbidden` when a page that did not come from here asks for a change or a socket."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin.lower().partition("://")[2] != _host(environ):
            raise Forbidden(
                "This request comes from another page. Open BMO's own page and try there.", code="wrong_origin"
            )


def changes_state(environ: Mapping[str, Any]) -> bool:
    """Whether a request may change something: by its method, or because it opens a socket."""
    return (
        environ.get("REQUEST_METHOD") not in SAFE_METHODS
        or "HTTP_UPGRADE" in environ
        or "socket.io" in environ.get("PATH_INFO", "")
    )


def _host(environ: Mapping[str, Any]) -> str:
    return str(environ.get("HTTP_HOST", "")).lower()


def _name(host: str) -> str:
    """The host without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host
