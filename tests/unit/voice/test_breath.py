import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.voice.breath import AFTER, BEFORE, COMMA, LOUD, NONE, SENTENCE, rest_after, rested

RATE = 8_000
"""Hz."""


def sound(*parts: tuple[float, int]) -> bytes:
    """Seconds and sample value of each part."""
    return b"".join(value.to_bytes(2, "little", signed=True) * int(seconds * RATE) for seconds, value in parts)


def cut(samples: bytes, *at: int) -> Stream[Pcm]:
    """The sound in pieces that end at these samples."""
    edges = [0, *sorted(2 * edge for edge in at), len(samples)]
    yield from (Pcm(samples[a:b], RATE) for a, b in itertools.pairwise(edges))


def joined(pieces: Iterator[Pcm]) -> bytes:
    return b"".join(piece.samples for piece in pieces)


def quiet(samples: bytes) -> tuple[float, float]:
    """Seconds of silence before and after the sound."""
    loud = [abs(value) >= LOUD for value in memoryview(samples).cast("h")]
    return loud.index(True) / RATE, loud[::-1].index(True) / RATE


def test_silence_around_a_clause_is_cut_to_the_rest_it_asks_for() -> None:
    samples = sound((0.3, 3), (1.0, 5_000), (0.45, -3))

    before, after = quiet(joined(rested(cut(samples), COMMA)))

    assert before == pytest.approx(BEFORE, abs=0.01)
    assert after == pytest.approx(AFTER + COMMA, abs=0.01)


def test_a_voice_that_ends_at_once_is_given_its_rest() -> None:
    _, after = quiet(joined(rested(cut(sound((0.5, 5_000))), SENTENCE)))

    assert after == pytest.approx(SENTENCE, abs=0.01)


def test_a_pause_in_the_midst_stays() -> None:
    samples = sound((0.2, 5_000), (0.5, 0), (0.2, 5_000))

    assert joined(rested(cut(samples, 2_000, 4_000), NONE)) == samples


def test_sound_is_not_held_back_until_the_clause_is_over() -> None:
    def endless() -> Stream[Pcm]:
        yield Pcm(sound((0.3, 0), (0.1, 5_000)), RATE)
        raise AssertionError("asked for more than was needed")

    first = next(rested(endless(), NONE))

    assert len(first.samples) == pytest.approx(2 * RATE * (0.1 + BEFORE), abs=200)


def test_a_voice_too_soft_to_tell_from_silence_is_heard_all_the_same() -> None:
    samples = sound((0.5, LOUD - 1))

    assert joined(rested(cut(samples, 100, 900), SENTENCE)) == samples


def test_nothing_is_made_of_nothing() -> None:
    assert list(rested(cut(b""), SENTENCE)) in ([], [Pcm(b"", RATE)])


def test_closing_it_closes_the_voice() -> None:
    closed = []

    def voice() -> Stream[Pcm]:
        try:
            while True:
                yield Pcm(sound((0.1, 5_000)), RATE)
        finally:
            closed.append(True)

    pieces = rested(voice(), NONE)
    next(pieces)
    pieces.close()

    assert closed == [True]


@given(
    parts=st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0, 50, 4_000, -4_000])), min_size=1, max_size=8),
    edges=st.lists(st.integers(0, 3_000), max_size=6),
)
def test_nothing_loud_is_lost_and_nothing_is_heard_twice_however_it_comes(
    parts: list[tuple[int, int]], edges: list[int]
) -> None:
    samples = sound(*((hundredths / 100, value) for hundredths, value in parts))
    edges = [edge for edge in edges if 2 * edge <= len(samples)]

    rested_sound = joined(rested(cut(samples, *edges), NONE))

    def loud(pcm: bytes) -> list[int]:
        return [value for value in memoryview(pcm).cast("h") if abs(value) >= LOUD]

    assert loud(rested_sound) == loud(samples)
    assert rested_sound in samples


@pytest.mark.parametrize(
    ("clause", "seconds"),
    [
        ("It is noon.", SENTENCE),
        ("Is it?", SENTENCE),
        ('She said: "Go!"', SENTENCE),
        ("Well, then,", COMMA),
        ("I would love to tell you", NONE),
        ("", NONE),
    ],
)
def test_the_words_tell_how_long_the_rest_is(clause: str, seconds: float) -> None:
    assert rest_after(clause) == seconds
