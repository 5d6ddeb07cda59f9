"""`/api/dnd`: who sees what of a table, who may ask what of it, and what is said to those who may not."""

from typing import Any

import pytest

from bmo.capabilities.people import Role
from unit.app.conftest import Browser, World

MIRA = {"name": "Mira", "max_hp": 20, "ac": 15, "attacks": [{"name": "Sword", "bonus": 5}], "death_saves": True}
BLOCK = """Brakka
Dwarf Fighter 3
STR 16 DEX 12 CON 15 INT 8 WIS 10 CHA 9
"""


@pytest.fixture
def master(world: World) -> Browser:
    """The owner, with a campaign in which a session has begun."""
    owner = world.signed_in()
    assert owner.post("/api/dnd/campaigns", json={"name": "The Lost Mine"}).status_code == 201
    call(owner, call="begin_session", name="Monday", date="2026-01-05", edition="5.2.1")
    call(owner, call="add_creature", sheet=MIRA, side="party", player="Mia")
    return owner


def call(browser: Browser, seat: str = "", **wanted: Any) -> Any:
    return browser.post("/api/dnd/calls", json={"campaign": 1, "seat": seat, "call": wanted})


def person(world: World, name: str, role: Role) -> Browser:
    """Somebody of the house, signed in by PIN."""
    world.trust.people.add(name, role, "2468")
    browser = world.browser()
    assert browser.post("/sign-in/pin", json={"pin": "2468"}).status_code == 204
    browser.csrf = browser.get("/api/session").json["csrf"]
    return browser


def test_a_campaign_is_begun_listed_and_seen(master: Browser) -> None:
    view = master.get("/api/dnd/campaigns/1").json

    assert [one["name"] for one in master.get("/api/dnd/campaigns").json["campaigns"]] == ["The Lost Mine"]
    assert (view["seat"], view["session"], view["edition"], view["seq"]) == ("dm", "Monday", "5.2.1", 2)
    mira = view["creatures"][0]
    assert (mira["hp"], mira["ac"], mira["player"], mira["mine"]) == (20, 15, "Mia", True)
    assert [line["text"] for line in view["log"]] == ["Monday begins.", "Mira is here."]


def test_a_call_answers_with_what_happened_and_a_refusal_with_the_reason(master: Browser) -> None:
    done = call(master, call="damage", targets=["mira"], amount=5, type="fire")
    refused = call(master, call="revive", who="mira")
    unread = call(master, call="dance")

    assert [line["text"] for line in done.json["lines"]] == ["Mira takes 5 fire damage."]
    assert refused.status_code == 400
    assert "Mira" in refused.json["sentence"]
    assert (unread.status_code, unread.json["code"]) == (400, "bad_call")


def test_a_child_plays_its_own_character_and_sees_no_hidden_goblin(world: World, master: Browser) -> None:
    mia = person(world, "Mia", Role.CHILD)
    call(master, call="add_creature", creature="Goblin Warrior", hidden=True)

    view = mia.get("/api/dnd/campaigns/1")
    own = call(mia, call="check", who="mira", skill="stealth")
    others = call(mia, call="attack", who="mira", target="Goblin Warrior")
    masters = call(mia, call="heal", target="mira", amount=5)

    assert (view.json["seat"], view.json["seats"], view.json["seq"]) == ("player", ["player", "spectator"], 0)
    assert "oblin" not in view.text
    assert own.status_code == 200
    assert others.json["sentence"] == "Nobody called Goblin Warrior is at the table."
    assert masters.json["sentence"] == "That is for the Dungeon Master to do."


CLOSED: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/dnd/campaigns/1?seat=dm", None),
    ("POST", "/api/dnd/campaigns", {"name": "Mine"}),
    ("POST", "/api/dnd/campaigns/1/undo", {}),
    ("GET", "/api/dnd/campaigns/1/branches", None),
    ("POST", "/api/dnd/campaigns/1/branches", {"branch": 1}),
    ("POST", "/api/dnd/campaigns/1/characters", {"text": BLOCK}),
    ("GET", "/api/dnd/campaigns/1/export", None),
    ("GET", "/api/dnd/creatures?q=goblin", None),
    ("POST", "/api/dnd/calls", {"campaign": 1, "seat": "dm", "call": {"call": "next_turn"}}),
)


def test_what_is_the_dungeon_masters_is_closed_to_children(world: World, master: Browser) -> None:
    mia = person(world, "Mia", Role.CHILD)

    answers = [(path, mia.open(method, path, json=body)) for method, path, body in CLOSED]

    assert [path for path, answer in answers if answer.status_code != 403 or not answer.json["sentence"]] == []


def test_an_adult_may_sit_where_they_like_and_then_knows_no_more_than_that_seat(world: World, master: Browser) -> None:
    call(master, call="add_creature", creature="Goblin Warrior", hidden=True)

    spectator = master.get("/api/dnd/campaigns/1?seat=spectator")
    refused = call(master, seat="spectator", call="next_turn")

    assert spectator.json["seat"] == "spectator"
    assert "oblin" not in spectator.text
    assert refused.json["sentence"] == "Spectators watch."


def test_undo_takes_the_last_call_back_and_the_other_way_stays(master: Browser) -> None:
    call(master, call="damage", targets=["mira"], amount=5)

    back = master.post("/api/dnd/campaigns/1/undo", json={}).json
    ways = master.get("/api/dnd/campaigns/1/branches").json["branches"]
    forth = master.post("/api/dnd/campaigns/1/branches", json={"branch": ways[0]["id"]}).json["branches"]

    assert back["creatures"][0]["hp"] == 20
    assert [one["current"] for one in ways] == [False, True]
    assert [one["current"] for one in forth] == [True, False]
    assert master.get("/api/dnd/campaigns/1").json["creatures"][0]["hp"] == 15


def test_a_pasted_character_sits_down_with_numbers_that_were_computed(master: Browser) -> None:
    sat = master.post("/api/dnd/campaigns/1/characters", json={"text": BLOCK, "player": "Ben"})
    broken = master.post("/api/dnd/campaigns/1/characters", json={"text": '{"name": "A",\n "abilities": {"str": "x"}}'})

    brakka = next(one for one in master.get("/api/dnd/campaigns/1").json["creatures"] if one["name"] == "Brakka")
    assert sat.status_code == 201
    assert (brakka["level"], brakka["player"], brakka["side"]) == (3, "Ben", "party")
    assert brakka["hp"] == 31  # 10 + 2, twice 6 + 2, and a dwarf is tougher by 1 a level
    assert broken.status_code == 400
    assert "line 2" in broken.json["sentence"]


def test_a_campaign_goes_out_as_a_file(master: Browser) -> None:
    answer = master.get("/api/dnd/campaigns/1/export")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="session_2026-01-05.json"'
    assert "Mira" in answer.text


def test_monsters_and_spells_are_found_by_the_begin_of_a_word(master: Browser) -> None:
    goblins = master.get("/api/dnd/creatures?q=gob").json["hits"]
    fire = master.get("/api/dnd/spells?q=fireball").json["hits"]
    nothing = master.get("/api/dnd/creatures?q=snorkulon").json

    assert [one["name"] for one in goblins[:3]] == ["Goblin Boss", "Goblin Minion", "Goblin Warrior"]
    assert goblins[2]["about"] == "CR 1/4 · 10 HP · AC 15"
    assert (fire[0]["about"], fire[0]["source"]) == ("Level 3", "SRD 5.2.1")
    assert (nothing["hits"], nothing["sentence"]) == ([], "I know nothing called 'snorkulon'.")


def test_the_rules_answer_in_anybodys_words_with_their_place_and_say_when_they_do_not(world: World) -> None:
    anybody = world.signed_in()
    prone = anybody.get("/api/dnd/search?q=my+guy+got+knocked+over,+can+he+still+swing").json
    nothing = anybody.get("/api/dnd/search?q=how+strong+is+a+mind+flayer").json
    refused = anybody.get("/api/dnd/search?q=")

    assert prone["hits"][0]["name"] == "Prone"
    assert prone["hits"][0]["about"].endswith("Conditions > Prone")
    assert (nothing["hits"], nothing["sentence"]) == ([], "The rules do not say. Mind Flayer is of another book.")
    assert refused.status_code == 400


def test_dice_are_thrown_for_anybody_and_nonsense_is_told_in_a_sentence(world: World) -> None:
    thrown = world.signed_in().post("/api/dnd/roll", json={"dice": "4d6kh3"}).json
    refused = world.signed_in().post("/api/dnd/roll", json={"dice": "1d1e1"})

    assert (len(thrown["faces"]), sum(die["kept"] for die in thrown["faces"])) == (4, 3)
    assert thrown["total"] == sum(die["face"] for die in thrown["faces"] if die["kept"])
    assert refused.status_code == 400


def test_a_campaign_that_there_is_not_is_a_404(world: World) -> None:
    assert world.signed_in().get("/api/dnd/campaigns/7").status_code == 404
