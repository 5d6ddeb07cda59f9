"""Who shall serve a capability, when a person wants a say in it."""

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import adult
from bmo.app.parts import Parts


class Pin(BaseModel):
    """Ask this provider first; null takes that back."""

    model_config = ConfigDict(extra="forbid")

    capability: str = Field(max_length=64)
    provider: str | None = Field(max_length=64)


def routes(parts: Parts) -> Blueprint:
    """`/api/providers/pin`; the answer is the new state of everything."""
    providers = Blueprint("providers", __name__)

    @providers.post("/api/providers/pin")
    def pin() -> Response:
        adult()
        wanted = json_body(Pin)
        parts.pin_provider(wanted.capability, wanted.provider)
        return Response(parts.status().model_dump_json(), mimetype="application/json")

    return providers
