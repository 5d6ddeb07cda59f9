"""Played in order, gapless, each piece once; and told as heard when it was heard."""

import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bmo.capabilities.media import Pcm
from bmo.core.clock import SystemClock
from bmo.hardware.playlist import Playlist

RATE = 24_000


class Heard:
    """Collects the labels that were played."""

    def __init__(self) -> None:
        self.labels: list[str] = []
        self.change = threading.Condition()

    def __call__(self, label: str) -> None:
        with self.change:
            self.labels.append(label)
            self.change.notify_all()

    def wait_for(self, count: int) -> bool:
        with self.change:
            return self.change.wait_for(lambda: len(self.labels) >= count, timeout=5)


def samples(first: int, count: int) -> bytes:
    return np.arange(first, first + count, dtype="<i2").tobytes()


@settings(max_examples=50, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 200), min_size=1, max_size=8),
    blocks=st.lists(st.integers(1, 120), min_size=1, max_size=40),
)
def test_pieces_of_any_size_come_out_as_one_sound(sizes: list[int], blocks: list[int]) -> None:
    playlist = Playlist(RATE, lambda _: None, SystemClock())
    whole = b""
    for size in sizes:
        piece = samples(len(whole) // 2, size)
        playlist.add(Pcm(piece, RATE), "a", last=False)
        whole += piece

    taken = b"".join(playlist.take(count) for count in blocks)

    playlist.close()
    length = min(len(whole), len(taken))
    assert len(taken) == 2 * sum(blocks)
    assert taken[:length] == whole[:length]
    assert not any(taken[length:])


def test_a_label_is_told_once_its_last_sample_was_heard() -> None:
    heard = Heard()
    playlist = Playlist(RATE, heard, SystemClock())
    playlist.add(Pcm(samples(0, 100), RATE), "a", last=False)
    playlist.add(Pcm(samples(100, 100), RATE), "a", last=True)

    playlist.take(199)
    before = list(heard.labels)
    playlist.take(2)

    assert before == []
    assert heard.wait_for(1)
    assert heard.labels == ["a"]
    playlist.close()


def test_what_is_dropped_is_neither_played_nor_told() -> None:
    heard = Heard()
    playlist = Playlist(RATE, heard, SystemClock())
    playlist.add(Pcm(samples(1, 100), RATE), "a", last=True)
    playlist.add(Pcm(samples(500, 100), RATE), "b", last=True)

    playlist.drop("a")

    assert playlist.take(100) == samples(500, 100)
    assert heard.wait_for(1)
    assert heard.labels == ["b"]
    playlist.close()


def test_another_rate_is_resampled_without_seams() -> None:
    playlist = Playlist(RATE, lambda _: None, SystemClock())
    tone = (10_000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)).astype("<i2").tobytes()
    for start in range(0, len(tone), 3_200):
        playlist.add(Pcm(tone[start : start + 3_200], 16_000), "a", last=start + 3_200 >= len(tone))

    out = np.frombuffer(playlist.take(RATE), "<i2").astype(float)

    wanted = 10_000 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    playlist.close()
    assert np.abs(out[200:-200] - wanted[200:-200]).max() < 150
