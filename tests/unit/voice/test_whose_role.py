"""What a voice allows: an adult's at most, nothing where somebody is signed in, a guest's when unknown."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.people import Role
from bmo.capabilities.voiceprint import EmbedVoice, Voiceprint
from bmo.core.errors import Broken, Unreachable
from bmo.fakes.clock import ManualClock
from bmo.fakes.private import FakeVoiceprint
from bmo.store.database import Database
from bmo.voice.profiles import SPEAKER_TABLE, Profiles
from bmo.voice.who import PATIENCE, Recognition, Verdict, Who
from sounds import pcm, tone

SOUND = pcm(tone(200.0, 3.0))
KIOSK = Asked(role=Role.ADULT, device="kiosk", shared=True)
HALL = Asked(role=Role.GUEST, device="satellite", shared=True)
ROLES = {"Ada": Role.OWNER, "Ben": Role.ADULT, "Mia": Role.CHILD}


@pytest.fixture
def profiles(tmp_path: Path) -> Iterator[Profiles]:
    database = Database(tmp_path / "bmo.db", [SPEAKER_TABLE])
    yield Profiles(database, ManualClock())
    database.close()


def house(profiles: Profiles, embed: EmbedVoice | None = None) -> Who:
    """One that knows a voice."""
    who = Who(profiles, embed or FakeVoiceprint(), ROLES.get)
    for _ in range(3):
        profiles.add("Ada", FakeVoiceprint().embed(SOUND))
    return who


def heard(person: str) -> Recognition:
    """A look that is over."""
    recognition = Recognition(lambda: Verdict(person, 0.9, person), "t")
    recognition.start()
    recognition.waited(10)
    return recognition


@pytest.mark.parametrize("device", [KIOSK, HALL], ids=["kiosk", "satellite"])
@pytest.mark.parametrize(
    ("person", "role"),
    [("Ada", Role.ADULT), ("Ben", Role.ADULT), ("Mia", Role.CHILD), ("Nobody", Role.GUEST), ("", Role.GUEST)],
)
def test_before_a_shared_device_the_voice_decides_and_a_tape_makes_no_owner(
    profiles: Profiles, device: Asked, person: str, role: Role
) -> None:
    asked = house(profiles).asking(device, heard(person))

    assert (asked.speaker, asked.role, asked.late) == (person, role, None)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("person", ["Ada", "Mia", ""])
def test_where_somebody_is_signed_in_no_voice_changes_what_they_may(
    profiles: Profiles, person: str, role: Role
) -> None:
    asked = house(profiles).asking(Asked(person="Mia", role=role, device="session"), heard(person))

    assert (asked.role, asked.for_role(Role.OWNER).role, asked.speaker) == (role, role, person)


def test_until_a_voice_is_known_the_device_decides(profiles: Profiles) -> None:
    who = Who(profiles, FakeVoiceprint(), ROLES.get)

    assert who.asking(KIOSK, None).role is Role.ADULT
    assert who.asking(HALL, None).role is Role.GUEST


class Slow:
    """Ears that answer when they are let."""

    name = "slow"

    def __init__(self) -> None:
        self.go = threading.Event()

    def embed(self, sound: Pcm) -> Voiceprint:
        assert self.go.wait(10)
        return FakeVoiceprint().embed(sound)


def test_nobody_waits_for_a_voice_whose_role_is_not_needed(profiles: Profiles) -> None:
    ears = Slow()
    who = house(profiles, ears)
    recognition = who.begin(SOUND, "t")

    asked = who.asking(KIOSK, recognition)

    assert asked.for_role(Role.GUEST) is asked
    assert recognition is not None
    assert recognition.verdict is None
    ears.go.set()
    assert asked.for_role(Role.ADULT).role is Role.ADULT
    assert asked.for_role(Role.ADULT).speaker == "Ada"


def test_what_needs_more_waits_a_moment_and_no_longer(profiles: Profiles) -> None:
    ears = Slow()
    who = house(profiles, ears)
    recognition = who.begin(SOUND, "t")
    assert recognition is not None
    waited: list[float] = []
    recognition.waited = lambda seconds: waited.append(seconds)  # type: ignore[method-assign]

    asked = who.asking(KIOSK, recognition).for_role(Role.ADULT)

    assert (asked.role, waited) == (Role.GUEST, [PATIENCE])
    ears.go.set()


def test_a_look_that_fails_leaves_a_guest_without_a_wait(profiles: Profiles) -> None:
    def gone() -> Verdict:
        raise Unreachable("gone")

    who = house(profiles)
    recognition = Recognition(gone, "t")
    recognition.start()

    assert recognition.waited(10) is None
    assert who.asking(KIOSK, recognition).for_role(Role.ADULT).role is Role.GUEST


def test_too_many_voices_at_once_or_no_ears_make_nobody_more_than_a_guest(profiles: Profiles) -> None:
    assert house(profiles).asking(KIOSK, None).role is Role.GUEST


def test_voices_that_cannot_be_read_make_nobody_more_than_a_guest(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> tuple[()]:
        raise Broken("the disk is gone")

    who = house(profiles)
    monkeypatch.setattr(profiles, "all", broken)

    assert who.asking(KIOSK, None).role is Role.GUEST
