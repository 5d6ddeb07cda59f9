"""A character as it is kept: what was chosen and rolled. What follows from that is computed, never stored."""

import unicodedata
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from bmo.dnd.rules.advancement import HIGHEST_LEVEL, XP_FOR_LEVEL
from bmo.dnd.rules.checks import HIGHEST_SCORE, LOWEST_SCORE
from bmo.dnd.rules.terms import Ability, Skill

SCHEMA_VERSION: Final = 1
MOST_ATTUNED = 3
"""SRD 5.1 "Attunement"."""
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories of characters that show nothing, or turn the writing around."""


def one_line(text: str) -> str:
    """The text, where it is one that can be shown anywhere. Raises `ValueError` for markup and what is not seen."""
    if any(unicodedata.category(letter) in _UNSEEN for letter in text):
        raise ValueError("it has characters that cannot be seen")
    if "<" in text or ">" in text:
        raise ValueError("it has markup in it (< or >)")
    if text != text.strip():
        raise ValueError("it begins or ends with a space")
    return text


def _prose(text: str) -> str:
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in text):
        raise ValueError("it has control characters in it")
    return text


Line = Annotated[str, Field(max_length=120), AfterValidator(one_line)]
Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(one_line)]
Prose = Annotated[str, Field(max_length=20_000), AfterValidator(_prose)]
Names = Annotated[tuple[Name, ...], Field(max_length=500)]
Score = Annotated[int, Field(ge=LOWEST_SCORE, le=HIGHEST_SCORE)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Abilities(_Part):
    """The six scores as they are, with everything permanent (species, background, improvements) in them."""

    str: Score = 10
    dex: Score = 10
    con: Score = 10
    int: Score = 10
    wis: Score = 10
    cha: Score = 10

    def of(self, ability: Ability) -> Score:
        """One of them."""
        score: Score = getattr(self, ability.value)
        return score


class ClassLevels(_Part):
    """Levels in one class."""

    name: Name
    level: Annotated[int, Field(ge=1, le=HIGHEST_LEVEL)]
    subclass: Name | None = None
    rolled: Annotated[tuple[Annotated[int, Field(ge=1, le=12)] | None, ...], Field(max_length=HIGHEST_LEVEL)] = ()
    """The hit die's face at each level of this class, None for the average; levels that are not listed are average."""

    @model_validator(mode="after")
    def _no_more_rolls_than_levels(self) -> Self:
        if len(self.rolled) > self.level:
            raise ValueError(f"{len(self.rolled)} hit dice were rolled in {self.level} levels")
        return self


class Proficiencies(_Part):
    """What somebody is proficient in beside what the classes give (armour, weapons and saves of those are computed)."""

    skills: Annotated[tuple[Skill, ...], Field(max_length=len(Skill))] = ()
    expertise: Annotated[tuple[Skill, ...], Field(max_length=len(Skill))] = ()
    saves: Annotated[tuple[Ability, ...], Field(max_length=len(Ability))] = ()
    armor: Names = ()
    weapons: Names = ()
    tools: Names = ()
    languages: Names = ()

    @model_validator(mode="after")
    def _expert_in_what_is_known(self) -> Self:
        for skill in self.expertise:
            if skill not in self.skills:
                raise ValueError(f"expertise in {skill} needs proficiency in it")
        return self


class Item(_Part):
    """Something carried."""

    name: Name
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    kind: Name | None = None
    """What it is in the library, where its name does not say it: the longsword that Dawnbringer is."""
    bonus: Annotated[int, Field(ge=0, le=3)] = 0
    """Magic: of a weapon to hit and to damage, of armour and shields to AC."""
    weight: Annotated[float, Field(ge=0, le=100_000)] | None = None
    """Pounds for one; None for what the library says."""


class Coins(_Part):
    """Pieces of copper, silver, electrum, gold and platinum."""

    cp: Count = 0
    sp: Count = 0
    ep: Count = 0
    gp: Count = 0
    pp: Count = 0

    @property
    def number(self) -> Count:
        """All coins: fifty weigh a pound. SRD 5.1 "Coinage"."""
        return self.cp + self.sp + self.ep + self.gp + self.pp


class Equipment(_Part):
    """What is carried, and which of it is worn, by name."""

    items: Annotated[tuple[Item, ...], Field(max_length=500)] = ()
    armor: Name | None = None
    shield: Name | None = None
    attuned: Annotated[tuple[Name, ...], Field(max_length=MOST_ATTUNED)] = ()

    @model_validator(mode="after")
    def _worn_is_carried(self) -> Self:
        carried = {item.name for item in self.items}
        for name in (self.armor, self.shield, *self.attuned):
            if name is not None and name not in carried:
                raise ValueError(f"{name} is worn or attuned but not among the items")
        return self

    def item(self, name: Name) -> Item:
        """The one carried under this name."""
        return next(item for item in self.items if item.name == name)


class KnownSpell(_Part):
    """A spell known, in a spellbook, or prepared."""

    name: Name
    by: Line = ""
    """The class (or feat) that it was learned by."""
    prepared: bool = True


class Character(_Part):
    """A character of level 1 to 20; without a class it is one that is being made (`level_up` gives the first level)."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: Name
    player: Line = ""
    species: Line = ""
    background: Line = ""
    classes: Annotated[tuple[ClassLevels, ...], Field(max_length=12)] = ()
    """The one of level 1 first."""
    abilities: Abilities = Abilities()
    proficiencies: Proficiencies = Proficiencies()
    equipment: Equipment = Equipment()
    coins: Coins = Coins()
    spells: Annotated[tuple[KnownSpell, ...], Field(max_length=500)] = ()
    features: Names = ()
    """What was chosen: feats, fighting styles, invocations and the like."""
    notes: Prose = ""
    xp: Annotated[int, Field(ge=0, le=10 * XP_FOR_LEVEL[-1])] = 0
    inspiration: bool = False
    extra: Annotated[dict[str, JsonValue], Field(max_length=500)] = {}
    """What another program's file had and BMO does not know: kept as it was."""

    @model_validator(mode="after")
    def _levels_are_possible(self) -> Self:
        if self.level > HIGHEST_LEVEL:
            raise ValueError(f"the levels of all classes are {self.level} together: {HIGHEST_LEVEL} is the highest")
        names = [one.name.casefold() for one in self.classes]
        if len(set(names)) < len(names):
            raise ValueError("a class is listed twice")
        return self

    @property
    def level(self) -> int:
        """Of all classes together."""
        return sum(one.level for one in self.classes)

    def level_in(self, name: Name) -> int:
        """In one class; 0 for none."""
        return next((one.level for one in self.classes if one.name.casefold() == name.casefold()), 0)

    def has(self, feature: Name) -> bool:
        """Whether this was chosen."""
        return any(feature.casefold() == chosen.casefold() for chosen in self.features)
