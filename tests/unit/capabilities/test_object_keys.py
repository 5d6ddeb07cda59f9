"""No key that is taken leads out of a store, whatever it is made of."""

from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bmo.capabilities.objects import MOST_KEY, check_key
from bmo.core.errors import Refused

PIECES = st.sampled_from(
    ["..", ".", "/", "//", "\\", "%2e", "%2f", "\0", "\n", "a", "maps", " ", "ä", "\u202e", "~", "C:"]
)


def taken(key: str) -> tuple[str, ...] | None:
    try:
        return check_key(key)
    except Refused:
        return None


@given(st.one_of(st.text(max_size=MOST_KEY + 10), st.lists(PIECES, max_size=12).map("".join)))
@example("..")
@example("a/../../b")
@example("/a")
def test_a_key_that_is_taken_names_a_place_inside_and_nothing_else(key: str) -> None:
    parts = taken(key)
    if parts is None:
        return

    place = PurePosixPath("/store", *parts)
    assert "/".join(parts) == key
    assert place.relative_to("/store").as_posix() == key
    assert not {"..", ".", ""} & set(parts)
    assert len(key.encode()) <= MOST_KEY
    assert all(len(part.encode()) <= 200 and "\0" not in part for part in parts)


@pytest.mark.parametrize("key", ["maps/cave.webp", "a", "Höhle (2)/Löwe.png", "a b/c", "voices/bmo/1.wav", "a..b/c."])
def test_ordinary_names_are_taken(key: str) -> None:
    assert taken(key) == tuple(key.split("/"))


def test_a_lone_surrogate_is_refused_in_a_sentence() -> None:
    assert taken("maps/\ud800") is None
