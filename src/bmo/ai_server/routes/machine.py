"""GET /gpu/status and GET /spot/status: what this server runs on, and for how long yet."""

from dataclasses import asdict

from flask import Blueprint, Response

from bmo.ai_server import family
from bmo.ai_server.spot import SpotWatch
from bmo.bridges.nvidia import Gpu, Nvidia
from bmo.core.errors import Unavailable
from bmo.wire.machine import GpuPart, GpuProcess, GpuStatus


def blueprint(nvidia: Nvidia, spot: SpotWatch) -> Blueprint:
    routes = Blueprint("machine", __name__)

    @routes.get("/gpu/status")
    def gpus() -> Response:
        return Response(_gpus(nvidia).model_dump_json(), mimetype="application/json")

    @routes.get("/spot/status")
    def watched() -> Response:
        return Response(spot.status().model_dump_json(), mimetype="application/json")

    return routes


def _gpus(nvidia: Nvidia) -> GpuStatus:
    """No GPU is an answer, not a fault."""
    try:
        found = nvidia.look(family.pids())
        return GpuStatus(state="ok", driver=nvidia.driver(), gpus=tuple(map(_gpu, found)))
    except Unavailable as fault:
        return GpuStatus.model_validate({"state": fault.code, "why": fault.sentence})


def _gpu(gpu: Gpu) -> GpuPart:
    processes = tuple(GpuProcess(pid=pid, memory_mb=memory) for pid, memory in gpu.processes)
    return GpuPart(**{**asdict(gpu), "processes": processes})
