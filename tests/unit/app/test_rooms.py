"""What is told to the house: timers in the room they were set in, announcements in all of them."""

import io
import threading
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from bmo.app.alarms import Alarms
from bmo.app.announcements import AT_ONCE, Announcements
from bmo.app.clips import Clips
from bmo.app.rooms import Rooms
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.core.errors import Busy, Unavailable
from bmo.fakes.clock import ManualClock
from bmo.fakes.speak import FakeSpeak
from bmo.skills.timers.timer import Timer, TimerRang
from bmo.voice.chimes import chime
from bmo.voice.fixed import Fixed
from bmo.wire.page import Alarm, Announcement


class House:
    """Rooms with loudspeakers; `heard` is what each was told."""

    def __init__(self, **rooms: str) -> None:
        self.rooms = Rooms()
        self.heard: dict[str, list[BaseModel]] = {}
        self.told = threading.Condition()
        for satellite, room in rooms.items():
            self.rooms.enter(satellite, room, self.sender(satellite))

    def sender(self, satellite: str):
        def send(event: str, message: BaseModel) -> None:
            with self.told:
                self.heard.setdefault(satellite, []).append(message)
                self.told.notify_all()

        return send

    def until_heard(self, count: int) -> None:
        with self.told:
            assert self.told.wait_for(lambda: sum(map(len, self.heard.values())) >= count, timeout=10)


def rang(room: str) -> TimerRang:
    timer = Timer(1, "pasta", 60.0, 0.0, "ringing", datetime.now(UTC), Asked(room=room))
    return TimerRang(timer, "The pasta timer is done.", 0.0)


def alarms(house: House, home: Path) -> Alarms:
    return Alarms(house.rooms, FakeSpeak(), Fixed(home, FakeSpeak()), Clips(ManualClock()), "bmo")


def aloud(house: House) -> dict[str, bool]:
    return {name: message.aloud for name, [message] in house.heard.items() if isinstance(message, Alarm)}


def test_a_timer_is_shown_everywhere_and_heard_in_the_room_it_was_set_in(tmp_path: Path) -> None:
    house = House(kiosk="kitchen", phone="Kitchen ", speaker="hall", visitor="")

    alarms(house, tmp_path).ring(rang("kitchen"))
    house.until_heard(4)

    assert aloud(house) == {"kiosk": True, "phone": True, "speaker": False, "visitor": False}


@pytest.mark.parametrize("room", ["attic", ""])
def test_where_nobody_is_in_that_room_a_timer_is_heard_everywhere(tmp_path: Path, room: str) -> None:
    house = House(kiosk="kitchen", speaker="hall")

    alarms(house, tmp_path).ring(rang(room))
    house.until_heard(2)

    assert aloud(house) == {"kiosk": True, "speaker": True}


def test_who_has_left_is_told_nothing_and_its_room_is_empty() -> None:
    house = House(kiosk="kitchen", speaker="hall")

    house.rooms.leave("speaker")
    house.rooms.leave("never-there")

    assert house.rooms.names == ("kitchen",)
    assert house.rooms.count == 1


def test_an_announcement_is_heard_in_all_rooms_with_a_chime_before_it() -> None:
    house, clips = House(kiosk="kitchen", speaker="hall"), Clips(ManualClock())
    voice = FakeSpeak()

    count = Announcements(house.rooms, voice, clips, "bmo").say("Dinner is ready", Asked(person="ada"))
    house.until_heard(2)

    [message] = house.heard["kiosk"]
    assert isinstance(message, Announcement)
    assert house.heard["speaker"] == [message]
    assert (count, message.text, message.person) == (2, "Dinner is ready", "ada")
    file = clips.get(message.audio.rsplit("/", 1)[-1].removesuffix(".wav"))
    assert file is not None
    with wave.open(io.BytesIO(file)) as sound:
        first = chime("announcement", sound.getframerate())
        assert sound.readframes(sound.getnframes()).startswith(first.samples)
        assert sound.getnframes() > len(first.samples) // 2


class Mute:
    """No voice is there."""

    name = "mute"

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        raise Unavailable("No voice.")
        yield


def test_without_a_voice_an_announcement_is_a_chime_and_words_on_the_screen() -> None:
    house, clips = House(kiosk="kitchen"), Clips(ManualClock())

    Announcements(house.rooms, Mute(), clips, "bmo").say("Dinner is ready", Asked())
    house.until_heard(1)

    [message] = house.heard["kiosk"]
    assert isinstance(message, Announcement)
    assert message.audio


class Slow:
    """Speaks when it is let."""

    name = "slow"

    def __init__(self) -> None:
        self.go = threading.Event()

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        assert self.go.wait(10)
        yield Pcm(bytes(480), 24_000)


def test_many_announcements_at_once_are_refused_and_later_ones_are_not() -> None:
    house, voice = House(kiosk="kitchen"), Slow()
    announcements = Announcements(house.rooms, voice, Clips(ManualClock()), "bmo")
    for _ in range(AT_ONCE):
        announcements.say("Dinner is ready", Asked())

    with pytest.raises(Busy, match="after the other"):
        announcements.say("Dinner is ready", Asked())

    voice.go.set()
    house.until_heard(AT_ONCE)
