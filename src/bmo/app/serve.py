"""Serve the app under gunicorn: one worker with many threads, on loopback and on a Unix socket for the proxy."""

import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from bmo.app.parts import Built
from bmo.app.signing import write_address
from bmo.app.trust.accounts import pin_on_disk
from bmo.app.trust.listening import listening_host
from bmo.core.errors import BmoError, Broken
from bmo.core.listening import BACKLOG, listen
from bmo.settings.app import AppSettings
from bmo.settings.load import Loaded
from bmo.wire.hurry import HurriedWorker

Build: TypeAlias = Callable[[AppSettings, Sequence[str]], Built]

GRACE_SECONDS = 5
"""How long requests may take to end when the program is told to."""


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
    listeners = [
        listen(host, settings.app.port, "BMO_APP__PORT"),
        _listen_for_proxy(settings.home / "run" / "app.sock"),
    ]
    port = listeners[0].getsockname()[1]
    bound = settings.model_copy(update={"app": settings.app.model_copy(update={"port": port})})
    _Served(build, bound, notices, [f"fd://{listener.detach()}" for listener in listeners]).run()


class _Worker(HurriedWorker):
    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: open sockets would hold the worker back until its grace is over, so they are closed first."""
        super().handle_exit(sig, frame)
        threading.Thread(target=self.app.say_goodbye, name="goodbye", daemon=True).start()


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
            "worker_class": _Worker,
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
        raise Broken(
            f"BMO cannot make {path}: {fault.strerror or fault}. Set BMO_HOME to a folder it can write.",
            code="home_unwritable",
        ) from fault
    return listener


def _somebody_listens(path: Path) -> bool:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
        return probe.connect_ex(str(path)) == 0
