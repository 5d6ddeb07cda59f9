"""A person's memory over REST: their own, and nobody else's; and how all of it goes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bmo.app.wiring import build
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.people import Role
from bmo.capabilities.voiceprint import Voiceprint
from bmo.settings.app import AppSettings
from bmo.voice.turn_log import TurnRecord
from bmo.voice.wake_watch import HeardWake

SECRET = "the owl flies at midnight"


def person(world: Any, name: str, role: Role = Role.ADULT) -> Any:
    """A browser in which this person is signed in."""
    account = world.trust.accounts.by_name(name) or world.trust.accounts.add(name, role)
    browser = world.browser()
    browser.client.set_cookie("bmo_session", world.trust.sessions.start(account), domain="127.0.0.1")
    browser.csrf = browser.get("/api/session").json["csrf"]
    return browser


def test_facts_are_added_changed_and_deleted(world: Any) -> None:
    ada = person(world, "Ada")

    made = ada.post("/api/memory/facts", {"text": " my locker\n code is 12. "})
    changed = ada.open("PUT", f"/api/memory/facts/{made.json['id']}", json={"text": "my locker code is 13"})
    told = ada.get("/api/memory").json
    left = ada.open("DELETE", f"/api/memory/facts/{made.json['id']}").json

    assert (made.status_code, made.json["text"]) == (201, "my locker code is 12")
    assert changed.json["text"] == "my locker code is 13"
    assert [fact["text"] for fact in told["facts"]] == ["my locker code is 13"]
    assert told["everything"]["facts"] == 1
    assert left["facts"] == []


def test_a_proposal_is_accepted_or_declined(world: Any) -> None:
    ada = person(world, "Ada")
    facts = world.parts.remembering.memory.facts
    one, other = (facts.add("Ada", text, proposed=True) for text in ("I like tea", "I hate tea"))

    accepted = ada.post(f"/api/memory/proposals/{one.id}/accept", {})
    ada.open("DELETE", f"/api/memory/facts/{other.id}")
    told = ada.get("/api/memory").json

    assert accepted.status_code == 200
    assert [fact["text"] for fact in told["facts"]] == ["I like tea"]
    assert told["proposals"] == []


def test_nobody_reads_changes_or_deletes_what_is_anothers_not_even_the_owner(world: Any) -> None:
    ada, owner = person(world, "Ada"), world.signed_in()
    fact = ada.post("/api/memory/facts", {"text": SECRET}).json["id"]
    conversations = world.parts.remembering.conversations
    conversations.add("ada@session x/main", SECRET, "Hm.", person="Ada")
    conversations.close("ada@session x/main")
    saved = ada.get("/api/memory").json["conversations"][0]["id"]

    tries = [
        owner.open("PUT", f"/api/memory/facts/{fact}", json={"text": "mine"}),
        owner.post(f"/api/memory/proposals/{fact}/accept", {}),
        owner.open("DELETE", f"/api/memory/conversations/{saved}"),
        owner.open("DELETE", f"/api/memory/summaries/{saved}"),
    ]
    owner.open("DELETE", f"/api/memory/facts/{fact}")

    assert [answer.status_code for answer in tries] == [404] * 4
    assert SECRET not in owner.get("/api/memory").text
    assert ada.get("/api/memory").text.count(SECRET) == 2


@pytest.mark.parametrize("who", ["script", "kiosk", "guest"])
def test_nobody_in_particular_has_no_facts_and_is_told_why(world: Any, who: str) -> None:
    if who == "guest":
        browser = person(world, "Visitor", Role.GUEST)
    elif who == "kiosk":
        browser = world.browser()
        browser.headers["Authorization"] = f"Bearer {(world.home / 'kiosk-token').read_text().strip()}"
    else:
        browser = world.script()

    told = browser.get("/api/memory").json
    refused = browser.post("/api/memory/facts", {"text": SECRET})

    assert told["why_not"] == refused.json["sentence"] != ""
    assert refused.status_code == 403
    assert told["facts"] == []


def test_a_name_of_a_conversation_reaches_ones_own_only(world: Any) -> None:
    ada, owner = person(world, "Ada"), world.signed_in()
    ada.post("/api/chat", {"text": "hello"})
    key = world.turns.said[-1].asked.conversation

    for name in ("main", key, "/main", "../main", f"main@{key}"[:64]):
        owner.post("/api/chat", {"text": "hello", "conversation": name[:64]})
        assert world.turns.said[-1].asked.conversation.partition("/")[0] != key.partition("/")[0]
        owner.post("/api/chat/clear", {"conversation": name[:64]})
        assert world.forgotten[-1] != key
    ada.post("/api/chat", {"text": "hello", "conversation": "games"})
    assert world.turns.said[-1].asked.conversation == key.removesuffix("main") + "games"


def test_everything_about_me_needs_a_yes(world: Any) -> None:
    ada = person(world, "Ada")
    ada.post("/api/memory/facts", {"text": SECRET})

    for body in ({}, {"sure": False}):
        assert ada.open("DELETE", "/api/people/me/data", json=body).status_code == 400
    assert ada.get("/api/memory").json["everything"]["facts"] == 1


class House:
    """The whole app as `bmo run` wires it, not started."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.joined = build(AppSettings(home=home), ())
        self.parts = self.joined.parts
        self.parts.trust.accounts.add("Ada", Role.ADULT)
        self.parts.trust.accounts.add("Bob", Role.ADULT)

    def live(self, name: str) -> None:
        """Somebody leaves something in every place that keeps something of people."""
        remembering, secret = self.parts.remembering, f"{SECRET} {name}"
        remembering.memory.facts.add(name, secret)
        remembering.memory.facts.add(name, f"{secret} too", proposed=True)
        key = f"{name}@session x/main"
        for _ in range(17):
            remembering.conversations.add(key, secret, secret, person=name)
        remembering.conversations.summed_up(key, remembering.conversations.waiting(key), secret)
        remembering.conversations.add("old", secret, secret, person=name)
        remembering.conversations.close("old")
        for _ in range(17):
            remembering.conversations.add("busy", secret, secret, person=name)
        record = TurnRecord("t1", "2999-01-01T00:00:00+00:00", name, "", False, "", secret)
        self.parts.turn_log.keep(record)
        heard = TurnRecord("t2", "2999-01-01T00:00:00+00:00", "", "", True, "", secret)
        heard.speaker = name
        self.parts.turn_log.keep(heard)
        wakes = self.parts.wakes
        wakes._write(
            HeardWake("2999-01-01T00:00:00+00:00", "t1", name, "", 0.9, 0.5, Pcm(secret.encode() * 20, 16_000))
        )
        self.parts.who.profiles.add(name, Voiceprint((1.0, 0.0), "fake", 3.0))  # type: ignore[union-attr]
        self.joined.mind.timers.set(timedelta(hours=1), "tea", Asked(person=name))
        self.joined.mind.routines.add(f"tea of {name}", [f"tell everyone {secret}"], name)

    def tables_of_people(self) -> dict[str, str]:
        """Every table with a column that names a person, by that column."""
        database = self.joined.database
        tables = [row["name"] for row in database.read("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {table: [row["name"] for row in database.read(f"PRAGMA table_info({table})")] for table in tables}
        names = ("person", "asked_by", "speaker", "owner", "made_by")
        return {table: name for table, told in columns.items() for name in names if name in told}

    def rows(self, name: str) -> dict[str, int]:
        return {
            table: self.joined.database.read(
                f"SELECT count(*) FROM {table} WHERE casefold({column}) = ?",
                (name.casefold(),),
            )[0][0]
            for table, column in self.tables_of_people().items()
        }

    def files_with(self, words: str) -> list[Path]:
        return [
            path for path in (self.home / "data").rglob("*") if path.is_file() and words.encode() in path.read_bytes()
        ]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.joined.close()


def test_delete_everything_about_me_leaves_nothing_in_any_table_and_in_any_file(house: House) -> None:
    for name in ("Ada", "Bob"):
        house.live(name)
    assert all(house.rows("Ada").values()), house.rows("Ada")
    assert house.files_with(f"{SECRET} Ada")

    gone = house.parts.remembering.forgetting.forget("Ada")

    assert not any(house.rows("Ada").values()), house.rows("Ada")
    assert house.files_with(f"{SECRET} Ada") == []
    assert (gone["facts"], gone["proposals"], gone["entries of the turn log"], gone["timers"]) == (1, 1, 2, 1)
    assert all(house.rows("Bob").values()), house.rows("Bob")
    assert house.parts.remembering.forgetting.known("Ada") == {}


def test_what_somebody_left_follows_their_new_name_and_goes_with_their_account(house: House) -> None:
    house.live("Ada")
    number = next(account.id for account in house.parts.trust.accounts.all() if account.name == "Ada")

    house.parts.trust.people.rename(number, "Ida")
    assert not any(house.rows("Ada").values()), house.rows("Ada")
    assert all(house.rows("Ida").values()), house.rows("Ida")

    house.parts.trust.people.remove(number)
    assert not any(house.rows("Ida").values()), house.rows("Ida")
