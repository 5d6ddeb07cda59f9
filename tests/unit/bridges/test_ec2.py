import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bmo.bridges.ec2 import InstanceMetadata, Notice, on_ec2
from bmo.core.errors import Malformed, TimedOut, TurnedAway, Unavailable, Unreachable
from bmo.fakes.clock import ManualClock
from metadata_server import NOTICE, TOKEN, Metadata, Mood, metadata_server


@pytest.fixture
def service() -> Iterator[Metadata]:
    with metadata_server() as metadata:
        yield metadata


def test_without_a_notice_there_is_none(service: Metadata) -> None:
    asked = InstanceMetadata(service.url)

    assert asked.notice() is None
    assert asked.rebalance() is None
    assert service.asked.count(f"PUT {TOKEN}") == 1


def test_a_notice_is_told_with_its_time(service: Metadata) -> None:
    service.notice("2026-09-18T08:22:00Z")
    service.rebalance("2026-09-18T08:10:00Z")
    asked = InstanceMetadata(service.url)

    assert asked.notice() == Notice("terminate", datetime(2026, 9, 18, 8, 22, tzinfo=UTC))
    assert asked.rebalance() == datetime(2026, 9, 18, 8, 10, tzinfo=UTC)


def test_a_token_is_renewed_before_it_expires_and_when_it_is_refused(service: Metadata) -> None:
    clock = ManualClock()
    asked = InstanceMetadata(service.url, clock=clock.monotonic)
    asked.notice()
    clock.advance(18_000)
    asked.notice()
    assert service.asked.count(f"PUT {TOKEN}") == 2

    service.tokens.clear()
    assert asked.notice() is None
    assert service.asked.count(f"PUT {TOKEN}") == 3


@pytest.mark.parametrize(
    ("mood", "fault"),
    [("hangs", TimedOut), ("drips", TimedOut), ("garbage", Unreachable), ("refuses", TurnedAway)],
)
@pytest.mark.parametrize("known", [False, True])
def test_a_service_that_is_ill_is_given_up_in_time(
    service: Metadata, mood: Mood, fault: type[Unavailable], known: bool
) -> None:
    asked = InstanceMetadata(service.url, seconds=0.3 if fault is TimedOut else 10)
    if known:
        asked.notice()
    service.mood = mood

    began = time.monotonic()
    with pytest.raises(fault):
        asked.notice()
    assert time.monotonic() - began < 2


def test_a_service_that_is_not_there_is_unreachable() -> None:
    with metadata_server() as service:
        url = service.url

    with pytest.raises(Unreachable):
        InstanceMetadata(url).notice()


@pytest.mark.parametrize(
    "body", ["", "soon", "[]", '{"action":"stop"}', '{"action":"stop","time":"soon"}', "{" * 9_000]
)
def test_what_is_no_notice_is_not_taken_for_one(service: Metadata, body: str) -> None:
    service.documents[NOTICE] = body

    with pytest.raises(Malformed):
        InstanceMetadata(service.url).notice()


def test_a_machine_knows_from_its_firmware_that_it_is_on_ec2(tmp_path: Path) -> None:
    assert not on_ec2(tmp_path)

    told = tmp_path / "devices/virtual/dmi/id"
    told.mkdir(parents=True)
    (told / "sys_vendor").write_text("QEMU\n")
    assert not on_ec2(tmp_path)
    (told / "board_vendor").write_text("Amazon EC2\n")
    assert on_ec2(tmp_path)


def test_an_old_machine_knows_it_from_its_hypervisor(tmp_path: Path) -> None:
    (tmp_path / "hypervisor").mkdir()
    (tmp_path / "hypervisor/uuid").write_text("ec2e1916-9099-7caf-fd21-012345abcdef\n")

    assert on_ec2(tmp_path)
