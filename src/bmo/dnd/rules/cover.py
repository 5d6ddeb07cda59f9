"""What stands in the way. SRD 5.1 "Cover"."""

from enum import IntEnum


class Cover(IntEnum):
    """The number is what it adds to Armor Class and to Dexterity saving throws; only the best counts."""

    NONE = 0
    HALF = 2
    """At least half of the body: a low wall, a creature, friend or foe."""
    THREE_QUARTERS = 5
    """A portcullis, an arrow slit, a thick tree."""
    TOTAL = 100
    """Completely hidden: cannot be targeted directly."""

    @property
    def bonus(self) -> int:
        """To AC and Dexterity saves; 0 for total cover, which is no bonus but a refusal."""
        return 0 if self is Cover.TOTAL else int(self)


def best(*covers: Cover) -> Cover:
    """Cover does not add up."""
    return max(covers, default=Cover.NONE)
