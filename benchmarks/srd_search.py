"""How well and how fast the rules are found, beside scikit-learn, bm25s, SQLite FTS5 and MiniLM alone.

    python benchmarks/srd_search.py [FOLDER] [--models FOLDER] [--part tune|held]

FOLDER holds `srd/5.1` (default: what the variable BMO_BENCH_DATA names, else `../shared/data`). The peers are given one
text for each entry or heading, with its name, which is what served them best; ours and MiniLM alone the same entries.
The questions are those of `tests/sets/srd_questions.jsonl`, split by a hash of their ids before anybody looked:
`parts/srd_questions.py`. The interval is a paired bootstrap over questions.

Prints tables and writes `results/srd_search-<date>.json`.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from parts.measuring import figures, keep, machine, timed
from parts.srd_questions import Question, questions
from search import engine

from bmo.capabilities.embed import Texts
from bmo.dnd.find import srd
from bmo.dnd.find.entry import Entry
from bmo.dnd.find.finder import Finder
from bmo.dnd.find.shelf import Shelf
from bmo.engines.minilm import MiniLm
from bmo.engines.search.lexical import LexicalMaker

MOST = 10
RESAMPLES = 10_000
EDITION = "5.1"
MODEL = "all-minilm-l6-v2-int8"
Rank = Callable[[str], Sequence[int]]
"""The places of the ten best entries."""


def answers(entry: Entry, answer: str) -> bool:
    """Whether this entry is the one that is named, or stands below it."""
    stem, _, name = answer.partition("/")
    if entry.heading[0].replace(" ", "-") != stem:
        return False
    if stem != "Rule-Sections":
        return entry.name == name
    section, _, heading = name.partition("#")
    return entry.heading[1] == section and (not heading or heading in entry.heading[1:])


def scored(rank: Rank, asked: Sequence[Question], entries: Sequence[Entry]) -> np.ndarray:
    """nDCG@10 and recall@5 of every question: shape (questions, 2). Each answer counts once."""
    discounts = 1.0 / np.log2(np.arange(2, MOST + 2))
    rows = []
    for one in asked:
        left, gained, early = list(one.answers), 0.0, 0
        for place, at in enumerate(rank(one.text)[:MOST]):
            found = next((answer for answer in left if answers(entries[at], answer)), None)
            if found is not None:
                left.remove(found)
                gained += discounts[place]
                early += place < 5
        rows.append((gained / discounts[: len(one.answers)].sum(), early / len(one.answers)))
    return np.array(rows)


def fts5(entries: Sequence[Entry]) -> Rank:
    """SQLite's full text search, Porter stems, any word counts."""
    base = sqlite3.connect(":memory:", check_same_thread=False)
    base.execute("CREATE VIRTUAL TABLE entries USING fts5(name, text, tokenize='porter unicode61')")
    base.executemany(
        "INSERT INTO entries(rowid, name, text) VALUES (?, ?, ?)",
        ((at, one.name, one.whole) for at, one in enumerate(entries)),
    )

    def rank(question: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in "".join(c if c.isalnum() else " " for c in question).split())
        found = base.execute("SELECT rowid FROM entries WHERE entries MATCH ? ORDER BY rank LIMIT ?", (words, MOST))
        return [row for (row,) in found]

    return rank


def minilm(entries: Sequence[Entry], model: MiniLm) -> Rank:
    """Embeddings alone: one text for each entry, the cosine decides."""
    texts = tuple(f"{one.name}: {one.whole}" for one in entries)
    vectors = np.array(model.embed(Texts(texts)).vectors, np.float32)

    def rank(question: str) -> list[int]:
        asked = np.array(model.embed(Texts((question,))).vectors[0], np.float32)
        return [int(at) for at in np.argsort(-(vectors @ asked), kind="stable")[:MOST]]

    return rank


def ours(finder: Finder) -> Rank:
    places = {id(one): at for at, one in enumerate(finder.index.meta.entries)}
    return lambda question: [places[id(one.entry)] for one in finder.ranked(question, MOST)]


def compared(mine: np.ndarray, theirs: np.ndarray) -> dict[str, Any]:
    """Means, with the 95 % interval of how far ours is ahead."""
    drawn = np.random.default_rng(0).integers(0, len(mine), (RESAMPLES, len(mine)))
    ahead = np.percentile((mine - theirs)[drawn].mean(axis=1), (2.5, 97.5), axis=0)
    own = np.percentile(theirs[drawn].mean(axis=1), (2.5, 97.5), axis=0)
    return {
        name: {
            "mean": round(float(theirs[:, at].mean()), 4),
            "interval": own[:, at].round(4).tolist(),
            "ours_ahead": ahead[:, at].round(4).tolist(),
        }
        for at, name in enumerate(("ndcg10", "recall5"))
    }


def told_apart(finder: Finder, asked: Sequence[Question]) -> dict[str, float]:
    """How well the certainty separates what is answered from what is not, and what the threshold makes of both."""
    certain = np.array([finder.find(one.text).certainty for one in asked])
    nothing = np.array([not finder.find(one.text).findings for one in asked])
    real = np.array([bool(one.answers) for one in asked])
    pairs = certain[real][:, None] - certain[~real][None, :]
    return {
        "auroc": round(float(((pairs > 0) + 0.5 * (pairs == 0)).mean()), 4),
        "answered_but_nothing_found": round(float(nothing[real].mean()), 4),
        "unanswered_and_nothing_found": round(float(nothing[~real].mean()), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("BMO_BENCH_DATA", str(Path(__file__).parents[1] / ".." / "shared" / "data"))
    parser.add_argument("folder", nargs="?", default=default)
    parser.add_argument("--models", default=os.environ.get("BMO_TEST_MODELS", str(Path("~/bmo/models").expanduser())))
    parser.add_argument("--part", choices=("tune", "held"), action="append")
    options = parser.parse_args()
    entries, problems = srd.read(Path(options.folder) / "srd" / EDITION, f"SRD {EDITION}")
    print(f"{len(entries):,} entries, {len(problems)} problems")
    model = MiniLm(Path(options.models) / MODEL)
    result: dict[str, Any] = {"machine": machine(), "entries": len(entries)}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        began, used = time.monotonic(), time.process_time()
        shown = lambda done, of: print(f"\r{done:,} of {of:,} texts", end="", file=sys.stderr)  # noqa: E731
        finder = Shelf(folder / "rules.npz", LexicalMaker(), model).finder(entries, shown)
        result["build"] = {
            "seconds": round(time.monotonic() - began, 1),
            "processor_seconds": round(time.process_time() - used, 1),
            "units": len(finder.index.entry_of),
            "mb": round((folder / "rules.npz").stat().st_size / 1e6, 1),
        }
        began = time.monotonic()
        Shelf(folder / "rules.npz", LexicalMaker(), model).finder(entries)
        result["build"]["again_seconds"] = round(time.monotonic() - began, 2)
        print(f"\n{result['build']}")
        by_words = Finder(finder.index)
        ranks: dict[str, Rank] = {"BMO": ours(finder), "BMO, by words alone": ours(by_words)}
        documents = folder / "documents.jsonl"
        with documents.open("w", encoding="utf-8") as file:
            for at, one in enumerate(entries):
                file.write(json.dumps({"id": str(at), "title": one.name, "text": one.whole}) + "\n")
        for name, shown_as in (("sklearn", "scikit-learn TF-IDF"), ("bm25s", "bm25s, stems and stop words")):
            peer = stack.enter_context(engine(name))
            peer.told(index=str(documents))
            ranks[shown_as] = lambda question, peer=peer: [int(at) for at in peer.told(rank=[question])["ranked"][0]]  # type: ignore[misc]
        ranks["SQLite FTS5, Porter"] = fts5(entries)
        ranks["MiniLM-L6-v2 alone"] = minilm(entries, model)
        for part in options.part or ("tune", "held"):
            asked = questions(part)
            answered = [one for one in asked if one.answers]
            found = {name: scored(rank, answered, entries) for name, rank in ranks.items()}
            rows = {name: compared(found["BMO"], one) for name, one in found.items()}
            apart = {"BMO": told_apart(finder, asked), "BMO, by words alone": told_apart(by_words, asked)}
            result[part] = {"questions": len(asked), "answered": len(answered), "rows": rows, "apart": apart}
            told(part, result[part])
        texts = [one.text for one in questions("tune")] * 3
        taken = {
            name: [timed(lambda one=one, text=text: one.find(text)) for text in texts]
            for name, one in (("BMO", finder), ("BMO, by words alone", by_words))
        }  # type: ignore[misc]
        result["speed"] = {
            name: figures(values) | {"p95_ms": round(float(np.percentile(values, 95)), 3)}
            for name, values in taken.items()
        }
        for name, row in result["speed"].items():
            print(f"{name:32} p50 {row['p50_ms']:.2f} ms, p95 {row['p95_ms']:.2f} ms, max {row['max_ms']:.2f} ms")
    keep("srd_search", result)


def told(part: str, found: dict[str, Any]) -> None:
    print(f"\n{part}: {found['answered']} answered of {found['questions']}")
    print(f"{'':32} {'nDCG@10':>8} {'95 %':>15} {'recall@5':>9} {'95 %':>15}   ours ahead (nDCG@10, recall@5)")
    for name, row in found["rows"].items():
        cells = [f"{row[one]['mean']:9.3f} {row[one]['interval'][0]:7.3f}-{row[one]['interval'][1]:.3f}" for one in row]
        ahead = ", ".join(f"{row[one]['ours_ahead'][0]:+.3f} to {row[one]['ours_ahead'][1]:+.3f}" for one in row)
        print(f"{name:32}{'  '.join(cells)}   {ahead}")
    for name, row in found["apart"].items():
        print(f"{name}: told apart {row}")


if __name__ == "__main__":
    main()
