"""A person's own memory: facts, proposals, summaries, saved conversations. Nobody reads another's."""

from flask import Blueprint, Response
from pydantic import BaseModel

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.assistant.saved import Saved, SumUp, Whose
from bmo.capabilities.action import Asked
from bmo.capabilities.threads import base_of, thread_of
from bmo.core.errors import Forbidden, Refused
from bmo.skills.memory.skill import in_numbers
from bmo.skills.memory.store import LONGEST, Fact
from bmo.wire.memory import (
    Deleted,
    FactLine,
    FactWords,
    MemoryBook,
    SavedConversation,
    SavedTurn,
    SummaryLine,
    Sure,
)

NUMBER = "<int(max=9007199254740991):number>"


def routes(parts: Parts) -> Blueprint:
    """`/api/memory` and everything below, and `DELETE /api/people/me/data`."""
    blueprint = Blueprint("memory", __name__)
    remembering = parts.remembering
    facts, saves = remembering.memory.facts, remembering.saves

    def asked() -> Asked:
        return visitor().asks(parts.settings.app.room)

    def me() -> str:
        """The account of whoever asks. Raises `Forbidden` where that is nobody's."""
        try:
            return remembering.memory.whose(asked())
        except Refused as stranger:
            raise Forbidden(stranger.sentence, code=stranger.code) from stranger

    def mine() -> Whose:
        here = asked()
        return Whose(here.person, base_of(thread_of(here)))

    def book() -> Response:
        why_not, kept, proposals, everything = "", list[Fact](), list[Fact](), dict[str, int]()
        try:
            person = me()
        except Forbidden as stranger:
            why_not = stranger.sentence
        else:
            kept, proposals = list(facts.of(person)), list(facts.of(person, proposed=True))
            everything = remembering.forgetting.known(person)
        return _json(
            MemoryBook(
                why_not=why_not,
                facts=tuple(map(_line, kept)),
                proposals=tuple(map(_line, proposals)),
                summaries=tuple(map(_summary, saves.summaries(mine()))),
                conversations=tuple(map(_conversation, saves.saved(mine()))),
                everything=everything,
                in_words=in_numbers(everything),
                longest=LONGEST,
            )
        )

    @blueprint.get("/api/memory")
    def all_of_it() -> Response:
        return book()

    @blueprint.post("/api/memory/facts")
    def remember() -> Response:
        return _json(_line(facts.add(me(), json_body(FactWords).text)), 201)

    @blueprint.put(f"/api/memory/facts/{NUMBER}")
    def change(number: int) -> Response:
        return _json(_line(facts.change(me(), number, json_body(FactWords).text)))

    @blueprint.delete(f"/api/memory/facts/{NUMBER}")
    def forget(number: int) -> Response:
        facts.remove(me(), [number])
        return book()

    @blueprint.post(f"/api/memory/proposals/{NUMBER}/accept")
    def accept(number: int) -> Response:
        return _json(_line(facts.accept(me(), number)))

    @blueprint.delete(f"/api/memory/summaries/{NUMBER}")
    def forget_summary(number: int) -> Response:
        saves.delete_summary(number, mine())
        return book()

    @blueprint.delete(f"/api/memory/conversations/{NUMBER}")
    def forget_conversation(number: int) -> Response:
        saves.delete_saved(number, mine())
        return book()

    @blueprint.delete("/api/people/me/data")
    def delete_me() -> Response:
        person = me()
        if not json_body(Sure).sure:
            raise Refused('Everything about you would be gone for good. Send {"sure": true}.', code="not_sure")
        gone = remembering.forgetting.forget(person)
        told = in_numbers(gone)
        return _json(Deleted(deleted=gone, sentence=f"I deleted {told}." if told else "I kept nothing about you."))

    return blueprint


def _line(fact: Fact) -> FactLine:
    return FactLine(id=fact.id, text=fact.text, made=fact.made)


def _summary(one: SumUp) -> SummaryLine:
    return SummaryLine(id=one.id, at=one.at, text=one.text)


def _conversation(one: Saved) -> SavedConversation:
    turns = tuple(SavedTurn(asked=turn.asked, answered=turn.answered) for turn in one.turns)
    return SavedConversation(id=one.id, at=one.at, summary=one.summary, turns=turns)


def _json(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
