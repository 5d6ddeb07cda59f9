"""What this server counts and measures, in the text form that Prometheus reads."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bmo.ai_server.desk import Desk
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.lifetime import Meter
from bmo.bridges.nvidia import Gpu, Nvidia
from bmo.core.errors import Unavailable

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Upper ends of the histograms' bars: from a refusal to a long answer."""
_METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"})
_MB = 1_048_576


class Metrics(Meter):
    """Counts what happens at the desks and at the door; asks the desks and the GPUs how they are when it is read."""

    def __init__(self, room: EngineRoom, nvidia: Nvidia) -> None:
        """Measures `room` from now on."""
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "bmo_ai_requests", "Requests by route and status.", ("route", "method", "status"), registry=registry
        )
        self._answers = Histogram(
            "bmo_ai_request_seconds", "From a request to the end of its answer.", ("route",), registry=registry,
            buckets=_SECONDS,
        )  # fmt: skip
        self._stages = Histogram(
            "bmo_ai_stage_seconds",
            "From asking for an engine until it is free (queue), its first piece is there (first), it is done (whole).",
            ("capability", "stage"),
            registry=registry,
            buckets=_SECONDS,
        )
        self._loads = Counter(
            "bmo_ai_model_loads", "Models loaded, and failures to.", ("capability", "result"), registry=registry
        )
        self._load_seconds = Gauge(
            "bmo_ai_model_load_seconds", "How long the last load took.", ("capability",), registry=registry
        )
        registry.register(_Room(room))
        registry.register(_Gpus(nvidia))
        room.measure(self)

    def waited(self, capability: str, seconds: float) -> None:
        self._stages.labels(capability, "queue").observe(seconds)

    def begun(self, capability: str, seconds: float) -> None:
        self._stages.labels(capability, "first").observe(seconds)

    def served(self, capability: str, seconds: float) -> None:
        self._stages.labels(capability, "whole").observe(seconds)

    def loaded(self, capability: str, seconds: float) -> None:
        self._loads.labels(capability, "ok").inc()
        self._load_seconds.labels(capability).set(seconds)

    def failed(self, capability: str) -> None:
        self._loads.labels(capability, "failed").inc()

    def install(self, app: Flask) -> None:
        """Count every request of `app`. Before all else of it, so that refusals count too."""

        @app.before_request
        def begin() -> None:
            g.began = time.monotonic()

        @app.after_request
        def answered(response: Response) -> Response:
            # An address that does not exist is one label, or whoever tries addresses fills our memory.
            route = request.url_rule.rule if request.url_rule else "none"
            method = request.method if request.method in _METHODS else "other"
            began = g.began
            self._requests.labels(route, method, str(response.status_code)).inc()
            response.call_on_close(lambda: self._answers.labels(route).observe(time.monotonic() - began))
            return response

    def text(self, accept: str) -> tuple[bytes, str]:
        """All of it, and its media type, in the form that the `Accept` header asks for."""
        encode: Callable[[CollectorRegistry], bytes]
        encode, mimetype = choose_encoder(accept)
        return encode(self._registry), mimetype


class _Room(Collector):
    """How the desks are."""

    def __init__(self, room: EngineRoom) -> None:
        self._room = room

    def collect(self) -> Iterator[GaugeMetricFamily]:
        desks = [desk for desk in self._room.desks if desk.state != "absent"]
        for name, about, value in _OF_A_DESK:
            family = GaugeMetricFamily(name, about, labels=("capability",))
            for desk in desks:
                family.add_metric((desk.capability,), value(desk))
            yield family
        draining = GaugeMetricFamily("bmo_ai_draining", "1 when this server is going away.")
        draining.add_metric((), self._room.word() == "draining")
        yield draining


_OF_A_DESK: tuple[tuple[str, str, Callable[[Desk[Any]], float]], ...] = (
    ("bmo_ai_queue", "Requests that run or wait.", lambda desk: desk.inside),
    ("bmo_ai_ready", "1 when a capability is ready.", lambda desk: desk.state == "ready"),
    ("bmo_ai_model_loaded", "1 when the model is in memory.", lambda desk: desk.loaded),
    ("bmo_ai_model_bytes", "What the model takes, as far as is known.", lambda desk: desk.size_mb * _MB),
)


class _Gpus(Collector):
    """How the GPUs are; nothing where there are none, or nobody can tell."""

    def __init__(self, nvidia: Nvidia) -> None:
        self._nvidia = nvidia

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            gpus = self._nvidia.look()
        except Unavailable:  # GET /gpu/status says why
            return
        for name, about, value in _OF_A_GPU:
            family = GaugeMetricFamily(name, about, labels=("gpu",))
            for gpu in gpus:
                told = value(gpu)
                if told is not None:
                    family.add_metric((str(gpu.index),), told)
            yield family


_OF_A_GPU: tuple[tuple[str, str, Callable[[Gpu], float | None]], ...] = (
    ("bmo_ai_gpu_memory_bytes", "Memory of the card.", lambda gpu: gpu.memory_mb and gpu.memory_mb * _MB),
    ("bmo_ai_gpu_memory_used_bytes", "Of which in use.", lambda gpu: gpu.memory_used_mb and gpu.memory_used_mb * _MB),
    ("bmo_ai_gpu_utilisation_percent", "Of the last moment, spent computing.", lambda gpu: gpu.utilisation),
    ("bmo_ai_gpu_celsius", "Temperature.", lambda gpu: gpu.temperature),
    ("bmo_ai_gpu_watts", "Power.", lambda gpu: gpu.power),
)
