import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmo.capabilities.media import Pcm
from bmo.capabilities.voiceprint import Voiceprint
from bmo.core.errors import BmoError, Refused, Unavailable, Unreachable
from bmo.fakes.clock import ManualClock
from bmo.fakes.private import FakeVoiceprint
from bmo.store.database import Database
from bmo.voice.profiles import SPEAKER_TABLE, Profile, Profiles, profile_of, unit
from bmo.voice.who import AT_ONCE, LEAST_SECONDS, LIKENESS, MARGIN, UNKNOWN, Verdict, Who, decide
from sounds import pcm, tone

ANNA, TOM = pcm(tone(200.0, 3.0)), pcm(tone(400.0, 3.0))


class Ears:
    """Embeds what it is told to; an error is raised, an event waited for."""

    name = "ears"

    def __init__(self, *answers: Voiceprint | Exception | threading.Event) -> None:
        self.answers = list(answers)
        self.asked = 0

    def embed(self, sound: Pcm) -> Voiceprint:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, threading.Event):
            assert answer.wait(10)
            answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Voiceprint)
        return answer


@pytest.fixture
def profiles(tmp_path: Path) -> Iterator[Profiles]:
    database = Database(tmp_path / "bmo.db", [SPEAKER_TABLE])
    yield Profiles(database, ManualClock())
    database.close()


def enrolled(profiles: Profiles) -> Who:
    """Anna and Tom, by the fake's ears."""
    who = Who(profiles, FakeVoiceprint())
    for person, sound in (("Anna", ANNA), ("Tom", TOM)):
        for _ in range(3):
            who.learn(person, sound)
    return who


def person(name: str, *numbers: float, engine: str = "e", clips: int = 3) -> Profile:
    return profile_of(name, engine, [unit(numbers)] * clips, 10.0)


def voice(*numbers: float, seconds: float = 3.0, engine: str = "e") -> Voiceprint:
    return Voiceprint(unit(numbers), engine, seconds)


def test_the_nearest_voice_is_the_speaker_and_a_stranger_is_unknown(profiles: Profiles) -> None:
    who = enrolled(profiles)

    assert who.identify(ANNA) == Verdict("Anna", 1.0, "Anna")
    assert who.identify(TOM).person == "Tom"
    assert who.identify(pcm(tone(800.0, 3.0))).person == ""


def test_just_over_the_likeness_is_enough_and_just_under_is_not() -> None:
    for likeness, name in ((LIKENESS + 0.01, "Anna"), (LIKENESS - 0.01, "")):
        said = voice(likeness, (1 - likeness**2) ** 0.5)

        assert decide(said, [person("Anna", 1, 0)]).person == name


def test_between_two_who_sound_alike_nobody_is_named() -> None:
    twins = [person("Anna", 1, 0.1), person("Hanna", 1, -0.1)]

    assert decide(voice(1, 0), twins) == Verdict("", 0.995, "Hanna")
    assert decide(voice(1, 0.6), twins).person == "Anna"


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (voice(1, 0, seconds=LEAST_SECONDS - 0.1), person("Anna", 1, 0)),
        (voice(1, 0, engine="other"), person("Anna", 1, 0)),
        (voice(1, 0), person("Anna", 1, 0, clips=2)),
        (voice(1, 0, 0), person("Anna", 1, 0)),
    ],
    ids=["too short", "another engine", "not enough clips", "another length"],
)
def test_what_cannot_be_compared_is_unknown(said: Voiceprint, known: Profile) -> None:
    assert decide(said, [known]).person == ""


@settings(deadline=None)
@given(
    st.lists(st.floats(-1, 1), min_size=3, max_size=3),
    st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), max_size=5),
    st.floats(0, 5),
)
def test_whoever_is_named_is_alike_enough_and_clearly_the_nearest(
    said: list[float], known: list[list[float]], seconds: float
) -> None:
    people = [person(f"P{number}", *numbers) for number, numbers in enumerate(known)]
    heard = voice(*said, seconds=seconds)

    verdict = decide(heard, people)

    if verdict.person:
        likeness = {one.person: one.likeness(unit(heard.vector)) for one in people}
        mine = likeness.pop(verdict.person)
        assert mine > LIKENESS
        assert all(mine - other >= MARGIN for other in likeness.values())
        assert seconds == 0 or seconds >= LEAST_SECONDS


def test_somebody_elses_sentence_does_not_join_a_voice(profiles: Profiles) -> None:
    who = enrolled(profiles)

    with pytest.raises(Refused) as refusal:
        who.learn("Anna", TOM)
    assert refusal.value.code == "another_voice"
    assert "Anna" in refusal.value.sentence
    assert profiles.of("Anna", "fake").clips == 3


def test_too_short_a_sentence_and_silence_teach_nothing(profiles: Profiles) -> None:
    who = Who(profiles, FakeVoiceprint())

    for sound in (pcm(tone(200.0, 1.0)), Pcm(bytes(96_000), 16_000)):
        with pytest.raises(Refused):
            who.learn("Anna", sound)
    assert profiles.all() == ()


def test_who_sounds_like_somebody_known_is_told_so(profiles: Profiles) -> None:
    who = enrolled(profiles)

    _, near = who.learn("Anna's sister", ANNA)
    assert near.person == "Anna"


def test_a_bad_name_is_refused_before_anything_is_listened_to(profiles: Profiles) -> None:
    ears = Ears()

    with pytest.raises(Refused):
        Who(profiles, ears).learn("<b>", ANNA)
    assert ears.asked == 0


def test_without_ears_there_is_a_sentence_and_no_recognition(profiles: Profiles) -> None:
    deaf = Who(profiles, None)

    assert "bmo run" in deaf.why_not
    assert deaf.begin(ANNA, "t") is None
    with pytest.raises(Unavailable):
        deaf.learn("Anna", ANNA)


def test_nobody_is_looked_for_until_somebody_is_known(profiles: Profiles) -> None:
    ears = Ears()

    assert Who(profiles, ears).begin(ANNA, "t") is None
    assert ears.asked == 0


def known_by(profiles: Profiles, ears: Ears) -> Who:
    for _ in range(3):
        profiles.add("Anna", voice(1, 0))
    return Who(profiles, ears)


def told(who: Who) -> tuple[list[Verdict], threading.Event]:
    """What a recognition tells, and when it has."""
    verdicts: list[Verdict] = []
    done = threading.Event()
    recognition = who.begin(ANNA, "t")
    assert recognition is not None
    recognition.tell(lambda verdict: (verdicts.append(verdict), done.set()))
    return verdicts, done


def test_a_recognition_never_makes_anybody_wait_and_tells_once_it_is_known(profiles: Profiles) -> None:
    go = threading.Event()
    who = known_by(profiles, Ears(go, voice(1, 0)))
    recognition = who.begin(ANNA, "t")
    assert recognition is not None
    first: list[Verdict] = []
    done = threading.Event()
    recognition.tell(lambda verdict: (first.append(verdict), done.set()))

    assert recognition.verdict is None
    assert first == []
    go.set()
    assert done.wait(10)
    assert first == [recognition.verdict]
    late: list[Verdict] = []
    recognition.tell(late.append)
    assert late == first
    assert late[0].person == "Anna"


def test_a_cough_is_unknown_and_a_fault_is_silence(profiles: Profiles) -> None:
    verdicts, done = told(known_by(profiles, Ears(Refused("Nobody speaks."))))
    assert done.wait(10)
    assert verdicts == [UNKNOWN]

    for fault in (Unreachable("The server is away."), ValueError("a fault of ours")):
        who = known_by(profiles, Ears(fault))
        recognition = who.begin(ANNA, "gone")
        assert recognition is not None
        for thread in threading.enumerate():
            if thread.name == "who gone":
                thread.join(10)
        assert recognition.verdict is None


def test_only_so_many_are_looked_at_at_a_time_and_each_makes_room_again(profiles: Profiles) -> None:
    go = threading.Event()
    answers: list[Voiceprint | Exception | threading.Event] = [go] * AT_ONCE
    who = known_by(profiles, Ears(*answers, *[voice(1, 0)] * (AT_ONCE + 1)))
    running = [who.begin(ANNA, "t") for _ in range(AT_ONCE)]

    assert None not in running
    assert who.begin(ANNA, "t") is None
    done = [threading.Event() for _ in running]
    for recognition, event in zip(running, done, strict=True):
        assert recognition is not None
        recognition.tell(lambda _, event=event: event.set())
    go.set()
    assert all(event.wait(10) for event in done)
    for thread in threading.enumerate():
        if thread.name == "who t":
            thread.join(10)
    assert who.begin(ANNA, "t") is not None


def test_a_broken_database_costs_the_name_and_not_the_turn(profiles: Profiles, monkeypatch) -> None:
    who = enrolled(profiles)

    def broken() -> None:
        raise BmoError("The disk is gone.")

    monkeypatch.setattr(profiles, "all", broken)
    assert who.begin(ANNA, "t") is None
