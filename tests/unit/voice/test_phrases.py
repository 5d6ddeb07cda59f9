import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.chain import Chain, Line
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Utterance
from bmo.core.errors import Skipped, Unavailable, Unreachable
from bmo.fakes.speak import FakeSpeak
from bmo.voice.phrases import KEPT_SECONDS, LONGEST_TEXT, Kept, Phrases

HELLO = Utterance("Hello there.", "bmo")


def said(voice: Kept, utterance: Utterance = HELLO) -> bytes:
    return b"".join(piece.samples for piece in voice.speak(utterance))


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.wav"))


def test_what_was_said_is_said_again_without_asking(tmp_path: Path) -> None:
    server = FakeSpeak("here")
    voice = Kept(server, Phrases(tmp_path), lambda: "hibari")

    assert said(voice) == said(voice) == said(voice)
    assert server.spoken == ["Hello there."]


@pytest.mark.parametrize(
    "other",
    [
        replace(HELLO, text="Hello you."),
        replace(HELLO, voice="low"),
        replace(HELLO, mood="sad"),
        replace(HELLO, cents=100.0),
        replace(HELLO, speed=1.5),
    ],
)
def test_anything_that_changes_the_sound_is_rendered_anew(tmp_path: Path, other: Utterance) -> None:
    server = FakeSpeak("here")
    voice = Kept(server, Phrases(tmp_path), lambda: "hibari")

    said(voice)
    said(voice, other)

    assert len(server.spoken) == 2


def test_another_model_at_the_same_server_has_renderings_of_its_own(tmp_path: Path) -> None:
    server, models = FakeSpeak("here"), ["hibari"]
    voice = Kept(server, Phrases(tmp_path), lambda: models[0])
    said(voice)

    models[0] = "piper-joe"
    said(voice)

    assert len(server.spoken) == 2


def test_while_nobody_knows_what_speaks_there_nothing_is_kept(tmp_path: Path) -> None:
    server = FakeSpeak("here")
    voice = Kept(server, Phrases(tmp_path), lambda: "")

    said(voice)
    said(voice)

    assert len(server.spoken) == 2


class Shut:
    """A gate that a test opens."""

    open = False

    def refusal(self) -> Skipped | None:
        return None if self.open else Skipped("The cloud is away.")

    def succeeded(self) -> None:
        pass

    def failed(self, cause: Unavailable) -> None:
        pass

    def wait_until_back(self, cause: Unavailable) -> bool:
        return False


def test_a_better_voice_that_comes_back_is_not_hidden_by_what_the_other_one_said(tmp_path: Path) -> None:
    phrases, gate = Phrases(tmp_path), Shut()
    cloud, here = FakeSpeak("cloud", pitch=440.0), FakeSpeak("here")
    lines = [Line(Kept(cloud, phrases, lambda: "hibari"), gate), Line(Kept(here, phrases, lambda: "hibari"))]
    chain = Chain("speak", lines, None, lambda _: None)

    def heard() -> bytes:
        return b"".join(piece.samples for piece in chain.stream(lambda voice, _: voice.speak(HELLO)))

    small = heard()
    assert heard() == small
    gate.open = True

    assert heard() != small
    assert (len(cloud.spoken), len(here.spoken)) == (1, 1)


def test_what_breaks_off_or_is_not_listened_to_is_not_kept(tmp_path: Path) -> None:
    server = FakeSpeak("here", failure=Unreachable("Gone."), after=1, times=1)
    voice = Kept(server, Phrases(tmp_path), lambda: "hibari")

    with pytest.raises(Unreachable):
        said(voice)
    begun = voice.speak(HELLO)
    next(begun)
    begun.close()

    assert said(voice) == said(Kept(FakeSpeak("another"), Phrases(tmp_path), lambda: "hibari"))
    assert len(server.spoken) == 3


def test_long_clauses_are_not_kept(tmp_path: Path) -> None:
    server = FakeSpeak("here")
    voice = Kept(server, Phrases(tmp_path), lambda: "hibari")
    long = replace(HELLO, text="word " * (LONGEST_TEXT // 5 + 1))

    said(voice, long)
    said(voice, long)

    assert len(server.spoken) == 2


def test_what_is_said_once_never_reaches_the_disk_and_what_comes_again_outlives_the_program(tmp_path: Path) -> None:
    folder = tmp_path / "phrases"
    voice = Kept(FakeSpeak("here"), Phrases(folder), lambda: "hibari")
    first = said(voice)
    assert not folder.exists()

    said(voice)
    server = FakeSpeak("here")
    again = said(Kept(server, Phrases(folder), lambda: "hibari"))

    assert again == first
    assert server.spoken == []


def test_the_files_are_for_nobody_else_and_their_names_tell_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "phrases"
    voice = Kept(FakeSpeak("here"), Phrases(folder), lambda: "hibari")
    said(voice)
    said(voice)

    (file,) = files(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "ello" not in file.name


def test_a_damaged_file_is_rendered_anew(tmp_path: Path) -> None:
    voice = Kept(FakeSpeak("here"), Phrases(tmp_path), lambda: "hibari")
    whole = said(voice)
    said(voice)
    for file in files(tmp_path):
        file.write_bytes(b"RIFF")

    assert said(Kept(FakeSpeak("here"), Phrases(tmp_path), lambda: "hibari")) == whole


def test_the_disk_holds_so_much_and_the_one_that_was_not_played_for_longest_goes(tmp_path: Path) -> None:
    clause = len(said(Kept(FakeSpeak(), Phrases(tmp_path), lambda: ""))) + 44
    phrases = Phrases(tmp_path, disk=2 * clause)
    now = time.time()
    for age, key in ((30, "b"), (40, "a"), (20, "c")):
        phrases.put(key, Pcm(bytes(clause - 44), 24_000))
        phrases.came_again(key)
        os.utime(tmp_path / f"{key}.wav", (now - age, now - age))
    phrases.tidy()

    assert [file.stem for file in files(tmp_path)] == ["b", "c"]


def test_what_nobody_played_for_a_month_goes(tmp_path: Path) -> None:
    phrases = Phrases(tmp_path)
    phrases.put("old", Pcm(bytes(100), 24_000))
    phrases.came_again("old")
    os.utime(tmp_path / "old.wav", (time.time() - KEPT_SECONDS - 60,) * 2)

    phrases.tidy()

    assert files(tmp_path) == []


def test_all_of_it_is_forgotten_when_somebody_says_so(tmp_path: Path) -> None:
    server, phrases = FakeSpeak("here"), Phrases(tmp_path)
    voice = Kept(server, phrases, lambda: "hibari")
    said(voice)
    said(voice)

    assert phrases.clear() == 1
    said(voice)
    assert files(tmp_path) == []
    assert len(server.spoken) == 2


def test_a_full_disk_costs_nobody_a_word(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    voice = Kept(FakeSpeak("here"), Phrases(tmp_path / "file" / "phrases"), lambda: "hibari")

    assert said(voice) == said(voice) == said(voice)


@given(sizes=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 60)), max_size=40))
def test_memory_holds_no_more_than_it_may(sizes: list[tuple[int, int]]) -> None:
    phrases = Phrases(Path("/nowhere"), memory=100, disk=0)
    held: dict[str, int] = {}

    for number, size in sizes:
        phrases.put(str(number), Pcm(bytes(2 * size), 8_000))
        held[str(number)] = 2 * size
    kept = [key for key in held if phrases.get(key) is not None]

    assert sum(held[key] for key in kept) <= 100
    assert not sizes or 2 * sizes[-1][1] > 100 or str(sizes[-1][0]) in kept
