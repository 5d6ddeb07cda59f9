"""Which squares an area of effect reaches. SRD 5.1 "Areas of Effect".

Points are (x, y, z) in feet. A creature is where the middle of its square is; it is caught when that lies in the area.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[float, float, float]
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
    """`size` feet each way, from the lowest corner of its axes; `towards` grows in the direction of each axis."""

    corner: Point
    size: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return all(low - _SLACK <= at <= low + self.size + _SLACK for low, at in zip(self.corner, point, strict=True))


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


Area: TypeAlias = Sphere | Cylinder | Cube | Cone | Line


def caught(area: Area, creatures: Iterable[tuple[str, Point]]) -> list[str]:
    """The names of those in the area, in the order in which they were given."""
    return [name for name, at in creatures if area.holds(at)]


def distance(one: Point, other: Point) -> float:
    """Feet between two squares as most tables count: diagonals cost as much as straight steps. SRD 5.1 "Playing on a
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
