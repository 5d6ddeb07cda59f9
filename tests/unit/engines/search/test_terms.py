import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.engines.search.terms import STOP_WORDS, Terms

of = Terms().of


def test_forms_of_a_word_are_one_term() -> None:
    assert of("Climbing climbs")[0] == of("climbed climb")[0]
    assert of("the wizard's")[0] == of("wizard")[0]


def test_accents_and_case_do_not_part_words() -> None:
    assert of("Café")[0] == of("CAFE")[0]


def test_words_side_by_side_are_a_compound_hyphen_or_not() -> None:
    assert of("boundary-layer")[1] == of("boundary layer")[1] != []


@pytest.mark.parametrize("text", ["boundary, layer", "boundary. Layer", "boundary\n\nlayer", "boundary of layer"])
def test_no_compound_reaches_across_what_parts_words(text: str) -> None:
    assert of(text)[1] == []


def test_stop_words_alone_are_nothing() -> None:
    assert of(" ".join(STOP_WORDS)) == ([], [])


@given(st.text(alphabet=st.characters()))
def test_any_text_has_terms(text: str) -> None:
    stems, pairs = of(text)

    assert len(pairs) <= max(0, len(stems) - 1)
