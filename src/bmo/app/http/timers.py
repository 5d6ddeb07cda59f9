"""Timers over REST."""

from collections.abc import Iterable

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.lines import timer_line
from bmo.app.parts import Parts
from bmo.capabilities.action import Asked
from bmo.skills.durations import Duration
from bmo.skills.timer import Timer
from bmo.wire.page import Timers as TimerList


class NewTimer(BaseModel):
    """A timer to set."""

    model_config = ConfigDict(extra="forbid")

    duration: Duration
    """ "five minutes", or seconds."""
    name: str = Field(default="", max_length=1_000)


def routes(parts: Parts) -> Blueprint:
    """`/api/timers`, each of them, and `/api/timers/stop`."""
    timers = Blueprint("timers", __name__)

    @timers.get("/api/timers")
    def listed() -> Response:
        return _listed(parts.timers.all())

    @timers.post("/api/timers")
    def start() -> Response:
        wanted = json_body(NewTimer)
        timer = parts.timers.set(wanted.duration, wanted.name, Asked("main", visitor().name, parts.settings.app.room))
        return Response(timer_line(timer).model_dump_json(), 201, mimetype="application/json")

    @timers.delete("/api/timers/<int:number>")
    def cancel(number: int) -> Response:
        return _listed(parts.timers.cancel(number))

    @timers.post("/api/timers/stop")
    def stop() -> Response:
        return _listed(parts.timers.stop())

    return timers


def _listed(timers: Iterable[Timer]) -> Response:
    body = TimerList(timers=tuple(timer_line(timer) for timer in timers))
    return Response(body.model_dump_json(), mimetype="application/json")
