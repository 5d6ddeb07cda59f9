"""Timers over REST."""

from typing import Annotated

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.wire.page import TimerLine, Timers


class NewTimer(BaseModel):
    """A timer to set."""

    model_config = ConfigDict(extra="forbid")

    duration: Annotated[str, Field(strict=True, max_length=200)] | Annotated[float, Field(strict=True)]
    """ "five minutes", or seconds."""
    name: str = Field(default="", max_length=1_000)


def routes(parts: Parts) -> Blueprint:
    """`/api/timers`, each of them, and `/api/timers/stop`."""
    timers = Blueprint("timers", __name__)

    @timers.get("/api/timers")
    def listed() -> Response:
        _may("timer.list")
        return _listed(parts.timers.listed())

    @timers.post("/api/timers")
    def start() -> Response:
        _may("timer.set")
        wanted = json_body(NewTimer)
        asked = visitor().asks(parts.settings.app.room)
        timer = parts.timers.start(wanted.duration, wanted.name, asked)
        return Response(timer.model_dump_json(), 201, mimetype="application/json")

    @timers.delete("/api/timers/<int:number>")
    def cancel(number: int) -> Response:
        _may("timer.cancel")
        return _listed((parts.timers.cancel(number),))

    @timers.post("/api/timers/stop")
    def stop() -> Response:
        _may("timer.stop")
        return _listed(parts.timers.silence())

    def _may(action: str) -> None:
        parts.permissions.check(action, visitor().role)

    return timers


def _listed(timers: tuple[TimerLine, ...]) -> Response:
    return Response(Timers(timers=timers).model_dump_json(), mimetype="application/json")
