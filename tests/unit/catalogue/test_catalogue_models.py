from itertools import pairwise

import pytest

from bmo.catalogue.models import BASIC, LLM, MODELS, TRANSCRIBER, VOICE, WAKE, model, models_to_pull
from bmo.catalogue.models_larger import PIPER, WHISPER_LARGE
from bmo.catalogue.record import Converted, HubFile, NpmMember, OwnFile, WheelPieces
from bmo.core.errors import NotFound

USUAL = {LLM, TRANSCRIBER, "heart"}
"""What the settings name unless told otherwise."""
FILES = [(known.name, file) for known in MODELS for file in known.files]


@pytest.mark.parametrize(("name", "file"), FILES, ids=lambda value: getattr(value, "path", value))
def test_every_file_has_a_hash_and_the_publisher_is_asked_before_a_package(name, file) -> None:
    kinds = [type(source) for source in file.sources]

    assert kinds in (
        [OwnFile, HubFile, WheelPieces],
        [OwnFile, HubFile, NpmMember],
        [OwnFile, HubFile],
        [OwnFile, WheelPieces],
        [OwnFile, Converted],
    )
    assert len(file.sha256) == 64
    assert set(file.sha256) <= set("0123456789abcdef")
    assert "/" not in file.path
    assert ".." not in file.path


@pytest.mark.parametrize(("name", "file"), FILES, ids=lambda value: getattr(value, "path", value))
def test_the_pieces_of_a_file_add_up_to_it(name, file) -> None:
    pieces = [piece for source in file.sources if isinstance(source, WheelPieces) for piece in source.pieces]
    if not pieces:
        return

    assert sum(piece.size for piece in pieces) == file.size
    assert all("==" in piece.requirement for piece in pieces)
    if len(pieces) == 1:
        assert pieces[0].sha256 == file.sha256


def test_every_basic_file_can_come_from_a_package() -> None:
    assert [file.path for known in BASIC for file in known.files if not list(file.packages())] == []


def test_names_are_unique_and_models_are_pulled_only_when_settings_name_them() -> None:
    names = [known.name for known in MODELS]
    pulled = models_to_pull(embedded_llm=True, wake=True, named={WHISPER_LARGE, "gemma3:4b"})

    assert len(set(names)) == len(names)
    assert WHISPER_LARGE in pulled
    assert {PIPER, LLM, TRANSCRIBER}.isdisjoint(pulled)


def test_the_small_models_come_first() -> None:
    sizes = [model(name).size for name in models_to_pull(embedded_llm=True, wake=True, named=USUAL)]

    assert all(a <= b for a, b in pairwise(sizes[1:]))
    assert sizes[-1] == max(sizes)


def test_a_setting_leaves_the_large_one_out_and_another_the_non_commercial_one() -> None:
    assert LLM not in models_to_pull(embedded_llm=False, wake=True, named=USUAL)
    assert WAKE not in models_to_pull(embedded_llm=True, wake=False, named=USUAL)
    assert VOICE not in models_to_pull(embedded_llm=True, wake=True, named=USUAL)  # it comes inside a dependency


def test_every_non_commercial_model_can_be_left_out() -> None:
    assert [known.name for known in MODELS if not known.licence.commercial and not known.optional] == []


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="silero-vad"):
        model("silero")
