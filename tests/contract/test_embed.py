"""What everything that embeds text promises."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest

from bmo.capabilities.embed import EmbedText, Texts
from bmo.core.errors import Broken
from bmo.engines.minilm import MiniLm
from bmo.fakes.embed import FakeEmbed
from models import EMBEDDER, model_path

REAL = [pytest.param("minilm", marks=pytest.mark.real)]


@pytest.fixture(scope="module")
def minilm() -> MiniLm:
    return MiniLm(model_path(EMBEDDER))


@pytest.fixture
def embedder(request: pytest.FixtureRequest) -> EmbedText:
    return FakeEmbed() if request.param == "fake" else request.getfixturevalue("minilm")


everybody = pytest.mark.parametrize("embedder", ["fake", *REAL], indirect=True)


def likeness(embedder: EmbedText, *texts: str) -> "np.ndarray":
    vectors = np.array(embedder.embed(Texts(texts)).vectors)
    return vectors @ vectors.T


@everybody
def test_there_is_one_vector_of_length_one_for_each_text(embedder: EmbedText) -> None:
    vectors = embedder.embed(Texts(("A cat.", "Two dogs, and a very much longer sentence.", "", "猫", "\0 \ud800")))

    assert len(vectors.vectors) == 5
    assert len(set(map(len, vectors.vectors))) == 1
    assert all(math.hypot(*vector) == pytest.approx(1, abs=1e-3) for vector in vectors.vectors)
    assert vectors.model
    assert vectors.tokens > 0


@everybody
def test_no_texts_are_no_vectors(embedder: EmbedText) -> None:
    assert embedder.embed(Texts(())).vectors == ()


@everybody
def test_texts_about_the_same_are_closer_than_others(embedder: EmbedText) -> None:
    close = likeness(embedder, "The cat sat on the mat", "A cat sat on a mat", "Interest rates rise tomorrow")

    assert close[0, 1] > close[0, 2] + 0.3


@everybody
def test_a_text_has_the_same_vector_in_any_company(embedder: EmbedText) -> None:
    alone = embedder.embed(Texts(("Hello there.",))).vectors[0]
    among = embedder.embed(Texts(("A very long text. " * 50, "Hello there.", "x"))).vectors[1]

    assert alone == among


@pytest.mark.real
def test_meaning_counts_and_not_only_words(minilm: MiniLm) -> None:
    close = likeness(
        minilm, "How do I fix a flat tyre?", "Mending a puncture on a bicycle.", "How do I fix a bad mood?"
    )

    assert close[0, 1] > close[0, 2]


@pytest.mark.real
def test_only_the_first_256_tokens_count_however_long_the_text_is(minilm: MiniLm) -> None:
    long = "word " * 300
    vectors = minilm.embed(Texts((long, long + "Something else entirely. " * 100_000)))

    assert vectors.vectors[0] == vectors.vectors[1]
    assert vectors.tokens == 512


@pytest.mark.real
def test_many_threads_get_what_one_would(minilm: MiniLm) -> None:
    texts = [f"Sentence number {number} about something." for number in range(24)]
    expected = minilm.embed(Texts(tuple(texts))).vectors
    got: dict[int, tuple[float, ...]] = {}

    def ask(first: int) -> None:
        for number in range(first, 24, 4):
            got[number] = minilm.embed(Texts((texts[number],))).vectors[0]

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [got[number] for number in range(24)] == list(expected)


@pytest.mark.real
def test_a_damaged_tokenizer_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").symlink_to(model_path(EMBEDDER) / "model.onnx")
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(Broken, match="tokenizer"):
        MiniLm(tmp_path)
