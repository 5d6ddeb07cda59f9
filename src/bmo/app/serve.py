"""Serve the app under gunicorn: one worker with many threads, on loopback and on a Unix socket for the proxy."""

import errno
import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from bmo.app.hurry import HurriedWorker
from bmo.app.parts import Built
from bmo.app.signing import write_address
from bmo.app.trust.accounts import pin_on_disk
from bmo.app.trust.listening import listening_host
from bmo.core.errors import BmoError, Broken
from bmo.settings.app import AppSettings
from bmo.settings.load import Loaded

Build: TypeAlias = Callable[[AppSettings, Sequence[str]], Built]

GRACE_SECONDS = 5
"""How long requests may take to end when the program is told to."""
BACKLOG = 256


def wired(settings: AppSettings, notices: Sequence[str]) -> Built:
    """The real app. Imported where it is built: the process that only watches the worker stays small."""
    from bmo.app.wiring import build

    return build(settings, notices)


def serve(loaded: Loaded[AppSettings], build: Build = wired) -> None:
    """Run until SIGTERM or SIGINT. Raises `Broken` when the port is taken; exits by itself otherwise.

    `build` is called once, in the process that serves.
    """
    settings = loaded.settings
    host, notice = listening_host(settings.app.host, pin_on_disk(settings.home / "data" / "bmo.db"))
    notices = (*loaded.notices, *([notice] if notice else []))
    listeners = [_listen(host, settings.app.port), _listen_for_proxy(settings.home / "run" / "app.sock")]
    port = listeners[0].getsockname()[1]
    bound = settings.model_copy(update={"app": settings.app.model_copy(update={"port": port})})
    _Served(build, bound, notices, [f"fd://{listener.detach()}" for listener in listeners]).run()


class _Served(BaseApplication):  # type: ignore[misc]
    """Builds the app inside the worker: threads and database connections do not survive a fork."""

    def __init__(self, build: Build, settings: AppSettings, notices: Sequence[str], binds: list[str]) -> None:
        self._build = build
        self._settings = settings
        self._notices = notices
        self._binds = binds
        self._built: Built | None = None
        super().__init__()

    def load_config(self) -> None:
        threads = self._settings.app.threads
        for name, value in {
            "bind": self._binds,
            "worker_class": HurriedWorker,
            "workers": 1,
            "threads": threads,
            "worker_connections": threads + BACKLOG,
            "control_socket_disable": True,
            "timeout": 120,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 15,
            "loglevel": "warning",
            "proc_name": "bmo app",
            "forwarded_allow_ips": "",
            "worker_exit": lambda _server, _worker: self.close(),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        try:
            self._built = self._build(self._settings, self._notices)
            write_address(self._settings, self._built.parts.trust)
            self._built.start()
        except BmoError as error:
            print(error.sentence, file=sys.stderr)  # noqa: T201
            sys.exit(Arbiter.APP_LOAD_ERROR)
        return self._built.app

    def say_goodbye(self) -> None:
        """The program was told to end: no more turns over sockets."""
        if self._built is not None:
            self._built.parts.sockets.close()

    def close(self) -> None:
        """The worker ends."""
        built, self._built = self._built, None
        if built is not None:
            built.close()


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises `Broken` with what to do."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise Broken(
                f"Port {port} is taken by another program. Stop that one, or choose another: BMO_APP__PORT={port + 1}.",
                code="port_taken",
            ) from fault
        raise Broken(f"BMO cannot listen on {host} port {port}: {fault.strerror}.", code="port") from fault
    return listener


def _listen_for_proxy(path: Path) -> socket.socket:
    """The Unix socket of proxied traffic; one that a killed BMO left behind is replaced. Raises `Broken`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and _somebody_listens(path):
            raise Broken(f"BMO already runs with {path.parent.parent} as its home.", code="already_running")
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o117)  # this user and the proxy's group
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen(BACKLOG)
    except OSError as fault:
        raise Broken(f"BMO cannot make {path}: {fault.strerror or fault}.", code="home_unwritable") from fault
    return listener


def _somebody_listens(path: Path) -> bool:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
        return probe.connect_ex(str(path)) == 0
