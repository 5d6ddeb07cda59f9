"""How well and how fast documents are found, beside bm25s, scikit-learn and tantivy.

    python benchmarks/search.py [FOLDER] [--passages 100000] [--queries 300]

FOLDER holds `cranfield/documents.jsonl` and `cranfield/queries.jsonl` (default: what the variable BMO_BENCH_DATA names;
without either, quality is not measured). Every engine runs in a process of its own; the peers in an environment under
`.bench/`, made on the first run.

Quality: nDCG@10 over the judged queries. Our weights, and those of a tuned BM25, are chosen on four fifths of the
queries and scored on the last fifth, five times. The interval is a paired bootstrap over queries. Speed: synthetic
passages whose words follow Zipf's law, the engines asked in turn.

Prints tables and writes `results/search-<date>.json`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from parts.measuring import figures, interleaved, keep, machine, table

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parent / ".bench" / "search"
PEERS = ("scikit-learn", "bm25s", "PyStemmer", "tantivy")
FOLDS = 5
RESAMPLES = 10_000
OURS_GRID = {
    "k1": (1.2, 2.0),
    "heading": (1.0, 2.0),
    "compound": (0.15, 0.3),
    "dimensions": (100, 150),
    "lexical": (0.3, 0.4, 0.5),
    "drawn": (0.0, 0.5),
}
BM25_GRID = {"k1": (0.9, 1.2, 1.5, 2.0), "b": (0.5, 0.75, 0.9)}
WORDS = 50_000
ZIPF = 1.07
"""The exponent: how much rarer the next word is."""


class Engine:
    """A search engine in its own process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def told(self, **asked: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def engine(name: str) -> Iterator[Engine]:
    """Ours with our own libraries, a peer with its own; both with one thread, as tantivy searches."""
    python = sys.executable if name == "bmo" else str(environment())
    script = HERE / "parts" / "search_engines.py"
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [python, str(script), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=alone
    ) as process:
        yield Engine(process)


def environment() -> Path:
    """The peers' Python, made if need be."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        print(f"installing {', '.join(PEERS)} into {ENVIRONMENT}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return python


def ndcg(ranked: Sequence[str], relevant: frozenset[str]) -> float:
    """nDCG at 10 with judgements of yes or no (Järvelin and Kekäläinen, 2002)."""
    discounts = 1.0 / np.log2(np.arange(2, 12))
    gained = sum(discounts[at] for at, one in enumerate(ranked[:10]) if one in relevant)
    return float(gained / discounts[: len(relevant)].sum())


def quality(folder: Path) -> dict[str, Any]:
    """Every engine's nDCG@10, and how far ours is ahead."""
    with (folder / "queries.jsonl").open(encoding="utf-8") as file:
        judged = [json.loads(line) for line in file]
    queries = [one["query"] for one in judged]
    relevant = [frozenset(map(str, one["relevant"])) for one in judged]

    def scores(of: Engine, **weights: float) -> np.ndarray:
        ranked = of.told(rank=queries, **weights)["ranked"]
        return np.array([ndcg(one, wanted) for one, wanted in zip(ranked, relevant, strict=True)])

    with ExitStack() as stack:
        ours, bm25, tfidf = (stack.enter_context(engine(name)) for name in ("bmo", "bm25s", "sklearn"))
        copy = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "documents.jsonl"  # ours is written beside
        copy.write_bytes((folder / "documents.jsonl").read_bytes())
        for one in (ours, bm25, tfidf):
            one.told(index=str(copy))
        found = {
            "BMO, cross-validated": validated(scores, ours, OURS_GRID),
            "BMO, as shipped (tuned on all)": scores(ours),
            "bm25s, stems and stop words": scores(bm25),
            "bm25s, cross-validated": validated(scores, bm25, BM25_GRID),
            "scikit-learn TF-IDF": scores(tfidf),
        }
    return {name: compared(found["BMO, cross-validated"], one) for name, one in found.items()} | {
        "queries": len(queries)
    }


def validated(scores: Any, of: Engine, grid: Mapping[str, Sequence[float]]) -> np.ndarray:
    """Each query's score by the weights that were best on the folds it is not in."""
    every = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    table_of = np.array([scores(of, **weights) for weights in every])
    count = table_of.shape[1]
    fold = np.random.default_rng(0).permutation(count) % FOLDS
    result = np.zeros(count)
    for number in range(FOLDS):
        chosen = int(table_of[:, fold != number].mean(axis=1).argmax())
        result[fold == number] = table_of[chosen, fold == number]
        print(f"fold {number}: {every[chosen]}", file=sys.stderr)
    return result


def compared(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    """Means, their ratio, and the 95 % interval of the difference by paired bootstrap."""
    drawn = np.random.default_rng(0).integers(0, len(ours), (RESAMPLES, len(ours)))
    differences = (ours - theirs)[drawn].mean(axis=1)
    low, high = np.percentile(differences, (2.5, 97.5))
    return {
        "ndcg10": round(float(theirs.mean()), 4),
        "ours_is": round(float(ours.mean() / theirs.mean()), 3),
        "ahead_low": round(float(low), 4),
        "ahead_high": round(float(high), 4),
    }


def synthetic(passages: int, queries: int, file: Path) -> list[str]:
    """Write passages of made-up words and give queries: five words of one passage each."""
    luck = np.random.default_rng(0)
    syllables = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "or")]
    made = {"".join(luck.choice(syllables, luck.integers(2, 5))) for _ in range(2 * WORDS)}
    words = np.array(sorted(made)[:WORDS])
    luck.shuffle(words)
    likely = 1.0 / np.arange(1, len(words) + 1) ** ZIPF
    lengths = luck.integers(30, 90, passages)
    spoken = words[luck.choice(len(words), lengths.sum(), p=likely / likely.sum())]
    texts = np.split(spoken, np.cumsum(lengths)[:-1])
    with file.open("w", encoding="utf-8") as out:
        for number, text in enumerate(texts):
            out.write(json.dumps({"id": str(number), "title": "", "text": " ".join(text)}) + "\n")
    return [" ".join(luck.choice(texts[luck.integers(passages)], 5)) for _ in range(queries)]


def speed(passages: int, rounds: int) -> dict[str, Any]:
    """Milliseconds of a query, build seconds and memory of every engine."""
    names = ("bmo", "tantivy", "tantivy with texts", "sklearn")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        queries = synthetic(passages, rounds, folder / "documents.jsonl")
        engines = {name: stack.enter_context(engine(name)) for name in names}
        built = {name: one.told(index=str(folder / "documents.jsonl"), forget=True) for name, one in engines.items()}
        turns = {name: iter(queries * 2) for name in names}  # warming up takes some too
        taken = interleaved(
            {name: lambda name=name: engines[name].told(ask=next(turns[name]))["ms"] for name in names}, rounds
        )
        found: dict[str, Any] = {name: figures(values) | built[name] for name, values in taken.items()}
        for name, one in engines.items():
            found[name] |= one.told(memory=True)
    for row in found.values():
        row["ratio_p50"] = round(row["p50_ms"] / found["bmo"]["p50_ms"], 2)
    return found


def shown(found: Mapping[str, Any]) -> None:
    print(f"\n{'Cranfield':44} {'nDCG@10':>9} {'BMO is':>8}   95 % of the difference")
    for name, row in found.items():
        if isinstance(row, dict):
            interval = f"{row['ahead_low']:+.4f} to {row['ahead_high']:+.4f}"
            print(f"{name:44} {row['ndcg10']:9.4f} {row['ours_is']:7.3f}x   {interval}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("BMO_BENCH_DATA", ""))
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    result: dict[str, Any] = {"machine": machine()}
    judged = Path(options.folder) / "cranfield"
    if options.folder and judged.is_dir():
        result["quality"] = quality(judged)
        shown(result["quality"])
    else:
        print("No judged collection: give its folder, or set BMO_BENCH_DATA. Quality is not measured.")
    result["speed"] = speed(options.passages, options.queries)
    table(f"{options.passages:,} passages, a query (ratio: to BMO)", result["speed"])
    print(f"\n{'':44} {'build s':>9} {'peak MB':>9} {'held MB':>9} {'file MB':>9}")
    for name, row in result["speed"].items():
        print(f"{name:44} {row['seconds']:9.1f} {row['peak_mb']:9.0f} {row['resident_mb']:9.0f} {row['file_mb']:9.0f}")
    keep("search", result)


if __name__ == "__main__":
    main()
