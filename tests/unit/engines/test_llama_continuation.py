from hypothesis import given
from hypothesis import strategies as st

from bmo.engines.llama_cpp import _healed, _without


@given(st.text(alphabet="ab \n.é🎉"))
def test_what_was_said_is_handed_over_byte_for_byte(said: str) -> None:
    begun, owed = _healed(said)

    assert begun + owed == said


def test_the_last_word_is_written_again() -> None:
    assert _healed("The sky is blu") == ("The sky is", " blu")
    assert _healed("The sky is ") == ("The sky", " is ")
    assert _healed("T") == ("", "T")
    assert _healed("") == ("", "")


@given(st.text(alphabet="ab ", max_size=6), st.text(alphabet="ab ", max_size=6), st.data())
def test_what_is_owed_is_dropped_in_whatever_pieces_it_comes(owed: str, new: str, data: st.DataObject) -> None:
    whole, came = owed + new, ""
    while whole:
        size = data.draw(st.integers(1, len(whole)))
        text, owed = _without(owed, whole[:size])
        came += text
        whole = whole[size:]

    assert came == new
