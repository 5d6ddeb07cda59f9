import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.core.errors import Malformed
from bmo.voice.earline import LONGEST_BODY, Kind, Message, read, read_scores, scores, write

messages = st.builds(Message, st.sampled_from(Kind), st.integers(0, 2**32 - 1), st.binary(max_size=3_000))


@given(st.lists(messages, max_size=10))
def test_what_is_written_is_read_in_order(sent: list[Message]) -> None:
    line = io.BytesIO()
    for message in sent:
        write(line, message)
    line.seek(0)

    received = [read(line) for _ in range(len(sent) + 1)]

    assert received == [*sent, None]


@given(messages, st.integers(0, 20))
def test_a_line_that_is_cut_ends(message: Message, kept: int) -> None:
    line = io.BytesIO()
    write(line, message)

    assert read(io.BytesIO(line.getvalue()[: min(kept, len(line.getvalue()) - 1)])) is None


@given(st.binary(min_size=9, max_size=60))
def test_garbage_is_malformed_or_ends_and_never_eats_memory(garbage: bytes) -> None:
    try:
        message = read(io.BytesIO(garbage))
    except Malformed:
        return

    assert message is None or len(message.body) <= LONGEST_BODY


def test_scores_travel_as_they_are() -> None:
    message = scores(7, 0.75, [0.5, 0.25])

    assert read_scores(message.body) == (0.75, (0.5, 0.25))


@pytest.mark.parametrize("body", [b"", b"abc"])
def test_scores_cut_short_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_scores(body)
