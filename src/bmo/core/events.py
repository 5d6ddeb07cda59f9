"""Tell whoever wants to know, without knowing who."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
log = logging.getLogger(__name__)


class Events:
    """In-process publish and subscribe by event type; a listener's fault never reaches the publisher."""

    def __init__(self) -> None:
        self._listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)
        self._lock = threading.Lock()

    def on(self, kind: type[E], listener: Callable[[E], None]) -> Callable[[], None]:
        """Call `listener` with every event of exactly this type; returns a function that stops it."""
        with self._lock:
            self._listeners[kind].append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners[kind]:
                    self._listeners[kind].remove(listener)

        return stop

    def tell(self, event: object) -> None:
        """Hand the event to its listeners, in the caller's thread, in the order they came."""
        with self._lock:
            listeners = tuple(self._listeners[type(event)])
        for listener in listeners:
            try:
                listener(event)
            except Exception:
                log.exception("a listener of %s failed", type(event).__name__)
