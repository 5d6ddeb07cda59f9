import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.wake import ACTIVITY_CHUNK, WAKE_CHUNK
from bmo.core.errors import Refused, TooLarge
from bmo.voice.frames import FRAME_BYTES, LONGEST_BRIDGE_SECONDS, SHORT_FRAME_BYTES, Chunks, Frames

ONE = b"\x01\x00" * WAKE_CHUNK
BRIDGE_BYTES = int(LONGEST_BRIDGE_SECONDS * 32_000)


def test_frames_in_order_pass_as_they_are() -> None:
    frames = Frames()

    assert [frames.take(seq, ONE) for seq in range(3)] == [ONE] * 3


def test_a_gap_is_counted_and_bridged_with_silence() -> None:
    frames = Frames()
    frames.take(0, ONE)

    sound = frames.take(3, ONE)

    assert sound == bytes(2 * FRAME_BYTES) + ONE
    assert frames.lost == 2


def test_a_repeat_and_a_late_frame_are_dropped() -> None:
    frames = Frames()
    for seq in (0, 1, 2):
        frames.take(seq, ONE)

    assert (frames.take(2, ONE), frames.take(0, ONE)) == (b"", b"")
    assert frames.dropped == 2
    assert frames.take(3, ONE) == ONE


def test_a_lying_number_costs_no_more_than_the_longest_bridge() -> None:
    assert len(Frames().take(10**15, ONE)) <= BRIDGE_BYTES + FRAME_BYTES


@pytest.mark.parametrize("samples", [b"", b"\x01", bytes(FRAME_BYTES - 1), bytes(100)])
def test_a_frame_of_another_length_is_refused(samples: bytes) -> None:
    with pytest.raises(Refused):
        Frames().take(0, samples)


def test_a_frame_too_large_says_so() -> None:
    with pytest.raises(TooLarge, match="80 ms"):
        Frames().take(0, bytes(FRAME_BYTES + 2))


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from([FRAME_BYTES, SHORT_FRAME_BYTES])), max_size=60))
def test_whatever_the_order_each_number_is_heard_once_and_time_never_goes_back(
    arrivals: list[tuple[int, int]],
) -> None:
    frames = Frames()
    heard: list[int] = []

    for seq, size in arrivals:
        sound = frames.take(seq, bytes(size))
        assert len(sound) <= BRIDGE_BYTES + FRAME_BYTES
        if sound:
            heard.append(seq)

    assert heard == sorted(set(heard))
    assert frames.dropped == len(arrivals) - len(heard)
    assert frames.lost + len(heard) == (heard[-1] + 1 if heard else 0)


@given(st.lists(st.binary(max_size=5_000), max_size=20), st.sampled_from([WAKE_CHUNK, ACTIVITY_CHUNK]))
def test_chunks_cut_the_same_sound_into_equal_pieces(pieces: list[bytes], samples: int) -> None:
    chunks = Chunks(samples)

    cut = [chunk for piece in pieces for chunk in chunks.feed(piece)]

    whole = b"".join(pieces)
    assert all(len(chunk) == samples * 2 for chunk in cut)
    assert whole.startswith(b"".join(cut))
    assert len(whole) - sum(map(len, cut)) < samples * 2


def test_a_reset_forgets_the_rest() -> None:
    chunks = Chunks(ACTIVITY_CHUNK)
    chunks.feed(b"\x01" * 100)

    chunks.reset()

    assert chunks.feed(bytes(ACTIVITY_CHUNK * 2)) == [bytes(ACTIVITY_CHUNK * 2)]
