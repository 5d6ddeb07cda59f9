"""Eyes that see what they were told to, on anything that is a picture."""

from bmo.capabilities.detect import Look, Sight, Thing
from bmo.capabilities.media import Box
from bmo.core import picture_file
from bmo.core.errors import BmoError


class FakeDetect:
    """Sees a thing for each of `labels`, each a little less surely, all over the picture; `looks` keeps what it saw."""

    def __init__(
        self, name: str = "fake", labels: tuple[str, ...] = ("person", "cat"), *, failure: BmoError | None = None
    ) -> None:
        """`failure` is raised every time."""
        self.name = name
        self.labels = labels
        self.failure = failure
        self.looks: list[Look] = []

    def detect(self, look: Look) -> Sight:
        header = picture_file.look(look.picture.data)
        self.looks.append(look)
        if self.failure is not None:
            raise self.failure
        box = Box(0, 0, header.width, header.height)
        things = (Thing(label, 0.9 / (1 + at), box) for at, label in enumerate(self.labels))
        sure = tuple(thing for thing in things if thing.score >= look.least)
        return Sight(sure, header.width, header.height, self.name)
