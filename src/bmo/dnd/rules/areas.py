"""Which squares an area of effect reaches. SRD 5.1 "Areas of Effect".

Points are (x, y, z) in feet. A creature is where the middle of its space is; it is caught when the middle of one of its
squares lies in the area.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bmo.dnd.rules.terms import Size

Point: TypeAlias = tuple[float, float, float]
SQUARE = 5
"""Feet."""
_SLACK = 1e-6
"""Feet: what rounding may do to a border."""


@dataclass(frozen=True, slots=True)
class Sphere:
    """Everything within `radius` of its centre."""

    centre: Point
    radius: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return math.dist(self.centre, point) <= self.radius + _SLACK


@dataclass(frozen=True, slots=True)
class Cylinder:
    """A circle of `radius` on the ground, `height` feet high, from its centre upwards."""

    centre: Point
    radius: float
    height: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        up = point[2] - self.centre[2]
        return math.dist(self.centre[:2], point[:2]) <= self.radius + _SLACK and -_SLACK <= up <= self.height + _SLACK


@dataclass(frozen=True, slots=True)
class Cube:
    """`size` feet along each axis, from its lowest corner. SRD 5.1 "Cube"."""

    corner: Point
    size: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return all(low - _SLACK <= at <= low + self.size + _SLACK for low, at in zip(self.corner, point, strict=True))


def cube_from(origin: Point, towards: Point, size: float) -> Cube:
    """The cube that begins at `origin`, which lies in the middle of its face, and grows along the axis nearest to the
    way `towards` a point. The other axes are centred, but it stands on the ground: never below the origin's height
    unless it grows downwards. SRD 5.1 "Cube"."""
    way = [end - start for start, end in zip(origin, towards, strict=True)]
    axis = max(range(3), key=lambda one: abs(way[one]))
    corner = [origin[0] - size / 2, origin[1] - size / 2, origin[2]]
    corner[axis] = origin[axis] if way[axis] >= 0 else origin[axis] - size
    return Cube((corner[0], corner[1], corner[2]), size)


@dataclass(frozen=True, slots=True)
class Emanation:
    """Everything within `reach` of a creature's space, in whose middle `centre` is; the creature itself is outside.

    SRD 5.2.1 "Rules Glossary: Emanation".
    """

    centre: Point
    size: float
    """The side of the creature's space."""
    reach: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        beyond = [max(0.0, abs(at - middle) - self.size / 2) for middle, at in zip(self.centre, point, strict=True)]
        return 0 < math.hypot(*beyond) <= self.reach + _SLACK


@dataclass(frozen=True, slots=True)
class Cone:
    """From `origin` towards a point: as wide at any distance as it is long there. The origin itself is outside."""

    origin: Point
    towards: Point
    length: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        along, aside = _along(self.origin, self.towards, point)
        return 0 < along <= self.length + _SLACK and aside <= along / 2 + _SLACK


@dataclass(frozen=True, slots=True)
class Line:
    """From `origin` towards a point, `length` feet long and `width` wide. The origin itself is outside."""

    origin: Point
    towards: Point
    length: float
    width: float = 5

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        along, aside = _along(self.origin, self.towards, point)
        return 0 < along <= self.length + _SLACK and aside <= self.width / 2 + _SLACK


Area: TypeAlias = Sphere | Cylinder | Cube | Cone | Line | Emanation


def caught(area: Area, creatures: Iterable[tuple[str, Point]]) -> list[str]:
    """The names of those in the area, in the order in which they were given; somebody with several squares is given
    once for each of them (`squares`) and told once."""
    return list(dict.fromkeys(name for name, at in creatures if area.holds(at)))


def squares(middle: Point, size: Size) -> list[Point]:
    """The middles of the squares that a creature of this size controls. SRD 5.1 "Size Categories"."""
    across = max(1, round(size.feet / SQUARE))
    first = -(across - 1) / 2 * SQUARE
    steps = [first + step * SQUARE for step in range(across)]
    return [(middle[0] + x, middle[1] + y, middle[2]) for x in steps for y in steps]


def distance(one: Point, other: Point) -> float:
    """Feet between two squares as most tables count: diagonals cost as much as straight steps. SRD 5.2.1 "Playing on a
    Grid"."""
    return max(abs(first - second) for first, second in zip(one, other, strict=True))


def _along(origin: Point, towards: Point, point: Point) -> tuple[float, float]:
    """How far a point is along a direction, and how far beside it."""
    way = [end - start for start, end in zip(origin, towards, strict=True)]
    step = [end - start for start, end in zip(origin, point, strict=True)]
    length = math.hypot(*way)
    if not length:
        return 0.0, math.inf
    along = sum(one * other for one, other in zip(way, step, strict=True)) / length
    return along, math.sqrt(max(0.0, sum(one * one for one in step) - along * along))
