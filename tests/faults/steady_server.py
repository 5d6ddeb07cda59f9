"""An AI server whose chat speaks at a fixed rate, for gunicorn: `STEADY_STREAMS` at a time, nobody waits in line.

With `temperature` 0 it does not wait between its tokens.
"""

import os
import time

from bmo.ai_server.desk import Desk
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, Words
from bmo.capabilities.provider import Stream
from bmo.fakes.chat import FakeChat

KEY = "a key that nobody would ever guess, forty"
EVERY = 0.05
"""Seconds between two tokens."""


class Steady(FakeChat):
    """As many tokens as were asked for, each at its time."""

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        due = time.monotonic()
        for number in range(request.max_tokens):
            due += EVERY if request.temperature else 0.0
            time.sleep(max(0.0, due - time.monotonic()))
            yield Words(f"{number} ")
        yield Finished("length")


def app() -> object:
    """The WSGI app."""
    streams = int(os.environ["STEADY_STREAMS"])
    room = EngineRoom(
        Desk("chat", "steady", Steady, at_once=streams, queue=0), Desk("transcribe"), Desk("speak"), version="test"
    )
    room.load()
    return create(room, Keys({"app": KEY}))
