"""Passages into the arrays of an index: postings by term, places in the latent space, texts."""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy import sparse

from bmo.capabilities.search import Passage
from bmo.engines.search import latent
from bmo.engines.search.arrays import Array
from bmo.engines.search.digest import digest
from bmo.engines.search.ranking import Ranking
from bmo.engines.search.terms import JOINED, Terms

_OFTEN = 2
"""A compound that occurs in fewer passages tells them no better than its words do."""
_COLUMNS = 64
"""Terms at most that get a whole column ..."""
_COMMON = 4
"""... and occur in at least one of so many passages."""
_LATENT_TERMS = 50_000
"""The terms of most passages; the others have too little company to be placed by it."""


@dataclass(slots=True)
class _Counts:
    """How often each term occurs in each passage, in the body and in the headings: one entry a pair."""

    ids: dict[str, int] = field(default_factory=dict)
    term: "array[int]" = field(default_factory=lambda: array("i"))
    row: "array[int]" = field(default_factory=lambda: array("i"))
    body: "array[int]" = field(default_factory=lambda: array("i"))
    heading: "array[int]" = field(default_factory=lambda: array("i"))
    body_lengths: "array[int]" = field(default_factory=lambda: array("i"))
    heading_lengths: "array[int]" = field(default_factory=lambda: array("i"))

    def add(self, passage: Passage, terms: Terms) -> None:
        row = len(self.body_lengths)
        stems, pairs = terms.of(passage.text)
        headings = [terms.of(heading) for heading in passage.heading]
        in_body = Counter(chain(stems, pairs))
        in_heading = Counter(term for found in headings for term in chain(*found))
        found = in_body | in_heading
        ids = self.ids
        self.term.extend([ids.setdefault(term, len(ids)) for term in found])
        self.row.extend([row] * len(found))
        self.body.extend([in_body[term] for term in found])
        self.heading.extend([in_heading[term] for term in found])
        self.body_lengths.append(len(stems))
        self.heading_lengths.append(sum(len(stems) for stems, _ in headings))


def arrays(passages: Sequence[Passage], ranking: Ranking) -> dict[str, Array]:
    """The arrays of an index by name; `Index` says what they are."""
    made = {**postings(passages, ranking), **_texts(passages)}
    made |= _columns(made, len(passages))
    return made | _space(made, len(passages), ranking.dimensions)


def postings(passages: Sequence[Passage], ranking: Ranking) -> dict[str, Array]:
    """The lexical arrays alone, from `digests` to `worth`."""
    counts, terms = _Counts(), Terms()
    for passage in passages:
        counts.add(passage, terms)
    return _postings(counts, ranking)


def _postings(counts: _Counts, ranking: Ranking) -> dict[str, Array]:
    """The terms in the order of their digests, and for each the rows it occurs in with what it adds to their score."""
    count = len(counts.body_lengths)
    term = np.frombuffer(counts.term, np.int32)
    row = np.frombuffer(counts.row, np.int32)
    often = _frequencies(counts.body, counts.body_lengths, row, ranking.b)
    # A heading is short by nature: its length says half as much as that of a text.
    often += ranking.heading * _frequencies(counts.heading, counts.heading_lengths, row, ranking.b / 2)
    compound = np.fromiter((JOINED in name for name in counts.ids), bool, len(counts.ids))
    in_passages = np.bincount(term, minlength=len(counts.ids))
    idf = np.log1p((count - in_passages + 0.5) / (in_passages + 0.5))
    worth = np.where(compound, ranking.compound, 1.0) * idf
    kept = ~compound | (in_passages >= _OFTEN)
    chosen = np.flatnonzero(kept)
    digests = np.fromiter((digest(name) for name, stays in zip(counts.ids, kept, strict=True) if stays), np.uint64)
    order = chosen[np.argsort(digests, kind="stable")]
    rank = np.full(len(counts.ids), -1, np.int64)
    rank[order] = np.arange(len(order))
    stays = kept[term]
    term, row, often = term[stays], row[stays], often[stays]
    columns = np.argsort(rank[term], kind="stable")
    impacts = (worth[term] * often / (ranking.k1 + often))[columns].astype(np.float32)
    starts = np.concatenate(([0], np.cumsum(in_passages[order]))).astype(np.int64)
    return {
        "digests": np.sort(digests),
        "starts": starts,
        "rows": row[columns],
        "impacts": impacts,
        "highest": np.maximum.reduceat(impacts, starts[:-1]) if len(order) else impacts,
        "worth": worth[order].astype(np.float32),
    }


def _frequencies(
    found: "array[int]", lengths: "array[int]", row: npt.NDArray[np.int32], b: float
) -> npt.NDArray[np.float64]:
    """How often, for the length of the passage: BM25F's normalised frequency of one field."""
    length = np.frombuffer(lengths, np.int32).astype(np.float64)
    usual = max(float(length.mean()), 1.0) if len(length) else 1.0
    return np.frombuffer(found, np.int32) / (1.0 - b + b * length[row] / usual)


def _columns(made: dict[str, Array], count: int) -> dict[str, Array]:
    """The impacts of the commonest terms once more, a number for every passage: looked up without searching."""
    widths = np.diff(made["starts"])
    common = np.argsort(-widths, kind="stable")[:_COLUMNS]
    common = common[widths[common] * _COMMON >= count]
    columns = np.zeros((len(common), count), np.float32)
    for column, term in zip(columns, common, strict=True):
        postings = slice(made["starts"][term], made["starts"][term + 1])
        column[made["rows"][postings]] = made["impacts"][postings]
    return {"column_terms": common.astype(np.int64), "columns": columns}


def _space(made: dict[str, Array], count: int, dimensions: int) -> dict[str, Array]:
    """`placed` is each term's row of `term_places`, or -1."""
    widths = np.diff(made["starts"])
    chosen = np.flatnonzero(widths >= _OFTEN)
    if len(chosen) > _LATENT_TERMS:
        chosen = np.sort(chosen[np.argsort(-widths[chosen], kind="stable")[:_LATENT_TERMS]])
    weights = sparse.csc_array((made["impacts"], made["rows"], made["starts"]), shape=(count, len(widths)))
    found = latent.space(weights[:, chosen], dimensions)
    placed = np.full(len(widths), -1, np.int32)
    placed[chosen] = np.arange(len(chosen))
    return {"placed": placed, "term_places": found.terms, "passage_places": found.passages}


def _texts(passages: Sequence[Passage]) -> dict[str, Array]:
    """What is shown: sources and headings once each, and the texts."""
    sources = {source: number for number, source in enumerate(dict.fromkeys(passage.source for passage in passages))}
    paths = {path: number for number, path in enumerate(dict.fromkeys(passage.heading for passage in passages))}
    return {
        **_strings("sources", sources),
        **_strings("headings", (json.dumps(path, ensure_ascii=False) for path in paths)),
        **_strings("texts", (passage.text for passage in passages)),
        "source_of": np.fromiter((sources[passage.source] for passage in passages), np.int32, len(passages)),
        "heading_of": np.fromiter((paths[passage.heading] for passage in passages), np.int32, len(passages)),
    }


def _strings(name: str, values: Iterable[str]) -> dict[str, Array]:
    """Strings one after the other as UTF-8, and where each begins."""
    encoded = [value.encode() for value in values]
    starts = np.concatenate(([0], np.cumsum([len(value) for value in encoded], dtype=np.int64)))
    return {name: np.frombuffer(b"".join(encoded), np.uint8), f"{name}_starts": starts.astype(np.int64)}
