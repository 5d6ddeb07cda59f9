"""A Socket.IO namespace that knows who really comes and goes."""

from collections.abc import Callable
from typing import Any

import socketio


class Comings(socketio.Namespace):  # type: ignore[misc]  # it has no types
    """Tells connecting and leaving from events of the same name.

    Functions registered by name would also be called for a client whose event is called `disconnect`, or `*`, which
    hands it the place of the sid.
    """

    def __init__(
        self,
        namespace: str,
        entered: Callable[[str, dict[str, Any]], None],
        left: Callable[[str], None],
        told: Callable[..., None],
    ) -> None:
        """`entered` gets sid and environ, `left` the sid, `told` an event's name, the sid and its arguments."""
        super().__init__(namespace)
        self._entered = entered
        self._left = left
        self._told = told

    def trigger_event(self, event: object, sid: str, *arguments: Any) -> None:
        """Called by Socket.IO. While a client comes or goes it does not count as connected."""
        if self.server.manager.is_connected(sid, self.namespace):
            self._told(str(event), sid, *arguments)
        elif event == "connect":
            self._entered(sid, arguments[0])
        elif event == "disconnect":
            self._left(sid)
