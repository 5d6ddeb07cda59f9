"""Actions over REST, by their names: what BMO can do is declared once, and this follows."""

from typing import Any

from flask import Blueprint, Response
from pydantic import BaseModel, RootModel

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.capabilities.action import Action, Asked, Done
from bmo.wire.actions import ActionDone, ActionExample, ActionLine, Actions, ActionWaiting


class Arguments(RootModel[dict[str, Any]]):
    """What the action takes; its schema stands in `GET /api/actions`."""


def routes(parts: Parts) -> Blueprint:
    """`/api/actions`, each of them, and `/api/confirmations/`."""
    actions = Blueprint("actions", __name__)

    def asks() -> Asked:
        return visitor().asks(parts.settings.app.room)

    @actions.get("/api/actions")
    def listed() -> Response:
        return _json(Actions(actions=tuple(map(_line, parts.deeds.listed(asks())))))

    @actions.post("/api/actions/<name>")
    def do(name: str) -> Response:
        arguments = json_body(Arguments).root
        if visitor().proof == "key":
            return _done(parts.deeds.unattended(name, arguments, asks()))
        done = parts.deeds.act(name, arguments, asks())
        return _waiting(name, arguments, done) if done.data.get("waiting") else _done(done)

    @actions.post("/api/confirmations/<question>")
    def confirm(question: str) -> Response:
        return _done(parts.deeds.yes(question, asks()))

    return actions


def _line(action: Action) -> ActionLine:
    return ActionLine(
        name=action.name,
        says=action.says,
        effect=action.effect.value,
        least=action.least.value,
        arguments=action.arguments.model_json_schema(),
        examples=tuple(ActionExample(said=said, arguments=dict(arguments)) for said, arguments in action.examples),
    )


def _waiting(name: str, arguments: dict[str, Any], question: Done) -> Response:
    told = ActionWaiting(
        confirm=question.data["question"],
        sentence=question.sentence,
        action=name,
        arguments=arguments,
        seconds=question.data["seconds"],
    )
    return _json(told, 202)


def _done(done: Done) -> Response:
    return _json(ActionDone(sentence=done.sentence, data=dict(done.data)))


def _json(body: BaseModel, status: int = 200) -> Response:
    return Response(body.model_dump_json(), status, mimetype="application/json")
