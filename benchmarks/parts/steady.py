"""What the benchmark of many streams asks: a chat whose tokens come at a fixed rate, for 64 at a time."""

import time

from bmo.ai_server.desk import Desk
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, Words
from bmo.capabilities.provider import Stream

KEY = "a key for the benchmark, of some length"
STREAMS = 64
EVERY = 0.05
"""Seconds between two tokens."""


class Steady:
    """As many tokens as were asked for, each at its time."""

    name = "steady"

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        due = time.monotonic()
        for number in range(request.max_tokens):
            due += EVERY
            time.sleep(max(0.0, due - time.monotonic()))
            yield Words(f"{number} ")
        yield Finished("length")


chat: Desk[Chat] = Desk("chat", "steady", Steady, at_once=STREAMS, queue=0)
room = EngineRoom(chat, Desk("transcribe"), Desk("speak"))
room.load()
app = create(room, Keys({"benchmark": KEY}))
