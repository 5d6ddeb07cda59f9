import threading
import time

import pytest

from ai_servers import room_of
from bmo.ai_server.desk import Desk
from bmo.ai_server.draining import Draining
from bmo.ai_server.engine_room import EngineRoom
from bmo.core.errors import Broken, Busy, Unavailable
from bmo.fakes.chat import FakeChat
from bmo.fakes.speak import FakeSpeak


def desk(*, at_once: int = 1, queue: int = 0) -> Desk[FakeChat]:
    made: Desk[FakeChat] = Desk("chat", "fake", FakeChat, at_once=at_once, queue=queue)
    made.load()
    return made


def broken() -> FakeChat:
    raise Broken("The file is damaged.")


def test_one_at_a_time_and_the_next_waits_its_turn() -> None:
    line = desk(queue=1)
    first = line.take()
    served: list[str] = []
    second = threading.Thread(target=lambda: served.append(line.take().engine.name))
    second.start()
    assert not served

    first.release()
    second.join(5)

    assert served == ["fake"]


def test_a_full_line_says_when_to_come_again() -> None:
    line = desk()
    line.take()

    with pytest.raises(Busy) as full:
        line.take()
    assert full.value.retry_after > 0
    assert line.inside == 1


def test_who_leaves_the_line_makes_room() -> None:
    line = desk(queue=1)
    line.take()

    with pytest.raises(Busy):
        line.take(gone=lambda: True)
    assert line.inside == 1


def test_a_permit_is_given_back_once_however_often_it_is_released() -> None:
    line = desk()
    permit = line.take()
    permit.release()
    permit.release()

    line.take()
    with pytest.raises(Busy):
        line.take()


def test_nobody_is_served_before_the_engine_is_there() -> None:
    line: Desk[FakeChat] = Desk("chat", "fake", FakeChat)

    with pytest.raises(Busy, match="still loading"):
        line.take()


def test_an_engine_that_does_not_load_leaves_the_others_alone() -> None:
    room = EngineRoom(Desk("chat", "model", broken), Desk("transcribe"), Desk("speak", "voice", FakeSpeak))
    assert room.missing() == ("speak", "chat")

    room.load()

    assert room.missing() == ("chat",)
    assert room.word() == "degraded"
    health = room.health().capabilities
    assert {name: one.state for name, one in health.items() if one.state != "absent"} == {
        "chat": "failed",
        "speak": "ready",
    }
    assert health["chat"].why == "The file is damaged."
    with pytest.raises(Unavailable, match="damaged"):
        room.chat.take()


def test_an_accident_while_loading_is_told_without_its_details() -> None:
    room = EngineRoom(Desk("chat", "model", lambda: 1 / 0), Desk("transcribe"), Desk("speak"))  # type: ignore[arg-type, return-value]
    room.load()

    assert room.chat.health().why == "model cannot be loaded; the server's log says why."


def test_a_draining_room_serves_nobody_new() -> None:
    room = room_of()
    running = room.chat.take()
    room.drain(30)

    for one in room.desks:
        with pytest.raises(Unavailable, match="going away"):
            one.take()
    assert room.word() == "draining"
    assert room.health().draining_until
    assert not room.idle()
    running.release()
    assert room.idle()


def ask_for(line: Desk[FakeChat], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        line.take().release()


def test_a_worker_drains_as_soon_as_another_one_was_told() -> None:
    draining = Draining()
    told, other = (EngineRoom(desk(), Desk("transcribe"), Desk("speak"), draining=draining) for _ in range(2))
    other.start()
    told.drain(30)

    with pytest.raises(Unavailable, match="going away"):
        ask_for(other.chat, seconds=5)
    other.close()
