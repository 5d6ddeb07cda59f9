"""Files as PyTorch 1.5 saved them, made without PyTorch."""

import io
import pickle
import struct
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from bmo.catalogue.torch_file import MAGIC, PROTOCOL


class _Storage:
    def __init__(self, key: str, numbers: np.ndarray) -> None:
        self.key, self.numbers = key, numbers


class _Tensor:
    def __init__(self, storage: _Storage, shape: tuple[int, ...], **more: Any) -> None:
        self.storage, self.shape, self.more = storage, shape, more

    def __reduce__(self) -> tuple[Any, ...]:
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2  # type: ignore[attr-defined]
        stride = tuple(int(np.prod(self.shape[axis + 1 :])) for axis in range(len(self.shape)))
        told = {"offset": 0, "size": self.shape, "stride": stride} | self.more
        return rebuild, (self.storage, told["offset"], told["size"], told["stride"], False, OrderedDict())


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> Any:
        if not isinstance(value, _Storage):
            return None
        kind = sys.modules["torch"].FloatStorage  # type: ignore[attr-defined]
        return ("storage", kind, value.key, "cpu", len(value.numbers), None)


def torch_file(sections: Mapping[str, Mapping[str, np.ndarray]], rest: Any = None, **more: Any) -> bytes:
    """`sections` of arrays, each with a storage of its own, and `rest` beside them; `more` is wrong on purpose."""
    storages: list[_Storage] = []

    def tensor(values: np.ndarray) -> _Tensor:
        storages.append(_Storage(str(len(storages)), values.astype("<f4").ravel()))
        return _Tensor(storages[-1], values.shape, **more)

    with _torch():
        saved = {name: OrderedDict((key, tensor(one)) for key, one in part.items()) for name, part in sections.items()}
        file = io.BytesIO()
        for part in (MAGIC, PROTOCOL, {"protocol_version": PROTOCOL, "little_endian": True}, {**saved, "rest": rest}):
            _Pickler(file, protocol=2).dump(part)
        pickle.dump([one.key for one in storages], file, protocol=2)
    for one in storages:
        file.write(struct.pack("<q", len(one.numbers)) + one.numbers.tobytes())
    return file.getvalue()


@contextmanager
def _torch() -> Iterator[None]:
    """Just enough of PyTorch for its names to be written down."""
    torch, utils = ModuleType("torch"), ModuleType("torch._utils")

    def _rebuild_tensor_v2() -> None:
        raise AssertionError

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})  # type: ignore[attr-defined]
    torch._utils = utils  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    sys.modules.update({"torch": torch, "torch._utils": utils})
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def speaker_weights(seed: int = 1) -> dict[str, np.ndarray]:
    """Weights of the shape of Resemblyzer's, small and random."""
    rng = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {"linear.weight": (256, 256), "linear.bias": (256,)}
    for layer, width in enumerate((40, 256, 256)):
        shapes |= {f"lstm.weight_ih_l{layer}": (1_024, width), f"lstm.weight_hh_l{layer}": (1_024, 256)}
        shapes |= {f"lstm.bias_{of}_l{layer}": (1_024,) for of in ("ih", "hh")}
    return {name: 0.1 * rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
