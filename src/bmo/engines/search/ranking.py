"""How much each sign of a good passage counts. The numbers were tuned by cross-validation (benchmarks/search.py)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranking:
    """The weights of an index. Those of the first group are fixed when it is built.

    The lexical score is BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields",
    2004) over stems and, as terms of their own with less weight, compounds. The latent semantic score is the cosine
    in the space of a truncated SVD (Deerwester and others, 1990), asked once with the query and once more with the
    query drawn towards the best passages of the first round (Rocchio, 1971).
    """

    k1: float = 2.0
    """How slowly more of the same word stops to count."""
    b: float = 0.75
    """How much a long passage is held against it: 0 not at all, 1 in full."""
    heading: float = 2.0
    """How often a word in a heading counts."""
    compound: float = 0.3
    """How much two words side by side count beside one word."""
    dimensions: int = 100
    """Of the latent space."""

    lexical: float = 0.4
    latent: float = 0.6
    embedding: float = 0.6
    """The three shares of the fused score; those that there are are brought to a sum of 1."""
    drawn_to: int = 4
    """The passages of the first round that draw the query to them."""
    drawn: float = 0.5
    """How strongly they do."""


RANKING = Ranking()
