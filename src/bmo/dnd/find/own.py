"""A person's own documents as entries: whatever reads Markdown and PDF has cut them into passages already."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from bmo.capabilities.search import Passage
from bmo.dnd.find.entry import Entry, Kind

MOST = 20_000
"""Passages of all documents together; what comes after them is not indexed."""


def read(passages: Iterable[Passage]) -> Iterator[Entry]:
    """One entry for each stretch of passages under one heading."""
    counted = (one for _, one in zip(range(MOST), passages, strict=False))
    for (source, heading), found in groupby(counted, key=lambda one: (one.source, one.heading)):
        text = "\n\n".join(one.text for one in found)
        yield Entry(Kind.OWN, source, heading, text)
