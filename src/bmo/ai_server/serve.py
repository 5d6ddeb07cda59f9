"""Runs the AI server under gunicorn, usually with one worker: every worker holds a copy of every model."""

import logging
import os
import signal
import threading
import time
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from bmo.ai_server.draining import Draining
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.spot import SpotWatch
from bmo.ai_server.wiring import build, keys_of
from bmo.core.listening import listen
from bmo.settings.ai_server import AiServerSettings
from bmo.wire.hurry import HurriedWorker

log = logging.getLogger(__name__)

_KEEP_ALIVE = 75
"""Seconds; longer than the app lets a connection rest, so that it is not closed under its hands."""
_STUCK_SECONDS = 120
"""A worker whose main thread gives no sign for so long is replaced; loading a model may hold it for a few."""
_AFTER_DRAIN = 5


def serve(settings: AiServerSettings) -> None:
    """Serve until SIGTERM (which lets running answers finish) or Ctrl-C. Raises `Broken`: no key, port taken."""
    keys_of(settings)  # refuse here, not in a worker that gunicorn would start again and again
    os.nice(settings.nice)
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)  # it has a line for every recording
    line = listen(settings.host, settings.port, "BMO_AI_SERVER__PORT")
    line.set_inheritable(True)
    _Server(settings, line.detach()).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn with our settings and hooks. Models load in the worker: CTranslate2 does not survive a fork."""

    def __init__(self, settings: AiServerSettings, line: int) -> None:
        self._settings = settings
        self._line = line
        self._draining = Draining()
        """Made before the workers are: one that dies while it drains is followed by one that does."""
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"fd://{self._line}",
            "worker_class": HurriedWorker,
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "timeout": _STUCK_SECONDS,
            "graceful_timeout": int(self._settings.drain_seconds) + _AFTER_DRAIN,
            "keepalive": _KEEP_ALIVE,
            "control_socket_disable": True,
            "proc_name": "bmo-ai-server",
            "post_worker_init": self._begin,
            "worker_exit": lambda _server, worker: _room(worker).close(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return build(self._settings, self._draining)

    def _begin(self, worker: Any) -> None:
        room = _room(worker)
        room.start()
        spot: SpotWatch = worker.wsgi.extensions["spot_watch"]
        spot.start(room.drain_until)

        def drain(_signal: int, _frame: FrameType | None) -> None:
            threading.Thread(target=_finish, args=(room, worker, self._settings.drain_seconds), daemon=True).start()

        signal.signal(signal.SIGTERM, drain)


def _finish(room: EngineRoom, worker: Any, seconds: float) -> None:
    """Go on answering `/health` with `draining` until the running answers are through, then stop."""
    room.drain(seconds)
    end = time.monotonic() + seconds
    while not room.idle() and time.monotonic() < end:
        time.sleep(0.1)
    worker.handle_exit(signal.SIGTERM, None)


def _room(worker: Any) -> EngineRoom:
    app: Flask = worker.wsgi
    room: EngineRoom = app.extensions["engine_room"]
    return room
