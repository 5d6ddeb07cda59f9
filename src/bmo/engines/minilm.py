"""Sentences as vectors by all-MiniLM-L6-v2 as int8 ONNX: 384 numbers, no torch."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from bmo.capabilities.embed import Texts, Vectors
from bmo.core.errors import Broken, Malformed
from bmo.engines.onnx import Device, quiet_session

_MOST_TOKENS = 256
"""What the model was trained with; what a longer text says after them is not seen."""
_MOST_CHARACTERS = 20_000
"""Far more than 256 tokens are: the tokenizer need not read the rest of a hostile text."""


class MiniLm:
    """One model in memory, for any number of threads at a time (`capabilities.embed.EmbedText`).

    Each text goes through alone. Together they would be padded to the longest, and scaled to int8 by what is loudest
    among them: a text's vector would depend on its company, for a tenth of the time on two cores.
    """

    def __init__(self, folder: Path, *, threads: int = 2, device: Device = "cpu", name: str = "minilm") -> None:
        """`folder` has `model.onnx` and `tokenizer.json`. Raises `Broken` when they cannot be loaded."""
        self.name = name
        self._model = folder.name
        self._session = quiet_session(folder / "model.onnx", threads, called=folder.name, device=device)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as fault:  # the library raises plain `Exception`
            raise Broken(
                f"The tokenizer of {folder.name} is damaged: fetch it again with `bmo models pull {folder.name}`.",
                code="model_broken",
            ) from fault
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Texts) -> Vectors:
        """As `EmbedText.embed`; a text's first 256 tokens count. Raises `Malformed` when the model fails."""
        entries = [self._tokenizer.encode(_readable(text)) for text in texts.texts]
        vectors = tuple(tuple(map(float, self._vector(entry.ids))) for entry in entries)
        return Vectors(vectors, self._model, sum(len(entry.ids) for entry in entries))

    def _vector(self, tokens: list[int]) -> npt.NDArray[np.float32]:
        """The mean of the tokens' vectors, of length 1: how the model was trained (its card, "Usage")."""
        ids = np.array([tokens], np.int64)
        entry = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        try:
            seen = self._session.run(None, entry)[0][0]
        except Exception as fault:  # onnxruntime's faults have no common class
            raise Malformed(f"The embedding model {self._model} failed.") from fault
        mean: npt.NDArray[np.float32] = seen.mean(axis=0)
        return mean / np.linalg.norm(mean)


def _readable(text: str) -> str:
    """What the tokenizer takes: half a pair of surrogates, which JSON can carry, is no letter."""
    return text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
