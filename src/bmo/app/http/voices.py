"""What BMO may sound like, what of that is kept, and the settings that a page may change."""

from typing import Any

from flask import Blueprint, Response
from pydantic import RootModel

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import adult, owner
from bmo.app.parts import Parts
from bmo.wire.ai import Wire
from bmo.wire.voices import ForgottenPhrases


class Changes(RootModel[dict[str, Any]]):
    """Dotted keys and values; null takes a change back."""


def routes(parts: Parts) -> Blueprint:
    """`/api/voices/names`, `/api/phrases` and `/api/settings`. The grown-ups change things."""
    voices = Blueprint("voices", __name__)

    @voices.get("/api/voices/names")
    def names() -> Response:
        return _json(parts.voices.listed())

    @voices.delete("/api/phrases")
    def forget() -> Response:
        owner()
        return _json(ForgottenPhrases(files=parts.voices.forget_phrases()))

    @voices.get("/api/settings")
    def settings() -> Response:
        return _json(parts.ui_settings.listed())

    @voices.patch("/api/settings")
    def change() -> Response:
        adult()
        return _json(parts.ui_settings.change(json_body(Changes).root))

    return voices


def _json(message: Wire) -> Response:
    return Response(message.model_dump_json(), mimetype="application/json")
