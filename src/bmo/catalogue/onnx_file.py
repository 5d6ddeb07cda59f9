"""Write an ONNX file, always the same bytes for the same graph: its hash can stand in the catalogue.

The `onnx` package writes such files too, but not every machine that fetches models has it, and its next version may
lay the same graph out in other bytes. Numbers of fields: `onnx.proto` of ONNX 1.19.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Attribute: TypeAlias = int | Sequence[int]

IR_VERSION = 8
_FLOAT, _INT64 = 1, 7
_TYPES = {np.dtype(np.float32): _FLOAT, np.dtype(np.int64): _INT64}
_INT_ATTRIBUTE, _INTS_ATTRIBUTE = 2, 7


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a graph."""

    operator: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """Steps in order, what they know, and what goes in and out."""

    name: str
    nodes: Sequence[Node]
    constants: Mapping[str, npt.NDArray[Any]]
    """float32 or int64."""
    inputs: Mapping[str, Sequence[str | int]]
    """float32; a dimension is its size, or a name when it may be any."""
    outputs: Mapping[str, Sequence[str | int]]


def onnx_bytes(graph: Graph, opset: int, producer: str) -> bytes:
    """The file's content."""
    return b"".join(
        (
            _number(1, IR_VERSION),
            _text(2, producer),
            _block(7, _graph(graph)),
            _block(8, _text(1, "") + _number(2, opset)),
        )
    )


def _graph(graph: Graph) -> bytes:
    return b"".join(
        (
            *(_block(1, _node(node)) for node in graph.nodes),
            _text(2, graph.name),
            *(_block(5, _tensor(name, values)) for name, values in graph.constants.items()),
            *(_block(11, _value(name, shape)) for name, shape in graph.inputs.items()),
            *(_block(12, _value(name, shape)) for name, shape in graph.outputs.items()),
        )
    )


def _node(node: Node) -> bytes:
    return b"".join(
        (
            *(_text(1, name) for name in node.inputs),
            *(_text(2, name) for name in node.outputs),
            _text(4, node.operator),
            *(_block(5, _attribute(name, value)) for name, value in node.attributes.items()),
        )
    )


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT_ATTRIBUTE)
    return _text(1, name) + _numbers(8, value) + _number(20, _INTS_ATTRIBUTE)


def _tensor(name: str, values: npt.NDArray[Any]) -> bytes:
    kind = _TYPES[values.dtype]
    raw = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
    return _numbers(1, values.shape) + _number(2, kind) + _text(8, name) + _block(9, raw)


def _value(name: str, shape: Sequence[str | int]) -> bytes:
    dimensions = (_number(1, one) if isinstance(one, int) else _text(2, one) for one in shape)
    sizes = b"".join(_block(1, dimension) for dimension in dimensions)
    return _text(1, name) + _block(2, _block(1, _number(1, _FLOAT) + _block(2, sizes)))


def _numbers(key: int, values: Iterable[int]) -> bytes:
    return b"".join(_number(key, value) for value in values)


def _number(key: int, value: int) -> bytes:
    return _varint(key << 3) + _varint(value % (1 << 64))


def _text(key: int, value: str) -> bytes:
    return _block(key, value.encode())


def _block(key: int, content: bytes) -> bytes:
    """A field that tells its length first (wire type 2)."""
    return _varint(key << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth tells that more come."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
