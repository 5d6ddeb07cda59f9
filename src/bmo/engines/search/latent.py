"""Latent semantic analysis: a truncated SVD of the passages' weighted terms."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]

SAMPLE = 20_000
"""Of more passages, only so many (evenly spread) make the space; the others are placed in it."""
FEWEST = 20
"""In fewer passages there is nothing latent to learn."""
_COMPANY = 4
"""Passages a dimension: with fewer, the space keeps words apart that it should bring together."""
_EXTRA = 20
_ROUNDS = 2
_NOTHING = 1e-10
"""A direction with so small a share of the weight is rounding."""
_SEED = 14
"""The same passages always give the same space."""


@dataclass(frozen=True, slots=True)
class Space:
    """Where terms and passages lie."""

    terms: Floats
    """Shape (terms, dimensions): what a term adds to the place of a query."""
    passages: Floats
    """Shape (passages, dimensions), each row of length 1, or 0 for a passage without terms."""


def space(weights: Any, dimensions: int) -> Space:
    """The space of a sparse matrix, one row a passage and one column a term.

    The right singular vectors come from a randomised range finder with power iterations (Halko, Martinsson and Tropp,
    "Finding structure with randomness", 2011, algorithms 4.4 and 5.1).
    """
    rows = _unit_rows(weights.tocsr().astype(np.float32))
    count, width = rows.shape
    rank = min(dimensions, count // _COMPANY, width - 1)
    if count < FEWEST or rank < 2:
        return Space(np.zeros((width, 0), np.float32), np.zeros((count, 0), np.float32))
    sample = rows[np.linspace(0, count - 1, SAMPLE).astype(np.int64)] if count > SAMPLE else rows
    terms = _right_vectors(sample, rank)
    return Space(terms, unit(rows @ terms))


def unit(vectors: Floats) -> Floats:
    """Each row brought to length 1; rows of nothing stay so."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Floats = (vectors / np.maximum(lengths, np.float32(1e-12))).astype(np.float32)
    return result


def _unit_rows(weights: Any) -> Any:
    squares = np.asarray(weights.multiply(weights).sum(axis=1)).ravel()
    return sparse.diags_array((1.0 / np.sqrt(np.maximum(squares, 1e-12))).astype(np.float32)) @ weights


def _right_vectors(rows: Any, rank: int) -> Floats:
    """Shape (terms, rank), orthonormal columns."""
    count, width = rows.shape
    columns = rows.T.tocsr()
    luck = np.random.default_rng(_SEED)
    start = luck.standard_normal((width, min(rank + _EXTRA, count, width)), dtype=np.float32)
    basis = _orthonormal(rows @ start)
    for _ in range(_ROUNDS):
        basis = _orthonormal(rows @ _orthonormal(columns @ basis))
    # The left singular vectors of the transpose, strongest first.
    return np.ascontiguousarray(_orthonormal(columns @ basis)[:, :rank])


def _orthonormal(vectors: Floats) -> Floats:
    """An orthonormal basis of the same space, the direction of most weight first; its columns are the left singular
    vectors. By the eigenvectors of the small Gram matrix: precise enough here, and many times quicker than QR or SVD
    of a tall matrix while other threads are at work."""
    tall = vectors.astype(np.float64)
    squares, turns = np.linalg.eigh(tall.T @ tall)
    order = np.argsort(-squares, kind="stable")
    order = order[squares[order] > squares.max(initial=0.0) * _NOTHING]
    result: Floats = (tall @ (turns[:, order] / np.sqrt(squares[order]))).astype(np.float32)
    return result
