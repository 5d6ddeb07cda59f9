"""Routines over REST: read by everybody at home, written by its grown-ups. Who wants one run, asks BMO for it."""

from typing import cast

from flask import Blueprint, Response
from pydantic import BaseModel

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import adult, visitor
from bmo.app.parts import Parts
from bmo.capabilities.people import Role
from bmo.capabilities.steps import LONGEST_STEP, MOST_STEPS
from bmo.skills.routines.routine import LONGEST_NAME, Routine
from bmo.skills.routines.store import Routines
from bmo.wire.routines import CheckedSteps, RoutineLine, RoutineList, RoutineStep, RoutineWords, StepWords

NUMBER = "<int(max=9007199254740991):number>"


def routes(parts: Parts) -> Blueprint:
    """`/api/routines` and everything below."""
    blueprint = Blueprint("routines", __name__)
    routines = cast(Routines, parts.routines)

    def steps(words: tuple[str, ...]) -> tuple[RoutineStep, ...]:
        return tuple(
            RoutineStep(words=one.words, says=one.says, problem=one.problem, asks=one.asks)
            for one in routines.check([step[:LONGEST_STEP] or " " for step in words[:MOST_STEPS]])
        )

    def line(routine: Routine) -> RoutineLine:
        return RoutineLine(id=routine.id, name=routine.name, by=routine.person, steps=steps(routine.steps))

    def there() -> Response:
        return _json(
            RoutineList(
                routines=tuple(map(line, routines.all())),
                may_change=visitor().role.may(Role.ADULT),
                most_steps=MOST_STEPS,
                longest_step=LONGEST_STEP,
                longest_name=LONGEST_NAME,
            )
        )

    @blueprint.get("/api/routines")
    def listed() -> Response:
        return there()

    @blueprint.post("/api/routines/check")
    def check() -> Response:
        return _json(CheckedSteps(steps=steps(json_body(StepWords).steps)))

    @blueprint.post("/api/routines")
    def make() -> Response:
        person = adult().name
        wanted = json_body(RoutineWords)
        return _json(line(routines.add(wanted.name, wanted.steps, person)), 201)

    @blueprint.put(f"/api/routines/{NUMBER}")
    def change(number: int) -> Response:
        person = adult().name
        wanted = json_body(RoutineWords)
        return _json(line(routines.change(number, wanted.name, wanted.steps, person)))

    @blueprint.delete(f"/api/routines/{NUMBER}")
    def delete(number: int) -> Response:
        adult()
        routines.remove(number)
        return there()

    return blueprint


def _json(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
