"""The game over REST: campaigns, one seat's view of the table, calls, dice, and what can be looked up. `/api/dnd`."""

from flask import Blueprint, Response, request
from pydantic import BaseModel

from bmo.app.game.desk import GameDesk
from bmo.app.game.looking import creatures, rules, spells
from bmo.app.game.seats import role_of, seats_of
from bmo.app.http.bodies import json_body
from bmo.app.http.guard import adult, visitor
from bmo.app.parts import Parts
from bmo.capabilities.people import Role as HouseRole
from bmo.core.errors import Unavailable
from bmo.dnd.dice import Advantage, SystemLuck, roll
from bmo.dnd.table.roles import Role
from bmo.wire.dnd import (
    BranchChoice,
    Branches,
    BranchLine,
    CampaignLine,
    Campaigns,
    DiceRolled,
    DiceThrow,
    DieFace,
    GameCall,
    GameSearch,
    NewCampaign,
    NewCharacter,
    WatchedSeat,
)

_NUMBER = "<int(min=1, max=9007199254740991):number>"


def routes(parts: Parts) -> Blueprint:
    """Everybody who is signed in may watch; who may do what is the seat's and the engine's to say."""
    dnd = Blueprint("dnd", __name__)

    def game() -> GameDesk:
        if parts.game is None:
            raise Unavailable("This BMO has no table to play at.", code="no_game")
        return parts.game

    @dnd.get("/api/dnd/campaigns")
    def campaigns() -> Response:
        found = tuple(CampaignLine(id=one.id, name=one.name, made=one.made) for one in game().campaigns())
        return _json(Campaigns(campaigns=found, may_begin=visitor().role.may(HouseRole.ADULT)))

    @dnd.post("/api/dnd/campaigns")
    def begin() -> Response:
        adult()
        one = game().begin(json_body(NewCampaign).name)
        return _json(CampaignLine(id=one.id, name=one.name, made=one.made), 201)

    @dnd.get(f"/api/dnd/campaigns/{_NUMBER}")
    def view(number: int) -> Response:
        wanted = WatchedSeat.model_validate(request.args.to_dict()).seat
        return _json(game().view(number, role_of(visitor(), wanted), seats_of(visitor())))

    @dnd.post("/api/dnd/calls")
    def call() -> Response:
        wanted = json_body(GameCall)
        return _json(game().call(wanted.campaign, wanted.call, role_of(visitor(), wanted.seat)))

    @dnd.post(f"/api/dnd/campaigns/{_NUMBER}/undo")
    def undo(number: int) -> Response:
        role = _dm()
        game().undo(number, role)
        return _json(game().view(number, role, seats_of(visitor())))

    @dnd.get(f"/api/dnd/campaigns/{_NUMBER}/branches")
    def branches(number: int) -> Response:
        _dm()
        return _branches(number)

    @dnd.post(f"/api/dnd/campaigns/{_NUMBER}/branches")
    def go_on(number: int) -> Response:
        game().go_on(number, json_body(BranchChoice).branch, _dm())
        return _branches(number)

    @dnd.get(f"/api/dnd/campaigns/{_NUMBER}/export")
    def export(number: int) -> Response:
        _dm()
        name, body = game().export(number)
        response = Response(body, mimetype="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    @dnd.post(f"/api/dnd/campaigns/{_NUMBER}/characters")
    def sit_down(number: int) -> Response:
        role, new = _dm(), json_body(NewCharacter)
        return _json(game().sit_down(number, new.text, new.player, role), 201)

    @dnd.get("/api/dnd/creatures")
    def find_creatures() -> Response:
        _dm()
        return _json(creatures(game().content, _query()))

    @dnd.get("/api/dnd/spells")
    def find_spells() -> Response:
        return _json(spells(game().content, _query()))

    @dnd.get("/api/dnd/search")
    def find_rules() -> Response:
        if parts.rules is None:
            raise Unavailable("This BMO has no rules to search.", code="no_rules")
        return _json(rules(parts.rules, _query(), master="dm" in seats_of(visitor())))

    @dnd.post("/api/dnd/roll")
    def throw() -> Response:
        wanted = json_body(DiceThrow)
        thrown = roll(wanted.dice, SystemLuck(), advantage=Advantage(wanted.advantage))
        faces = tuple(DieFace(sides=die.sides, face=die.faces[-1], kept=die.kept) for die in thrown.dice)
        return _json(
            DiceRolled(
                dice=thrown.expression,
                total=thrown.total,
                text=thrown.text,
                faces=faces,
                critical=thrown.critical.value,
            )
        )

    def _branches(number: int) -> Response:
        head = game().campaign(number).head
        found = tuple(
            BranchLine(id=one.id, name=one.name, parent=one.parent, fork=one.fork, current=one.id == head)
            for one in game().branches(number)
        )
        return _json(Branches(branches=found))

    return dnd


def _query() -> str:
    return GameSearch.model_validate(request.args.to_dict()).q


def _dm() -> Role:
    """The Dungeon Master's role. Raises `Forbidden` for whoever may not sit there."""
    return role_of(visitor(), "dm")


def _json(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
