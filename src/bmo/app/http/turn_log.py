"""How the last turns went: `/api/turns`."""

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.capabilities.people import Role


class Page(BaseModel):
    """Which turns are wanted."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=500)
    before: int = Field(default=0, ge=0)
    """Only turns with a smaller `id`; 0 for the newest."""


def routes(parts: Parts) -> Blueprint:
    """Everybody sees and deletes their own turns, an owner everybody's."""
    turns = Blueprint("turn_log", __name__)

    def person() -> str | None:
        asking = visitor()
        return None if asking.role is Role.OWNER else asking.name

    @turns.get("/api/turns")
    def latest() -> Response:
        page = Page.model_validate(request.args.to_dict())
        return jsonify(turns=parts.turn_log.latest(page.limit, page.before, person()))

    @turns.delete("/api/turns")
    def forget() -> Response:
        parts.turn_log.forget(person())
        return jsonify(turns=[])

    return turns
