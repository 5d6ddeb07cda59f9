from pathlib import Path

import pytest

from bmo.capabilities.search import Query
from bmo.engines.minilm import MiniLm
from bmo.engines.search.library import DocumentLibrary
from models import EMBEDDER, model_path
from search_corpus import write_corpus


@pytest.mark.real
def test_a_question_in_other_words_finds_its_passage(tmp_path: Path) -> None:
    question = Query("projects", "When does the pet get breakfast?")
    plain = DocumentLibrary(tmp_path / "plain")
    plain.index("projects", write_corpus(tmp_path / "documents"))
    assert plain.search(question).passages == ()

    with_model = DocumentLibrary(tmp_path / "with", MiniLm(model_path(EMBEDDER)))
    assert with_model.index("projects", tmp_path / "documents").embeddings == EMBEDDER
    found = with_model.search(question).passages
    assert found[0].source == "cats.txt"
