"""The sources that come with BMO, and those that a person imported."""

from pathlib import Path

from bmo.dnd.content import digest, kept, package
from bmo.dnd.content.source import Source
from bmo.dnd.rules.terms import Edition


def sources(imported: Path | None) -> list[Source]:
    """Our gear and rules digest, SRD 5.2.1 as the package `dndwright` carries it, and what was imported."""
    return [
        *digest.sources(),
        Source("dndwright", Edition.SRD_5_2, package.entries),
        *(kept.sources(imported) if imported else ()),
    ]
