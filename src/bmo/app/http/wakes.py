"""What woke BMO in the last days, with its sound: `/api/wakes`."""

from dataclasses import asdict

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.capabilities.people import Role
from bmo.voice.wakes import KEPT_DAYS
from bmo.wire.wakes import WakeEntry, Wakes


class Page(BaseModel):
    """Which wakes are wanted."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=500)
    before: int = Field(default=0, ge=0, lt=2**63)
    """Only wakes with a smaller `id`; 0 for the newest."""


class Verdict(BaseModel):
    """What somebody says of a wake."""

    model_config = ConfigDict(extra="forbid")

    wrong: bool = True


def routes(parts: Parts) -> Blueprint:
    """Everybody hears and deletes what their own pages and devices recorded, an owner everything."""
    wakes = Blueprint("wakes", __name__)

    def person() -> str | None:
        asking = visitor()
        return None if asking.role is Role.OWNER else asking.name

    def listed(page: Page) -> Response:
        found = parts.wakes.latest(page.limit, page.before, person())
        entries = tuple(WakeEntry(**asdict(wake)) for wake in found)
        body = Wakes(wakes=entries, phrase=parts.wakes.phrase, kept_days=KEPT_DAYS)
        return _private(Response(body.model_dump_json(), mimetype="application/json"))

    @wakes.get("/api/wakes")
    def latest() -> Response:
        return listed(Page.model_validate(request.args.to_dict()))

    @wakes.delete("/api/wakes")
    def forget_all() -> Response:
        parts.wakes.forget_all(person())
        return listed(Page())

    @wakes.get("/api/wakes/<int(max=9007199254740991):number>.wav")
    def clip(number: int) -> Response:
        return _private(Response(parts.wakes.clip(number, person()), mimetype="audio/wav"))

    @wakes.delete("/api/wakes/<int(max=9007199254740991):number>")
    def forget(number: int) -> Response:
        parts.wakes.forget(number, person())
        return listed(Page())

    @wakes.post("/api/wakes/<int(max=9007199254740991):number>/wrong")
    def wrong(number: int) -> Response:
        said = json_body(Verdict) if request.content_length else Verdict()
        parts.wakes.wrong(number, person(), said.wrong)
        return listed(Page())

    return wakes


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
