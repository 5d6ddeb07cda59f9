"""Bytes as text: every usual encoding, and nothing that only looks like text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.core.errors import WrongType
from bmo.core.plain_text import decoded

GERMAN = "Fünf Äpfel für 3 €.\nUnd noch einer für die Straße.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_usual_encoding_is_told_apart(encoding: str) -> None:
    assert decoded(GERMAN.replace("\n", "\r\n").encode(encoding)) == GERMAN


def test_one_damaged_byte_does_not_make_utf8_another_encoding() -> None:
    assert (
        decoded("für die Straße, und für den Bäcker".encode() + b"\xff") == "für die Straße, und für den Bäcker\ufffd"
    )


@pytest.mark.parametrize(
    "data", [b"\x7fELF\2\1\1\0\0\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a\0\0b\1c\2\0", b"\1\2\3\4"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(WrongType, match="not plain text"):
        decoded(data)


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decoded(data)
    except WrongType:
        return

    assert "\r" not in text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200))
def test_utf8_comes_through_as_it_was(text: str) -> None:
    assert decoded(text.encode()) == text.lstrip("\ufeff")
