from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bmo.core.errors import Broken
from bmo.engines.coco import COCO, OF_ID
from bmo.engines.pictures import Shown
from bmo.engines.ssdlite import SsdLite, ssdlite

PICTURE = Shown(Image.new("RGB", (200, 100), "white"), 200, 100)
ANCHORS = np.array([[0.2, 0.1, 0.6, 0.3], [0, 0, 1, 1]], np.float32)
"""top, left, bottom, right"""


def found(offsets: list[list[float]], scores: dict[tuple[int, int], float]):
    columns = np.zeros((1, len(ANCHORS), 91), np.float32)
    for place, score in scores.items():
        columns[0][place] = score
    return SsdLite().found([np.array(offsets, np.float32).reshape(1, -1, 1, 4), columns, ANCHORS], PICTURE)


def test_no_offset_is_the_anchor_itself_in_pixels() -> None:
    boxes = found([[0, 0, 0, 0]] * 2, {}).boxes

    assert boxes == pytest.approx(np.array([[20, 20, 60, 60], [0, 0, 200, 100]]), abs=1e-4)


def test_offsets_move_by_a_tenth_of_the_anchor_and_grow_by_a_fifth_of_a_logarithm() -> None:
    boxes = found([[10, 0, 0, 5 * np.log(2)], [0, 0, 0, 0]], {}).boxes

    assert boxes[0] == pytest.approx([0, 60, 80, 100], abs=1e-3)  # down by its height, twice as wide


def test_the_first_column_is_nothing() -> None:
    candidates = found([[0, 0, 0, 0]] * 2, {(0, 0): 0.99, (0, 17): 0.4, (1, 47): 0.8})

    assert candidates.scores.tolist() == pytest.approx([0.4, 0.8])
    assert [SsdLite().label(number) for number in candidates.classes] == ["cat", "cup"]


def test_the_ids_of_the_data_set_get_the_names_that_yolo_uses() -> None:
    assert len(set(COCO)) == 80
    known = {1: "person", 3: "car", 6: "bus", 17: "cat", 47: "cup", 62: "chair", 67: "dining table", 77: "cell phone"}
    assert {number: OF_ID[number] for number in known} == known
    assert OF_ID[90] == "toothbrush"
    assert SsdLite().label(12) == ""


def test_the_model_sees_minus_one_to_one() -> None:
    tensor = SsdLite().entered(PICTURE)

    assert tensor.shape == (1, 300, 300, 3)
    assert tensor.dtype == np.float32
    assert tensor.max() == tensor.min() == 1


@pytest.mark.parametrize("content", [None, b'{"modelTopology": {"node": []}, "weightsManifest": []}'])
def test_a_folder_without_the_model_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "model.json").write_bytes(content)

    with pytest.raises(Broken, match="`bmo models pull`"):
        ssdlite(tmp_path)
