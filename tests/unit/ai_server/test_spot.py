import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ai_servers import room_of
from bmo.ai_server.spot import SpotWatch
from bmo.bridges.ec2 import InstanceMetadata
from bmo.fakes.clock import ManualClock
from metadata_server import Metadata, Mood, metadata_server

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[Metadata]:
    with metadata_server() as metadata:
        yield metadata


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def watch(service: Metadata) -> tuple[SpotWatch, InstanceMetadata, list[datetime]]:
    metadata = InstanceMetadata(service.url, seconds=0.3)
    return SpotWatch(metadata, clock=ManualClock()), metadata, []


def test_nothing_to_watch_is_an_answer() -> None:
    assert SpotWatch().status().state == "not_on_ec2"
    off = SpotWatch(why="ai_server.spot.watch says never.").status()
    assert (off.state, off.why) == ("off", "ai_server.spot.watch says never.")


def test_a_notice_is_told_once_with_the_time_that_is_left(service: Metadata) -> None:
    spot, metadata, told = watch(service)
    spot.look(metadata, told.append)
    assert spot.status().state == "watching"

    service.rebalance(iso(NOON))
    service.notice(iso(NOON + timedelta(seconds=120)))
    for _ in range(3):
        spot.look(metadata, told.append)

    assert told == [NOON + timedelta(seconds=120)]
    status = spot.status()
    assert (status.state, status.action, status.seconds_left) == ("notice", "terminate", 120)
    assert status.rebalance == NOON.isoformat()


@pytest.mark.parametrize("mood", ["hangs", "drips", "garbage", "refuses"])
def test_a_service_that_is_ill_is_told_and_watched_on(service: Metadata, mood: Mood) -> None:
    spot, metadata, told = watch(service)
    service.mood = mood
    spot.look(metadata, told.append)
    assert spot.status().state == "blind"
    assert spot.status().why

    service.mood = "well"
    service.notice(iso(NOON))
    spot.look(metadata, told.append)
    assert told == [NOON]


def test_a_notice_that_was_seen_holds_though_nothing_is_seen_after(service: Metadata) -> None:
    spot, metadata, told = watch(service)
    service.notice(iso(NOON + timedelta(seconds=120)))
    spot.look(metadata, told.append)
    service.mood = "hangs"
    spot.look(metadata, told.append)

    assert spot.status().state == "notice"


def test_the_server_drains_soon_after_a_notice_and_never_waits_for_the_service(service: Metadata) -> None:
    room = room_of()
    spot = SpotWatch(InstanceMetadata(service.url, seconds=0.3), every=0.2)
    service.mood = "hangs"
    spot.start(room.drain_until)
    began = time.monotonic()
    assert spot.status().state in ("watching", "blind")
    assert time.monotonic() - began < 0.1

    service.mood = "well"
    service.notice(iso(datetime.now(UTC) + timedelta(seconds=120)))
    end = time.monotonic() + 5
    while room.word() != "draining" and time.monotonic() < end:
        threading.Event().wait(0.01)

    assert room.word() == "draining"
    left = datetime.fromisoformat(room.until()) - datetime.now(UTC)
    assert 100 < left.total_seconds() <= 120
    spot.stop()


def test_a_watcher_outlives_a_fault_of_its_own() -> None:
    class Odd:
        looks = 0

        def notice(self) -> None:
            self.looks += 1
            raise ZeroDivisionError

        def rebalance(self) -> None:
            raise ZeroDivisionError

    odd = Odd()
    spot = SpotWatch(odd, every=0.01)
    spot.start(lambda _: None)
    end = time.monotonic() + 5
    while odd.looks < 3 and time.monotonic() < end:
        threading.Event().wait(0.01)

    assert odd.looks >= 3
    spot.stop()
