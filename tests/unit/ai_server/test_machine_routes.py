"""GET /gpu/status, /spot/status, /metrics; POST and GET /drain."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from ai_servers import KEY, room_of
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.key_file import KeyFile
from bmo.ai_server.key_watch import WatchedKeys
from bmo.ai_server.keys import Keys
from bmo.bridges.nvidia import Gpu, Nvidia
from bmo.core.errors import Unavailable
from bmo.fakes.chat import FakeChat
from bmo.wire.machine import DrainAnswer, GpuStatus, SpotStatus

BEARER = {"Authorization": f"Bearer {KEY}"}
ASK = {"messages": [{"role": "user", "text": "Hello?"}]}


class Cards(Nvidia):
    """Two of them, or a reason why there are none."""

    def __init__(self, why: Unavailable | None = None) -> None:
        self._why = why

    def driver(self) -> str:
        return "580.1"

    def look(self, ours: Any = ()) -> tuple[Gpu, ...]:
        if self._why:
            raise self._why
        return (
            Gpu(0, "A10G", 24_000, 9_000, 73, 61, 151.5, ((7, None),)),
            Gpu(1, "T4", None, None, 0, None, None, ()),
        )


@pytest.fixture
def admin(tmp_path: Path) -> dict[str, str]:
    return {"Authorization": f"Bearer {KeyFile(tmp_path / 'keys.json').add('root', 'admin')}"}


def client(room: EngineRoom | None = None, nvidia: Nvidia | None = None, home: Path | None = None) -> FlaskClient:
    watched = WatchedKeys(KeyFile(home / "keys.json")) if home else None
    return create(room or room_of(), Keys({"app": KEY}, watched=watched), nvidia=nvidia or Cards()).test_client()


def numbers(asked: FlaskClient) -> dict[tuple[str, ...], float]:
    """Name and labels of every sample -> its value."""
    text = asked.get("/metrics", headers=BEARER).data.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_gpus_are_told_with_what_they_tell() -> None:
    told = GpuStatus.model_validate_json(client().get("/gpu/status", headers=BEARER).data)

    assert (told.state, told.driver, [gpu.name for gpu in told.gpus]) == ("ok", "580.1", ["A10G", "T4"])
    assert told.gpus[0].processes[0].pid == 7
    assert told.gpus[1].memory_mb is None


@pytest.mark.parametrize("code", ["no_gpu", "no_library", "failed"])
def test_no_gpu_is_an_answer(code: str) -> None:
    answer = client(nvidia=Cards(Unavailable("There is none.", code=code))).get("/gpu/status", headers=BEARER)

    assert answer.status_code == 200
    told = GpuStatus.model_validate_json(answer.data)
    assert (told.state, told.why, told.gpus) == (code, "There is none.", ())


def test_not_on_ec2_is_an_answer() -> None:
    told = SpotStatus.model_validate_json(client().get("/spot/status", headers=BEARER).data)

    assert told.state == "not_on_ec2"


def test_a_drain_goes_on_until_the_last_answer_is_through(tmp_path: Path, admin: dict[str, str]) -> None:
    room = room_of()
    asked = client(room, home=tmp_path)
    running = room.chat.take()

    begun = DrainAnswer.model_validate_json(asked.post("/drain", headers=admin, json={"seconds": 60}).data)
    assert (begun.state, begun.running, begun.idle) == ("draining", 1, False)
    assert asked.get("/health").json == {"state": "draining"}
    refused = asked.post("/llm/chat", json=ASK, headers=BEARER)
    assert (refused.status_code, refused.json["code"]) == (503, "draining")

    running.release()
    ended = DrainAnswer.model_validate_json(asked.get("/drain", headers=admin).data)
    assert (ended.running, ended.idle, ended.until) == (0, True, begun.until)


def test_a_second_drain_never_puts_the_end_off(tmp_path: Path, admin: dict[str, str]) -> None:
    asked = client(home=tmp_path)
    first = asked.post("/drain", headers=admin, json={"seconds": 60}).json["until"]

    assert asked.post("/drain", headers=admin, json={"seconds": 600}).json["until"] == first
    assert asked.post("/drain", headers=admin).json["until"] < first


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"seconds":-1}', "application/json", 400),
        (b'{"seconds":1e9}', "application/json", 400),
        (b'{"second":1}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"seconds=1", "text/plain", 415),
        (b" " * 5_000, "application/json", 413),
    ],
)
def test_a_drain_that_makes_no_sense_is_refused_and_nothing_drains(
    tmp_path: Path, admin: dict[str, str], body: bytes, kind: str, status: int
) -> None:
    asked = client(home=tmp_path)

    assert asked.post("/drain", data=body, content_type=kind, headers=admin).status_code == status
    assert asked.get("/health").json == {"state": "ok"}


def test_requests_stages_and_models_are_counted() -> None:
    room = room_of(FakeChat(text="Hello there."))
    asked = client(room)
    asked.post("/llm/chat", json=ASK, headers=BEARER).close()
    asked.get("/no/such/address", headers=BEARER)
    asked.get("/no/other/address", headers=BEARER)
    told = numbers(asked)

    assert told["bmo_ai_requests_total", "POST", "/llm/chat", "200"] == 1
    assert told["bmo_ai_requests_total", "GET", "none", "404"] == 2
    assert told["bmo_ai_request_seconds_count", "/llm/chat"] == 1
    for stage in ("queue", "first", "whole"):
        assert told["bmo_ai_stage_seconds_count", "chat", stage] == 1
    assert told["bmo_ai_ready", "chat"] == 1
    assert told["bmo_ai_queue", "chat"] == 0
    assert told["bmo_ai_draining",] == 0


def test_loads_and_failures_to_load_are_counted() -> None:
    room = room_of()
    asked = client(room)
    with room.chat.used():
        pass
    room.chat.meter.loaded("chat", 2.5)
    room.chat.meter.failed("speak")
    told = numbers(asked)

    assert told["bmo_ai_model_loads_total", "chat", "ok"] == 1
    assert told["bmo_ai_model_loads_total", "speak", "failed"] == 1
    assert told["bmo_ai_model_load_seconds", "chat"] == 2.5


def test_the_memory_of_gpus_is_told_where_it_is_known() -> None:
    told = numbers(client())
    assert told["bmo_ai_gpu_memory_used_bytes", "0"] == 9_000 * 1_048_576
    assert ("bmo_ai_gpu_memory_used_bytes", "1") not in told
    assert told["bmo_ai_gpu_utilisation_percent", "1"] == 0

    without = numbers(client(nvidia=Cards(Unavailable("There is none.", code="no_gpu"))))
    assert not [name for name, *_ in without if name.startswith("bmo_ai_gpu")]


def test_metrics_need_a_key() -> None:
    assert client().get("/metrics").status_code == 401
