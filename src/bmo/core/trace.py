"""One id that follows a turn through every thread, process and log line."""

import logging
import secrets
from contextvars import ContextVar

HEADER = "X-BMO-Trace"
"""The HTTP header that carries it to an AI server."""

_trace: ContextVar[str] = ContextVar("trace", default="")


def trace() -> str:
    """The id of the turn that this thread works for; empty outside of turns."""
    return _trace.get()


def set_trace(value: str | None = None) -> str:
    """Work for the turn with this id, or for a new one. A new thread starts without; hand the id over."""
    value = value or secrets.token_hex(6)
    _trace.set(value)
    return value


class _WithTrace(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.trace = trace() or "-"
        return True


def log_to_stderr(level: str = "INFO", program: str = "bmo") -> None:
    """One line an event, with the trace id, on stderr; journald adds the rest."""
    handler = logging.StreamHandler()
    handler.addFilter(_WithTrace())
    handler.setFormatter(logging.Formatter(f"%(asctime)s {program} %(levelname)s [%(trace)s] %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
