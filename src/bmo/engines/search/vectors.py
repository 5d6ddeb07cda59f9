"""The embeddings of passages: made once for each text, and carried over from one generation to the next."""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from bmo.capabilities.embed import EmbedText, Texts
from bmo.capabilities.search import Passage
from bmo.core.errors import Malformed
from bmo.engines.search.arrays import Array
from bmo.engines.search.digest import digest

_BATCH = 32
"""Passages embedded at a time."""
Floats = npt.NDArray[np.float32]


def embedded(
    embed: EmbedText, found: Sequence[Passage], before: Mapping[str, Array], model_before: str
) -> tuple[str, dict[str, Array]]:
    """The model, and for each passage its embedding (`vectors`) and the digest of what was embedded (`embedded`).

    `before` holds the arrays of the last generation: a text that it has from the same model is not embedded again.
    Raises as `EmbedText.embed`, and `Malformed` when the model answers with something else than vectors.
    """
    texts = [": ".join((*one.heading, one.text)) for one in found]
    digests = [digest(text) for text in texts]
    model = embed.embed(Texts((texts[0],))).model
    rows: dict[int, Floats] = {}
    if model == model_before and {"vectors", "embedded"} <= before.keys():
        rows = dict(zip(before["embedded"].tolist(), before["vectors"], strict=True))
    todo = iter({one: text for one, text in zip(digests, texts, strict=True) if one not in rows}.items())
    while batch := tuple(islice(todo, _BATCH)):
        answer = embed.embed(Texts(tuple(text for _, text in batch)))
        if answer.model != model or len(answer.vectors) != len(batch):
            raise Malformed("The embedding model changed while the index was built.")
        rows.update((one, np.asarray(row, np.float32)) for (one, _), row in zip(batch, answer.vectors, strict=True))
    vectors = np.stack([rows[one] for one in digests]).astype(np.float32)
    return model, {"vectors": vectors, "embedded": np.array(digests, np.uint64)}
