"""Objects on pictures by an ONNX model: everything but what differs from one family of models to the next."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bmo.capabilities.detect import Look, Sight, Thing
from bmo.capabilities.media import Box
from bmo.core.errors import Malformed
from bmo.core.picture_file import MOST_PIXELS
from bmo.engines.pictures import Shown, shown

Array = npt.NDArray[Any]

_OVERLAP = 0.5
"""Two boxes of one label that share more (intersection over union) are one thing."""
_MOST_CANDIDATES = 1_000
_MOST_THINGS = 100


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a model says before doubles are taken out. All arrays are of one length n."""

    boxes: Array
    """float (n, 4): left, top, right, bottom in pixels of the picture."""
    scores: Array
    """float (n,), 0 to 1."""
    classes: Array
    """int (n,): index into the decoder's labels."""


class Decoder(Protocol):
    """One family of models: how a picture goes in and boxes come out."""

    side: int
    """Pixels that the model's input has at its longer side."""

    def entered(self, picture: Shown) -> Array:
        """The picture as the model's input."""

    def found(self, outputs: list[Array], picture: Shown) -> Candidates:
        """The model's outputs as boxes on that picture."""

    def label(self, number: int) -> str:
        """The name of a class; empty for one that has none."""


class OnnxDetector:
    """One model in memory, for any number of threads at a time (`capabilities.detect.Detect`)."""

    def __init__(
        self, session: Any, decoder: Decoder, model: str, *, name: str = "detector", most_pixels: int = MOST_PIXELS
    ) -> None:
        """`session` is an ONNX Runtime one; a picture of more than `most_pixels` is refused."""
        self.name = name
        self._session = session
        self._input = session.get_inputs()[0].name
        self._decoder = decoder
        self._most_pixels = most_pixels
        on_gpu = session.get_providers()[0].startswith("CUDA")
        self._model = f"{model} (GPU)" if on_gpu else model

    def detect(self, look: Look) -> Sight:
        """Raises `Refused` for a picture that is none, `Malformed` when the model fails."""
        picture = shown(look.picture, self._decoder.side, self._most_pixels)
        tensor = self._decoder.entered(picture)
        try:
            outputs = self._session.run(None, {self._input: tensor})
        except Exception as fault:  # onnxruntime's faults have no common class
            raise Malformed(f"The detection model {self._model} failed.") from fault
        things = self._things(self._decoder.found(outputs, picture), look.least, picture)
        return Sight(things, picture.width, picture.height, self._model)

    def _things(self, found: Candidates, least: float, picture: Shown) -> tuple[Thing, ...]:
        boxes = found.boxes.clip(0, np.array([picture.width, picture.height] * 2))
        solid = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])  # not so for what is no number, too
        sure = np.flatnonzero((found.scores >= least) & solid)
        sure = sure[np.argsort(-found.scores[sure], kind="stable")][:_MOST_CANDIDATES]
        kept = without_doubles(boxes[sure], found.classes[sure])
        things = (
            Thing(label, min(1.0, float(found.scores[at])), Box(*(round(float(edge), 1) for edge in boxes[at])))
            for at in sure[kept]
            if (label := self._decoder.label(int(found.classes[at])))
        )
        return tuple(things)[:_MOST_THINGS]


def without_doubles(boxes: Array, classes: Array, overlap: float = _OVERLAP) -> list[int]:
    """Greedy non-maximum suppression within each class: the indices that stay of boxes sorted by falling score."""
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = np.arange(len(boxes))
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(int(best))
        low = np.maximum(boxes[best, :2], boxes[left, :2])
        high = np.minimum(boxes[best, 2:], boxes[left, 2:])
        shared = (high - low).clip(0).prod(axis=1)
        double = (classes[left] == classes[best]) & (shared > overlap * (areas[best] + areas[left] - shared))
        left = left[~double]
    return kept
