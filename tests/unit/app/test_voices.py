"""Which voices there are, and how one is chosen."""

from pathlib import Path
from typing import Any

import yaml

from bmo.capabilities.media import Pcm


def names(answer: Any) -> list[str]:
    return [voice["name"] for voice in answer.json["voices"]]


def own(world: Any) -> Any:
    return world.script().get("/api/voices/names").json["own"]


def test_the_voices_that_can_be_chosen_are_listed_with_what_people_call_them(world: Any) -> None:
    answer = world.script().get("/api/voices/names")

    titles = {voice["name"]: (voice["title"], voice["kind"]) for voice in answer.json["voices"]}
    assert answer.json["own"] == "bmo"
    assert titles["bmo"] == ("BMO", "bmo")
    assert titles["bmo_happy"] == ("BMO, happy", "bmo")
    assert titles["npc_gruff_dwarf"] == ("Gruff dwarf", "character")
    assert titles["grandma"] == ("Grandma", "other")


def test_a_voice_is_chosen_kept_and_spoken_with(world: Any) -> None:
    answer = world.signed_in().open("PATCH", "/api/settings", json={"voice.voice": "bmo_sad"})

    assert answer.json["settings"] == [{"key": "voice.voice", "value": "bmo_sad", "read_only": ""}]
    assert own(world) == "bmo_sad"
    assert yaml.safe_load((world.home / "config.d" / "ui.yaml").read_text()) == {"voice": {"voice": "bmo_sad"}}


def test_a_choice_is_taken_back(world: Any) -> None:
    browser = world.signed_in()
    browser.open("PATCH", "/api/settings", json={"voice.voice": "bmo_sad"})

    browser.open("PATCH", "/api/settings", json={"voice.voice": None})

    assert own(world) == "bmo"


def test_somebody_recorded_on_a_server_can_be_chosen_at_once(world: Any) -> None:
    answer = world.signed_in().open("PATCH", "/api/settings", json={"voice.voice": "grandma"})

    assert answer.status_code == 200
    assert own(world) == "grandma"


def test_a_name_that_nobody_has_is_refused_with_those_there_are(world: Any) -> None:
    answer = world.signed_in().open("PATCH", "/api/settings", json={"voice.voice": "darth"})

    assert (answer.status_code, answer.json["code"]) == (400, "unknown_voice")
    assert "npc_old_witch" in answer.json["sentence"]
    assert own(world) == "bmo"


def test_what_is_set_in_config_yaml_is_not_changed_here_and_says_so(world: Any) -> None:
    (world.home / "config.yaml").write_text("voice: {voice: bmo}")
    browser = world.signed_in()

    answer = browser.open("PATCH", "/api/settings", json={"voice.voice": "bmo_sad"})

    assert (answer.status_code, answer.json["code"]) == (400, "read_only")
    assert answer.json["sentence"] == "voice.voice is set in config.yaml; change it there."
    assert browser.get("/api/settings").json["settings"][0]["read_only"] == answer.json["sentence"]
    assert own(world) == "bmo"
    assert not (world.home / "config.d").exists()


def test_other_settings_are_not_changed_while_bmo_runs(world: Any) -> None:
    answer = world.signed_in().open("PATCH", "/api/settings", json={"app.port": 1})

    assert (answer.status_code, answer.json["code"]) == (400, "not_changeable")
    assert "voice.voice" in answer.json["sentence"]


def test_a_value_that_is_no_name_is_refused(world: Any) -> None:
    for value in (5, [], {"a": 1}, "../../etc", ""):
        assert world.signed_in().open("PATCH", "/api/settings", json={"voice.voice": value}).status_code == 400
    assert own(world) == "bmo"


def test_the_kept_phrases_are_forgotten(world: Any) -> None:
    folder: Path = world.home / "data" / "voices" / "phrases"
    phrases = world.parts.voices._phrases
    phrases.put("key", Pcm(bytes(200), 24_000))
    phrases.came_again("key")
    assert len(list(folder.glob("*.wav"))) == 1

    assert world.signed_in().open("DELETE", "/api/phrases").json == {"files": 1}
    assert list(folder.glob("*.wav")) == []


def test_strangers_learn_and_change_nothing(world: Any) -> None:
    stranger = world.browser()

    assert stranger.get("/api/voices/names").status_code == 401
    assert stranger.get("/api/settings").status_code == 401
    assert stranger.open("PATCH", "/api/settings", json={"voice.voice": "low"}).status_code == 401
    assert stranger.open("DELETE", "/api/phrases").status_code == 401
