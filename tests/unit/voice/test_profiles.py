import json
import math
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmo.capabilities.voiceprint import Voiceprint
from bmo.core.errors import BmoError, NotFound, Refused
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database
from bmo.voice.profiles import ENOUGH, MOST, MOST_PEOPLE, SPEAKER_TABLE, Profiles, name_of, profile_of, unit


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "bmo.db", [SPEAKER_TABLE])


@pytest.fixture
def profiles(database: Database) -> Profiles:
    return Profiles(database, ManualClock())


def voice(*numbers: float, engine: str = "e", seconds: float = 4.0) -> Voiceprint:
    return Voiceprint(unit(numbers), engine, seconds)


def test_a_voice_is_known_after_three_clips_and_its_mean_is_what_counts(profiles: Profiles) -> None:
    for numbers in ((1, 0, 0), (0, 1, 0)):
        assert not profiles.add("Anna", voice(*numbers)).enough
    anna = profiles.add("Anna", voice(1, 1, 0))

    assert anna.enough
    assert anna.clips == ENOUGH == 3
    assert anna.seconds == 12.0
    assert anna.likeness(unit((1, 1, 0))) == pytest.approx(1)
    assert anna.likeness(unit((0, 0, 1))) == pytest.approx(0)


def test_what_is_kept_outlives_the_program(profiles: Profiles, database: Database) -> None:
    profiles.add("Anna", voice(0.6, 0.8))

    (anna,) = Profiles(database, ManualClock()).all()
    assert anna.person == "Anna"
    assert anna.mean == pytest.approx((0.6, 0.8), abs=1e-6)


def test_a_vector_is_kept_as_float32_little_endian_and_nothing_else(profiles: Profiles, tmp_path: Path) -> None:
    profiles.add("Anna", voice(1, 0))

    ((blob,),) = sqlite3.connect(tmp_path / "bmo.db").execute("SELECT vector FROM voice_clip").fetchall()
    assert blob == bytes.fromhex("0000803f00000000")


def test_engines_are_never_mixed(profiles: Profiles) -> None:
    profiles.add("Anna", voice(1, 0, engine="old"))
    new = profiles.add("Anna", voice(0, 1, 0, engine="new"))

    assert new.clips == 1
    assert sorted(profile.engine for profile in profiles.all()) == ["new", "old"]
    assert new.likeness((1.0, 0.0)) == 0  # a vector of another length is nobody's


def test_a_person_is_one_however_the_name_is_written(profiles: Profiles) -> None:
    profiles.add("Anna Maria", voice(1, 0))
    again = profiles.add("  anna   MARIA ", voice(1, 0))

    assert again.person == "Anna Maria"
    assert again.clips == 2


def test_an_export_holds_everything_and_deleting_leaves_nothing(profiles: Profiles, tmp_path: Path) -> None:
    for person in ("Anna", "Tom"):
        profiles.add(person, voice(0.6, 0.8))

    told = json.loads(json.dumps(profiles.export("anna")))
    assert told["person"] == "Anna"
    assert told["clips"][0]["vector"] == pytest.approx([0.6, 0.8], abs=1e-6)
    assert set(told["clips"][0]) == {"engine", "seconds", "made", "vector"}

    profiles.remove("ANNA")
    assert [profile.person for profile in profiles.all()] == ["Tom"]
    for gone in (profiles.remove, profiles.export):
        with pytest.raises(NotFound, match="Anna"):
            gone("Anna")


def test_there_is_an_end_to_clips_and_to_people(profiles: Profiles) -> None:
    for _ in range(MOST):
        profiles.add("Anna", voice(1, 0))
    with pytest.raises(Refused, match="plenty"):
        profiles.add("Anna", voice(1, 0))

    for number in range(MOST_PEOPLE - 1):
        profiles.add(f"P{number}", voice(1, 0))
    with pytest.raises(Refused, match="delete"):
        profiles.add("One more", voice(1, 0))


@pytest.mark.parametrize("bad", ["", " ", "a" * 33, "_x", "../x", "a\0b", "a<b>", "Anna; DROP TABLE", "-", "a/b", "'"])
def test_what_is_no_name_is_refused(profiles: Profiles, bad: str) -> None:
    with pytest.raises(Refused) as refusal:
        profiles.add(bad, voice(1, 0))
    assert refusal.value.code == "bad_name"
    assert profiles.all() == ()


@given(st.text(max_size=50))
def test_a_name_is_one_short_line_or_refused(text: str) -> None:
    try:
        name = name_of(text)
    except BmoError:
        return
    assert 1 <= len(name) <= 32
    assert name.isprintable()
    assert name_of(name) == name


NUMBERS = st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4)


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=6), NUMBERS)
def test_likeness_is_a_cosine(clips: list[list[float]], other: list[float]) -> None:
    profile = profile_of("a", "e", [unit(clip) for clip in clips], 1.0)

    likeness = profile.likeness(unit(other))
    assert -1.000001 <= likeness <= 1.000001
    assert math.hypot(*profile.mean) == pytest.approx(1) or not any(profile.mean)
