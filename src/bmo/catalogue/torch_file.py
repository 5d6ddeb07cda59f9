"""Read the weights out of a file that PyTorch saved before 1.6, without PyTorch and without running anything in it.

Such a file is five pickles (a magic number, a version, what the machine was, the object, the keys of its storages) and
then the storages themselves. A pickle may name any function of the machine to be called while it is read; here it may
name three, and what those make are plain records.
"""

import io
import math
import pickle  # read by `_Unpickler` only, which builds nothing but what is in its list
import struct
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import numpy as np
import numpy.typing as npt

from bmo.core.errors import Malformed

Weights: TypeAlias = Mapping[str, npt.NDArray[np.float32]]

MAGIC = 0x1950A86A20F9469CFC6C
"""The first pickle of every such file (PyTorch 1.5, `torch/serialization.py`)."""
PROTOCOL = 1001
_FLOAT = "FloatStorage"
_ITEM = np.dtype("<f4").itemsize
_BROKEN = (
    pickle.UnpicklingError,
    struct.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading a damaged or hostile pickle ends in."""


@dataclass(frozen=True, slots=True)
class _Storage:
    """Numbers that tensors are cut out of."""

    key: str
    numbers: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """Where the numbers of a tensor lie."""

    storage: _Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]


def weights(content: bytes, section: str) -> Weights:
    """The float32 tensors in `section` of a saved dictionary, by name.

    Raises `Malformed` for anything but such a file with plain float tensors.
    """
    try:
        return _weights(io.BytesIO(content), section)
    except _BROKEN as fault:
        raise Malformed("These are not weights that PyTorch saved, or they are damaged.") from fault


def _weights(file: io.BytesIO, section: str) -> Weights:
    if _Unpickler(file).load() != MAGIC or _Unpickler(file).load() != PROTOCOL:
        raise ValueError("not a file of this kind")
    if _Unpickler(file).load()["little_endian"] is not True:
        raise ValueError("saved on a big-endian machine")
    tensors = {name: one for name, one in _Unpickler(file).load()[section].items() if isinstance(one, _Tensor)}
    storages = _storages(file, _Unpickler(file).load(), {one.storage.key: one.storage for one in tensors.values()})
    return {name: _cut(one, storages[one.storage.key]) for name, one in tensors.items()}


def _storages(file: io.BytesIO, keys: list[str], wanted: Mapping[str, _Storage]) -> dict[str, npt.NDArray[np.float32]]:
    """The storages up to the last that is wanted; each is a count and its numbers."""
    found: dict[str, npt.NDArray[np.float32]] = {}
    for key in keys:
        if len(found) == len(wanted):
            break
        (count,) = struct.unpack("<q", file.read(8))
        numbers = file.read(count * _ITEM) if count >= 0 else b""
        if len(numbers) != count * _ITEM:
            raise EOFError("a storage is cut off")
        if key in wanted:
            found[key] = np.frombuffer(numbers, "<f4")
    return found


def _cut(tensor: _Tensor, storage: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    count = math.prod(tensor.size)
    rows = tuple(math.prod(tensor.size[axis + 1 :]) for axis in range(len(tensor.size)))
    inside = 0 <= tensor.offset <= tensor.offset + count <= storage.size
    if tensor.stride != rows or not inside or min(tensor.size, default=1) < 0:
        raise ValueError("a tensor that does not lie in one piece in its storage")
    return storage[tensor.offset : tensor.offset + count].reshape(tensor.size)


def _rebuild(storage: object, offset: object, size: object, stride: object, *_: object) -> _Tensor:
    """In place of `torch._utils._rebuild_tensor_v2`."""
    plain = isinstance(storage, _Storage) and isinstance(offset, int)
    if not plain or not isinstance(size, tuple) or not isinstance(stride, tuple):
        raise ValueError("a tensor of another kind")
    return _Tensor(storage, offset, size, stride)  # type: ignore[arg-type]


_ALLOWED: Mapping[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
    ("torch", _FLOAT): _FLOAT,
}


class _Unpickler(pickle.Unpickler):
    """Builds numbers, texts, lists, dictionaries and the records of this module; nothing else is ever looked up."""

    def find_class(self, module: str, name: str) -> Callable[..., Any] | str:
        """What the pickle names, if it is in the list."""
        try:
            found: Callable[..., Any] | str = _ALLOWED[module, name]
        except KeyError:
            _refused(f"{module}.{name}")
        return found

    def persistent_load(self, pid: Any) -> _Storage:
        """A storage that the file holds further on: (`storage`, kind, key, device, count, view)."""
        mark, kind, key, _, count, view = pid
        if mark != "storage" or kind != _FLOAT or not isinstance(key, str) or view is not None:
            _refused("a storage of another kind")
        return _Storage(key, int(count))


def _refused(what: str) -> NoReturn:
    raise pickle.UnpicklingError(f"{what} has no place in a file of weights")
