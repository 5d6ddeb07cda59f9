"""Light round BMO's face: a colour and how it moves, by names that people and models use."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol, get_args

from bmo.core.errors import Refused

Pattern = Literal["static", "breathing", "follow", "rainbow"]
COLOURS = MappingProxyType(
    {
        "red": (255, 0, 0),
        "orange": (255, 96, 0),
        "yellow": (255, 190, 0),
        "green": (0, 220, 40),
        "teal": (0, 200, 160),
        "blue": (0, 60, 255),
        "purple": (140, 0, 255),
        "pink": (255, 40, 130),
        "white": (255, 240, 220),
        "off": (0, 0, 0),
    }
)
"""Red, green, blue; 0 to 255, for LEDs. The page has shades of its own."""
_ALSO = MappingProxyType(
    {
        "pulse": "breathing",
        "pulsing": "breathing",
        "breathe": "breathing",
        "chase": "follow",
        "solid": "static",
        "violet": "purple",
        "gold": "yellow",
        "cyan": "teal",
        "black": "off",
    }
)


@dataclass(frozen=True, slots=True)
class Glow:
    """What the lights show."""

    colour: str = "white"
    """A name in `COLOURS`."""
    pattern: Pattern = "static"
    """A rainbow has all colours, whichever is named."""

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Red, green, blue; 0 to 255 each."""
        return COLOURS[self.colour]

    def __str__(self) -> str:
        if self.pattern == "rainbow" or self.colour == "off":
            return self.pattern if self.colour != "off" else "off"
        return self.colour if self.pattern == "static" else f"{self.colour} {self.pattern}"


OFF = Glow("off")


def glow_of(text: str) -> Glow:
    """`blue`, `breathing red`, `rainbow`, `off`: a colour, a pattern, or one of each. Raises `Refused`."""
    colours, patterns = list[str](), list[Pattern]()
    for word in text.casefold().replace("_", " ").split():
        name = _ALSO.get(word, word)
        found = next((pattern for pattern in get_args(Pattern) if pattern == name), None)
        if found is not None:
            patterns.append(found)
        elif name in COLOURS:
            colours.append(name)
        else:
            raise Refused(f"I have no light {word!r}. There are: {', '.join((*COLOURS, *get_args(Pattern)))}.")
    if not (colours or patterns) or len(colours) > 1 or len(patterns) > 1:
        raise Refused("A light is one colour, one pattern, or both.")
    colour = colours[0] if colours else "white"
    return OFF if colour == "off" else Glow(colour, patterns[0] if patterns else "static")


class Leds(Protocol):
    """Lights of this machine."""

    def show(self, glow: Glow) -> None:
        """Show this until something else is wanted. Raises `Unavailable` when the lights do not answer."""

    def close(self) -> None:
        """Switch them off and let the device go."""
