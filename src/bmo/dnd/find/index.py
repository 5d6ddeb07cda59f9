"""The index: what is compared with a question, as arrays that are made once and kept.

entry_of, said        for each unit the place of its entry, and whether it is a player's way to ask. Units that lead
                      past the last entry are questions that no entry answers (`elsewhere`)
vectors               each unit's embedding, of length 1; only where a model was there
known                 the digest of what was embedded: the next build embeds only what is new
lexical_*             whatever `MakesLexical` made
meta                  JSON as UTF-8: the entries, the names that none of them has, the model, the digest of it all
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from bmo.capabilities.embed import EmbedText, Texts
from bmo.capabilities.search import Passage
from bmo.core.errors import Malformed
from bmo.dnd.find import elsewhere, phrasings, synonyms
from bmo.dnd.find.entry import Entry, Kind, Part
from bmo.dnd.find.seams import Arrays, Floats, Lexical, MakesLexical, Told
from bmo.dnd.find.units import Unit, units

log = logging.getLogger(__name__)

FORMAT = 1
_BATCH = 32
_LEXICAL = "lexical_"


@dataclass(frozen=True, slots=True)
class Meta:
    """What is beside the arrays."""

    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    """Of other books, that no entry mentions."""
    model: str
    """Whose vectors are in the index; empty for none."""
    content: str
    """The digest of all that went in: another one means that the index is old."""


@dataclass(frozen=True, slots=True)
class RulesIndex:
    """Immutable and thread-safe."""

    meta: Meta
    entry_of: npt.NDArray[np.int32]
    said: npt.NDArray[np.bool_]
    lexical: Lexical
    vectors: Floats | None


def content_digest(entries: Sequence[Entry], model: str) -> str:
    """Of the entries, of what BMO adds to them, and of the model."""
    made = hashlib.blake2b(f"{FORMAT} {model}".encode(), digest_size=16)
    for entry in entries:
        made.update(json.dumps(asdict(entry), ensure_ascii=True).encode())
    for one in (phrasings.standard().lines, synonyms.standard().pairs, elsewhere.standard()):
        made.update(repr(one).encode())
    return made.hexdigest()


def build(
    entries: Sequence[Entry],
    lexical: MakesLexical,
    embed: EmbedText | None = None,
    *,
    before: Mapping[str, npt.NDArray[np.generic]] | None = None,
    told: Told | None = None,
) -> Arrays:
    """The arrays of an index; `before` are those of the last one, whose vectors are kept where they still fit.

    Raises as `EmbedText.embed`, and `Malformed` when the model changes meanwhile.
    """
    found = (*units(entries, phrasings.standard()), *_unanswered(len(entries)))
    names = elsewhere.unmentioned(elsewhere.standard().names, [f"{one.name} {one.whole}" for one in entries])
    texts = [_embeddable(one) for one in found]
    made: Arrays = {
        "entry_of": np.array([one.entry for one in found], np.int32),
        "said": np.array([one.said for one in found], np.bool_),
    }
    passages = [Passage("", (one.heading,) if one.heading else (), one.text) for one in found]
    made |= {_LEXICAL + name: array for name, array in lexical.arrays(passages).items()}
    model = ""
    if embed is not None:
        model, vectors = _embedded(embed, texts, before or {}, told or _silent)
        made |= vectors
    meta = Meta(tuple(entries), names, model, content_digest(entries, model))
    made["meta"] = np.frombuffer(json.dumps(asdict(meta)).encode(), np.uint8)
    return made


def opened(arrays: Mapping[str, npt.NDArray[np.generic]], lexical: MakesLexical) -> RulesIndex:
    """An index out of its arrays. Raises `KeyError` or `ValueError` when they are none."""
    told = json.loads(bytes(arrays["meta"].astype(np.uint8)))
    entries = tuple(_entry(one) for one in told["entries"])
    entry_of = arrays["entry_of"].astype(np.int32)
    if len(entry_of) != len(arrays["said"]) or (len(entry_of) and int(entry_of.max()) > len(entries)):
        raise ValueError("the arrays do not belong together")
    inner = {name.removeprefix(_LEXICAL): one for name, one in arrays.items() if name.startswith(_LEXICAL)}
    vectors = arrays["vectors"].astype(np.float32) if "vectors" in arrays else None
    if vectors is not None and len(vectors) != len(entry_of):
        raise ValueError("the arrays do not belong together")
    meta = Meta(entries, tuple(told["names"]), str(told["model"]), str(told["content"]))
    return RulesIndex(meta, entry_of, arrays["said"].astype(np.bool_), lexical.open(inner, len(entry_of)), vectors)


def _entry(told: Mapping[str, object]) -> Entry:
    match told:
        case {"kind": str(kind), "source": str(source), "heading": list(heading), "text": str(text)}:
            parts = tuple(Part(str(one["name"]), str(one["text"])) for one in _listed(told.get("parts")))
            said = tuple(map(str, _listed(told.get("said"))))
            return Entry(Kind(kind), source, tuple(map(str, heading)), text, parts, said)
    raise ValueError("an entry is damaged")


def _listed(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _embeddable(unit: Unit) -> str:
    return f"{unit.heading}: {unit.text}" if unit.heading else unit.text


def _unanswered(after: int) -> Iterable[Unit]:
    return (Unit(after, True, "", text) for text in elsewhere.standard().asked)


def _embedded(
    embed: EmbedText, texts: Sequence[str], before: Mapping[str, npt.NDArray[np.generic]], told: Told
) -> tuple[str, Arrays]:
    """The model, `vectors` and `known`."""
    digests = [int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") for text in texts]
    model = embed.embed(Texts(("which model is this",))).model
    rows = _kept(before, model)
    todo = {one: text for one, text in zip(digests, texts, strict=True) if one not in rows}
    waiting = list(todo.items())
    for start in range(0, len(waiting), _BATCH):
        batch = waiting[start : start + _BATCH]
        answer = embed.embed(Texts(tuple(text for _, text in batch)))
        if answer.model != model or len(answer.vectors) != len(batch):
            raise Malformed("The embedding model changed while the index was built.")
        rows |= {one: np.asarray(row, np.float32) for (one, _), row in zip(batch, answer.vectors, strict=True)}
        told(start + len(batch), len(waiting))
    return model, {
        "vectors": np.stack([rows[one] for one in digests]).astype(np.float16),
        "known": np.array(digests, np.uint64),
    }


def _silent(done: int, of: int) -> None:
    """Nobody wants to know."""


def _kept(before: Mapping[str, npt.NDArray[np.generic]], model: str) -> dict[int, Floats]:
    """The vectors of the last index by the digest of their text; none when another model made them."""
    if not {"meta", "known", "vectors"} <= before.keys():
        return {}
    if json.loads(bytes(before["meta"].astype(np.uint8))).get("model") != model:
        return {}
    return dict(zip(before["known"].tolist(), before["vectors"].astype(np.float32), strict=True))
