"""Dice: "roll two d six plus three", "throw a d20 with advantage". Somebody else throws them; this only understands."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told

Way: TypeAlias = Literal["none", "advantage", "disadvantage"]


@dataclass(frozen=True, slots=True)
class Thrown:
    """What came of some dice."""

    dice: str
    faces: tuple[int, ...]
    """Every face, dropped ones included."""
    total: int


Throw: TypeAlias = Callable[[str, Way], Thrown]
"""Throws dice such as 2d6+3. Raises `Refused` for what cannot be thrown."""

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "to": 2, "too": 2, "three": 3, "four": 4, "for": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "twenty": 20, "hundred": 100, "ein": 1, "eine": 1,
    "einen": 1, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "zwölf": 12, "zwanzig": 20, "hundert": 100,
}  # fmt: skip
_SIGNS = {"plus": "+", "and": "+", "und": "+", "minus": "-"}
_DIE = {"d", "dee", "w"}
_SIX = {"die", "dice", "würfel"}
"""Without a word about its sides it has six."""
_WORD = re.compile(r"\d+|[^\W\d_]+|[+-]")
_WHOLE = re.compile(r"\d*d\d+([+-](\d*d)?\d+)*")
LONGEST = 80
"""Characters."""


def _dice(value: str) -> str:
    """As players write them. Raises ValueError for what is no dice: then something else was meant."""
    written = "".join(_written(word) for word in _WORD.findall(value.casefold()))
    if not _WHOLE.fullmatch(written) or _WORD.sub("", value.casefold()).strip(" -.,"):
        raise ValueError("these are no dice")
    return written


def _written(word: str) -> str:
    if word in _DIE:
        return "d"
    if word in _SIX:
        return "d6"
    return _SIGNS.get(word) or str(_NUMBERS.get(word, word))


class Roll(BaseModel):
    """Arguments of `dice.roll`."""

    model_config = ConfigDict(extra="forbid")

    dice: Annotated[str, AfterValidator(_dice), Field(max_length=LONGEST, description="such as 2d6+3")]
    way: Way = Field(default="none", description="two d20 instead of one, of which the better or the worse counts")


SAID = spoken(__package__)


def dice_skill(throw: Throw) -> Skill:
    """`throw` throws them."""

    def run(wanted: Roll, _asked: Asked) -> Done:
        thrown = throw(wanted.dice, wanted.way)
        data = {"dice": thrown.dice, "faces": list(thrown.faces), "total": thrown.total}
        if len(thrown.faces) == 1 and thrown.faces[0] == thrown.total:
            return Done(Told("You rolled {total}.", total=thrown.total), data)
        faces = ", ".join(map(str, thrown.faces))
        return Done(Told("You rolled {total}: {faces}.", total=thrown.total, faces=faces), data)

    return Skill(
        "dice",
        (
            Action(
                "dice.roll",
                "Roll dice.",
                Effect.READS,
                Roll,
                run,
                SAID["dice.roll"],
                examples=(
                    ("roll 2d6 plus 3", {"dice": "2d6+3"}),
                    ("roll a d20 with advantage", {"dice": "1d20", "way": "advantage"}),
                ),
                cues=(
                    "roll d",
                    "roll dice",
                    "roll a die",
                    "throw dice",
                    "d20",
                    "d6",
                    "with advantage",
                    "with disadvantage",
                ),
            ),
        ),
    )
