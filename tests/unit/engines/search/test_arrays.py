from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.core.errors import Broken
from bmo.engines.search import arrays

KINDS = ("int32", "int64", "float32", "uint8", "uint64")
SOME = {"rows": np.arange(1_000, dtype=np.int32), "places": np.ones((20, 3), np.float32), "none": np.zeros(0, np.uint8)}


def written(folder: Path, made: dict[str, np.ndarray] = SOME) -> Path:
    path = folder / "index-1.npz"
    with path.open("wb") as file:
        arrays.write(file, made)
    return path


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,30}", fullmatch=True),
        st.tuples(st.sampled_from(KINDS), st.integers(0, 50), st.integers(1, 4)),
        max_size=6,
    )
)
def test_what_is_written_is_read_and_numpy_reads_it_too(
    tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, tuple[str, int, int]]
) -> None:
    made = {
        name: np.arange(rows * width).reshape(rows, width).astype(kind) for name, (kind, rows, width) in wanted.items()
    }
    path = written(tmp_path_factory.mktemp("arrays"), made)

    for found in (arrays.read(path), dict(np.load(path, allow_pickle=False))):
        assert found.keys() == made.keys()
        assert all(np.array_equal(found[name], made[name]) and found[name].dtype == made[name].dtype for name in made)


def test_arrays_are_mapped_aligned_and_cannot_be_changed(tmp_path: Path) -> None:
    found = arrays.read(written(tmp_path))

    assert all(array.ctypes.data % 64 == 0 and not array.flags.writeable for array in found.values())


def test_a_file_that_is_deleted_can_still_be_read_by_those_who_have_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    found = arrays.read(path)
    path.unlink()

    assert found["rows"].sum() == 499_500


@given(where=st.floats(0, 1, exclude_max=True), sign=st.integers(1, 255))
def test_a_flipped_byte_is_a_sentence_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, where: float, sign: int
) -> None:
    path = written(tmp_path_factory.mktemp("arrays"))
    data = bytearray(path.read_bytes())
    data[int(where * len(data))] ^= sign
    path.write_bytes(data)

    with suppress(Broken):
        found = arrays.read(path)

        same = [name for name in SOME if name in found and np.array_equal(found[name], SOME[name])]
        assert len(same) >= len(SOME) - 1  # a name may be hit, which whoever looks for it notices


@pytest.mark.parametrize("size", [0, 1, 100, 2_000, -1])
def test_half_a_file_is_a_sentence(tmp_path: Path, size: int) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:size])

    with pytest.raises(Broken, match="damaged"):
        arrays.read(path)


def test_objects_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "index-1.npz"
    np.savez(path, rows=np.array([{}], dtype=object))

    with pytest.raises(Broken, match="damaged"):
        arrays.read(path)
