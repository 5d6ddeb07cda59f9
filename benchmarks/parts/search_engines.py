"""One search engine in a process of its own: a line of JSON in, a line of JSON out. `search.py` starts it.

{"index": FILE}                  a JSON Lines file of documents       -> {"seconds", "resident_mb", "peak_mb"}
{"rank": [queries], ...}         the ids of the ten best for each     -> {"ranked"}; more keys are parameters
{"ask": QUERY}                   milliseconds for one query           -> {"ms"}
{"memory": true}                 after queries                        -> {"resident_mb"}
"""

import json
import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

MOST = 10


class Documents:
    """What all engines are given."""

    def __init__(self, path: str) -> None:
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.read = [json.loads(line) for line in file]
        self.ids = [str(one["id"]) for one in self.read]

    def texts(self) -> list[str]:
        return [f"{one['title']} {one['text']}".strip() for one in self.read]


class Bmo:
    """Ours, as `bmo search` uses it: built, written, and mapped from the file."""

    def index(self, documents: Documents) -> None:
        from bmo.engines.search import build
        from bmo.engines.search.documents import record
        from bmo.engines.search.passages import passages
        from bmo.engines.search.ranking import RANKING

        self.passages = [
            passage for one in documents.read for passage in passages(record(str(one["id"]), one["title"], one["text"]))
        ]
        self._build, self._ranking = build.arrays, RANKING
        self._made: dict[Any, Any] = {}
        self._file = Path(documents.path).with_suffix(".npz")
        self._choose(RANKING)

    def open(self, path: str) -> None:
        """As another process does that only searches."""
        from bmo.engines.search import arrays
        from bmo.engines.search.index import Index
        from bmo.engines.search.ranking import RANKING

        self._index = Index(arrays.read(Path(path)), RANKING)

    def rank(self, queries: list[str], **asked: float) -> list[list[str]]:
        """`asked` replaces weights of the ranking; those of the first group build the index anew."""
        wanted = replace(self._ranking, **asked)
        self._choose(wanted)
        return [
            list(dict.fromkeys(one.source for one in self._index.search(query, 2 * MOST)))[:MOST] for query in queries
        ]

    def ask(self, query: str) -> None:
        self._index.search(query, MOST)

    def _choose(self, ranking: Any) -> None:
        from bmo.engines.search import arrays
        from bmo.engines.search.index import Index

        built = (ranking.k1, ranking.b, ranking.heading, ranking.compound, ranking.dimensions)
        if built not in self._made:
            self._made.clear()
            self._file.unlink(missing_ok=True)
            with self._file.open("wb") as file:
                arrays.write(file, self._build(self.passages, ranking))
            self.bytes = self._file.stat().st_size
            self._made[built] = arrays.read(self._file)
        self._index = Index(self._made[built], ranking)


class Bm25s:
    """BM25 with English stems and stop words."""

    def index(self, documents: Documents) -> None:
        import bm25s
        import Stemmer

        self._bm25s, self._ids = bm25s, documents.ids
        self._stemmer = Stemmer.Stemmer("english")
        self._tokens = bm25s.tokenize(documents.texts(), stopwords="en", stemmer=self._stemmer, show_progress=False)

    def rank(self, queries: list[str], **asked: float) -> list[list[str]]:
        made = self._bm25s.BM25(**asked)
        made.index(self._tokens, show_progress=False)
        tokens = self._bm25s.tokenize(
            queries, stopwords="en", stemmer=self._stemmer, show_progress=False, return_ids=False
        )
        found, _ = made.retrieve(tokens, k=MOST, show_progress=False)
        return [[self._ids[int(one)] for one in row] for row in found]


class Sklearn:
    """TF-IDF with scikit-learn's defaults: `cosine_similarity`, then `argsort`."""

    def index(self, documents: Documents) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.metrics.pairwise import cosine_similarity

        self._cosine, self._ids = cosine_similarity, documents.ids
        self._vectorizer = TfidfVectorizer()
        self._matrix = self._vectorizer.fit_transform(documents.texts())

    def _best(self, query: str) -> Any:
        return self._cosine(self._vectorizer.transform([query]), self._matrix)[0].argsort()[::-1][:MOST]

    def rank(self, queries: list[str]) -> list[list[str]]:
        return [[self._ids[one] for one in self._best(query)] for query in queries]

    def ask(self, query: str) -> None:
        self._best(query)


class Tantivy:
    """BM25 in Rust; the ten best documents' numbers, without their texts."""

    texts = False

    def index(self, documents: Documents) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", stored=True)
        builder.add_integer_field("number", stored=True)
        index = tantivy.Index(builder.build())
        writer = index.writer(100_000_000, 1)
        for number, text in enumerate(documents.texts()):
            writer.add_document(tantivy.Document(body=text, number=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._index, self._searcher = index, index.searcher()

    def ask(self, query: str) -> None:
        hits = self._searcher.search(self._index.parse_query(query, ["body"]), MOST).hits
        if self.texts:
            for _, address in hits:
                self._searcher.doc(address)["body"]


class TantivyTexts(Tantivy):
    """The same with the texts of the ten, which ours gives too."""

    texts = True


ENGINES = {"bmo": Bmo, "bm25s": Bm25s, "sklearn": Sklearn, "tantivy": Tantivy, "tantivy with texts": TantivyTexts}


def resident() -> float:
    """MB now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def told(engine: Any, asked: dict[str, Any]) -> dict[str, Any]:
    if "index" in asked:
        documents = Documents(asked["index"])
        began = time.perf_counter()
        engine.index(documents)
        seconds = round(time.perf_counter() - began, 2)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        return {"seconds": seconds, "peak_mb": round(peak, 1), "file_mb": round(getattr(engine, "bytes", 0) / 1e6, 1)}
    if "open" in asked:
        engine.open(asked["open"])
        return {}
    if "rank" in asked:
        queries = asked.pop("rank")
        return {"ranked": engine.rank(queries, **asked)}
    if "ask" in asked:
        began = time.perf_counter()
        engine.ask(asked["ask"])
        return {"ms": (time.perf_counter() - began) * 1_000}
    return {"resident_mb": resident()}


def main() -> None:
    engine = ENGINES[sys.argv[1]]()
    for line in sys.stdin:
        print(json.dumps(told(engine, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
