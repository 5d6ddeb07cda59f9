"""The wakes that are kept: with their sound, for a while, and until somebody deletes them."""

import stat
import wave
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from bmo.capabilities.media import Pcm
from bmo.core.errors import NotFound
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database
from bmo.voice import wakes as module
from bmo.voice.wake_watch import HeardWake
from bmo.voice.wakes import KEPT_DAYS, WAITING, WAKE_TABLE, Wakes


class Shelf:
    """Wakes in a folder, written at once."""

    def __init__(self, home: Path) -> None:
        self.clock = ManualClock()
        self.folder = home / "data" / "wakes"
        self.database = Database(home / "bmo.db", [WAKE_TABLE])
        self.wakes = Wakes(self.database, self.folder, self.clock, "hey jarvis")

    def keep(self, *wakes: HeardWake) -> None:
        for wake in wakes:
            self.wakes.keep(wake)
        self.wakes.start()
        self.wakes.close()
        self.wakes = Wakes(self.database, self.folder, self.clock, "hey jarvis")

    def wake(self, person: str = "ada", score: float = 0.9) -> HeardWake:
        sound = Pcm(b"\x01\x02" * 48_000, 16_000)
        return HeardWake(self.clock.now().isoformat(), "t1", person, "kitchen", score, 0.5, sound)

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_wake_is_kept_with_its_score_and_its_sound(shelf: Shelf) -> None:
    shelf.keep(shelf.wake(score=0.83))

    [kept] = shelf.wakes.latest()
    assert (kept.person, kept.room, kept.word, kept.score, kept.threshold) == (
        "ada",
        "kitchen",
        "hey jarvis",
        0.83,
        0.5,
    )
    assert (kept.clip, kept.wrong) == (True, False)
    with wave.open(BytesIO(shelf.wakes.clip(kept.id))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (16_000, 1, 48_000)


def test_clips_are_for_their_owner_only(shelf: Shelf) -> None:
    shelf.keep(shelf.wake())

    assert stat.S_IMODE(shelf.folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in shelf.files] == [0o600]


def test_people_hear_and_delete_their_own_wakes_alone(shelf: Shelf) -> None:
    shelf.keep(shelf.wake("ada"), shelf.wake("bob"))

    assert [wake.person for wake in shelf.wakes.latest(person="bob")] == ["bob"]
    for wish in (shelf.wakes.clip, shelf.wakes.forget, shelf.wakes.wrong):
        with pytest.raises(NotFound):
            wish(1, "bob")
    shelf.wakes.forget_all("bob")

    assert [wake.person for wake in shelf.wakes.latest()] == ["ada"]


def test_deleting_takes_the_sound_too(shelf: Shelf) -> None:
    shelf.keep(shelf.wake(), shelf.wake(), shelf.wake())

    shelf.wakes.forget(2)
    two_left = len(shelf.files)
    shelf.wakes.forget_all()

    assert (two_left, shelf.files, shelf.wakes.latest()) == (2, [], [])


def test_somebody_may_say_that_it_was_wrong_and_take_it_back(shelf: Shelf) -> None:
    shelf.keep(shelf.wake())

    shelf.wakes.wrong(1)
    said = shelf.wakes.latest()[0].wrong
    shelf.wakes.wrong(1, wrong=False)

    assert (said, shelf.wakes.latest()[0].wrong) == (True, False)


def test_old_wakes_are_gone_after_a_week_and_so_is_what_belongs_to_none(shelf: Shelf) -> None:
    shelf.keep(shelf.wake())
    shelf.clock.advance(timedelta(days=KEPT_DAYS).total_seconds() + 60)
    (shelf.folder / ".arriving-x").write_bytes(b"half a clip")

    shelf.keep(shelf.wake())

    assert [wake.id for wake in shelf.wakes.latest()] == [2]
    assert len(shelf.files) == 1


def test_there_are_never_more_than_so_many(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    shelf.keep(*(shelf.wake() for _ in range(6)))

    shelf.wakes.tidy()

    assert [wake.id for wake in shelf.wakes.latest()] == [6, 5, 4]
    assert len(shelf.files) == 3


def test_a_disk_that_takes_no_sound_still_keeps_the_score(shelf: Shelf) -> None:
    shelf.folder.parent.mkdir(parents=True)
    shelf.folder.write_text("no folder")

    shelf.keep(shelf.wake())

    [kept] = shelf.wakes.latest()
    assert not kept.clip
    with pytest.raises(NotFound):
        shelf.wakes.clip(kept.id)


def test_a_database_that_takes_nothing_costs_the_record_and_leaves_no_file(shelf: Shelf) -> None:
    with shelf.database.transaction() as connection:
        connection.execute("DROP TABLE wake")

    shelf.keep(shelf.wake())

    assert shelf.files == []


def test_a_writer_that_does_not_keep_up_loses_wakes_and_holds_nobody_up(shelf: Shelf) -> None:
    shelf.keep(*(shelf.wake() for _ in range(WAITING - 1)))
    for _ in range(WAITING + 5):
        shelf.wakes.keep(shelf.wake())

    assert len(shelf.wakes.latest()) == WAITING - 1
