"""A voice is learnt by voice: three sentences, said after BMO."""

import array
import math
import threading
from pathlib import Path

import pytest

from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.people import Role
from bmo.capabilities.turn import Acted, Reply, Said
from bmo.capabilities.voiceprint import Voiceprint
from bmo.core.errors import Refused, Unreachable
from bmo.fakes.clock import ManualClock
from bmo.fakes.private import FakeVoiceprint
from bmo.store.database import Database
from bmo.voice.follow_up import FollowUp
from bmo.voice.lessons import PATIENCE, Lessons, Taught
from bmo.voice.profiles import ENOUGH, SPEAKER_TABLE, Profiles
from bmo.voice.who import Who
from unit.voice.test_turn import FakeBrain

TONE = array.array("h", [round(8_000 * math.sin(2 * math.pi * n / 80)) for n in range(480)]).tobytes()
LONG, SHORT = Pcm(TONE * 100, 16_000), Pcm(TONE * 20, 16_000)
KITCHEN, ATTIC = Asked(device="kitchen"), Asked(device="attic")
NEVER = threading.Event()


class Gone:
    """Ears whose server is gone."""

    name = "gone"

    def embed(self, sound: Pcm) -> Voiceprint:
        raise Unreachable("The AI server is gone.")


class School:
    """Lessons before a brain that answers everything else."""

    def __init__(self, home: Path, who: Who | None = None) -> None:
        self.clock = ManualClock()
        self.profiles = Profiles(Database(home / "bmo.db", [SPEAKER_TABLE]), self.clock)
        roles = {"Ada": Role.OWNER}
        self.lessons = Lessons(who or Who(self.profiles, FakeVoiceprint(), roles.get), self.clock)
        self.brain = FakeBrain(Reply("Brain."))
        self.taught = Taught(self.brain, self.lessons, lambda text: text == "stop")

    def read(self, sound: Pcm | None = LONG, asked: Asked = KITCHEN, text: str = "the quick robot") -> str:
        thoughts = self.taught.answer(Said(text, asked, sound=sound), NEVER)
        return " ".join(thought.text for thought in thoughts if isinstance(thought, Reply))


def test_three_sentences_make_a_voice_known_and_then_the_brain_answers_again(tmp_path: Path) -> None:
    school = School(tmp_path)

    said = [school.lessons.begin("Ben", KITCHEN), *(school.read() for _ in range(ENOUGH))]

    assert "first sentence" in said[0]
    assert "second sentence" in said[1]
    assert "third sentence" in said[2]
    assert said[3] == "Now I know your voice, Ben."
    assert [profile.enough for profile in school.profiles.all()] == [True]
    assert school.read() == "Brain."


def test_what_is_too_short_is_asked_for_again(tmp_path: Path) -> None:
    school = School(tmp_path)
    school.lessons.begin("Ben", KITCHEN)

    answer = school.read(SHORT)

    assert "too short" in answer
    assert "first sentence" in answer
    assert school.profiles.all() == ()


def test_a_lesson_is_held_where_it_was_asked_for_and_typing_is_no_reading(tmp_path: Path) -> None:
    school = School(tmp_path)
    school.lessons.begin("Ben", KITCHEN)

    assert school.read(asked=ATTIC) == "Brain."
    assert school.read(sound=None) == "Brain."


def test_nobody_is_cut_off_while_reading(tmp_path: Path) -> None:
    school = School(tmp_path)
    assert school.taught.whole("stop", KITCHEN) == school.brain.whole("stop", KITCHEN)

    school.lessons.begin("Ben", KITCHEN)

    assert not school.taught.whole("stop", KITCHEN)


def test_stop_ends_a_lesson_and_so_does_silence(tmp_path: Path) -> None:
    school = School(tmp_path)

    school.lessons.begin("Ben", KITCHEN)
    assert school.read(text="stop") == "Brain."
    assert school.read() == "Brain."

    school.lessons.begin("Ben", KITCHEN)
    school.clock.advance(PATIENCE + 1)
    assert school.read() == "Brain."


def test_nobody_becomes_somebody_who_may_do_more(tmp_path: Path) -> None:
    school = School(tmp_path)

    with pytest.raises(Refused, match="Ada signs in"):
        school.lessons.begin("Ada", KITCHEN)
    assert "first" in school.lessons.begin("Ada", Asked(person="Ada", device="phone"))


def test_without_a_model_for_voices_the_reason_is_said(tmp_path: Path) -> None:
    deaf = Who(Profiles(Database(tmp_path / "other.db", [SPEAKER_TABLE]), ManualClock()), None)

    with pytest.raises(Refused, match="bmo run"):
        School(tmp_path, deaf).lessons.begin("Ben", KITCHEN)


def test_ears_that_fail_end_the_lesson_with_a_sentence(tmp_path: Path) -> None:
    who = Who(
        Profiles(Database(tmp_path / "other.db", [SPEAKER_TABLE]), ManualClock()),
        Gone(),
    )
    school = School(tmp_path, who)
    school.lessons.begin("Ben", KITCHEN)

    assert school.read() == "The AI server is gone."
    assert school.read() == "Brain."


def test_a_satellite_listens_on_through_a_whole_lesson_whatever_its_setting(tmp_path: Path) -> None:
    school = School(tmp_path)
    school.lessons.begin("Ben", KITCHEN)
    follow_up = FollowUp("never")

    wanted = []
    for _ in range(ENOUGH):
        follow_up.begun(on_purpose=False)
        for thought in school.taught.answer(Said("words", KITCHEN, sound=LONG), NEVER):
            if isinstance(thought, Acted | Reply):
                follow_up.note(thought)
        wanted.append(follow_up.wanted)

    assert wanted == [True, True, False]
