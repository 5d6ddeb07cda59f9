import os
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bmo.catalogue.torch_file import weights
from bmo.core.errors import Malformed
from torch_files import torch_file

SMALL = {"model": {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([7.0], np.float32)}}


class Harm:
    """What a hostile file would have run."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_the_tensors_of_one_section_come_back_as_they_were_saved() -> None:
    found = weights(torch_file(SMALL | {"optimizer": {"c": np.zeros(9, np.float32)}}), "model")

    assert set(found) == {"a", "b"}
    assert np.array_equal(found["a"], SMALL["model"]["a"])
    assert found["b"].dtype == np.float32


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=8),
        arrays.arrays(np.float32, arrays.array_shapes(max_dims=3, max_side=5), elements=st.floats(width=32)),
        max_size=5,
    )
)
def test_any_tensors_survive_the_journey(saved: dict[str, np.ndarray]) -> None:
    found = weights(torch_file({"model": saved}), "model")

    assert list(found) == list(saved)
    assert all(np.array_equal(found[name], saved[name], equal_nan=True) for name in saved)


def test_nothing_that_a_file_names_is_ever_run(tmp_path) -> None:
    harm = tmp_path / "harmed"

    with pytest.raises(Malformed):
        weights(torch_file(SMALL, rest=Harm(str(harm))), "model")
    with pytest.raises(Malformed):
        weights(pickle.dumps(Harm(str(harm)), protocol=2), "model")
    assert not harm.exists()


@pytest.mark.parametrize("named", [b"cbuiltins\neval\n.", b"ctorch\nload\n.", b"cbmo.cli\nmain\n.", b"cos\nsystem\n."])
def test_no_function_of_the_machine_can_even_be_looked_up(named: bytes) -> None:
    with pytest.raises(Malformed):
        weights(named, "model")


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": 3},
        {"offset": -1},
        {"size": (7, 3)},
        {"size": (-2, 3)},
        {"stride": (1, 2)},
        {"stride": (0, 0)},
        {"size": [2, 3]},
    ],
)
def test_a_tensor_that_reaches_beyond_its_numbers_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        weights(torch_file({"model": {"a": SMALL["model"]["a"]}}, **wrong), "model")


def test_another_section_another_file_and_no_file_are_said_so() -> None:
    for content, section in ((torch_file(SMALL), "none"), (b"PK\3\4 a newer file", "model"), (b"", "model")):
        with pytest.raises(Malformed, match="PyTorch"):
            weights(content, section)


@given(st.data())
def test_a_damaged_file_is_malformed_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(torch_file(SMALL))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    try:
        found = weights(bytes(content[:cut]), "model")
    except Malformed:
        return
    assert all(values.dtype == np.float32 for values in found.values())
