"""The trace id belongs to the thread that works for a turn."""

import logging
import threading

import pytest

from bmo.core.trace import log_to_stderr, set_trace, trace


def test_a_new_thread_starts_without_a_trace() -> None:
    set_trace("abc")
    seen: list[str] = []

    worker = threading.Thread(target=lambda: seen.append(trace()))
    worker.start()
    worker.join()

    assert seen == [""]
    assert trace() == "abc"


def test_log_lines_carry_the_trace(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr(program="bmo-test")
    set_trace("cafe")

    logging.getLogger("bmo").info("hello")

    assert "bmo-test INFO [cafe] bmo: hello" in capsys.readouterr().err
