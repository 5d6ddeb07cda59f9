"""What every computed number starts from, looked up once: classes, scores, gear and effects of one character."""

from dataclasses import dataclass
from enum import StrEnum

from bmo.core.errors import Refused
from bmo.dnd.characters import gear as gears
from bmo.dnd.characters.gear import Gear
from bmo.dnd.characters.schema import Character, ClassLevels
from bmo.dnd.characters.species import Species, species
from bmo.dnd.characters.training import HEAVY, Training, training
from bmo.dnd.content import CharacterClass, Library
from bmo.dnd.rules.checks import proficiency_bonus
from bmo.dnd.rules.slots import Caster
from bmo.dnd.rules.terms import Ability, Edition


class Effect(StrEnum):
    """What somebody may be under for a while and that changes a number of the sheet."""

    MAGE_ARMOR = "mage armor"
    SHIELD = "shield"
    SHIELD_OF_FAITH = "shield of faith"
    BARKSKIN = "barkskin"
    HASTE = "haste"
    SLOW = "slow"
    LONGSTRIDER = "longstrider"
    RAGE = "rage"


@dataclass(frozen=True, slots=True)
class Build:
    """One character, ready to be computed."""

    character: Character
    edition: Edition
    classes: tuple[tuple[ClassLevels, CharacterClass], ...]
    gear: Gear
    scores: dict[Ability, int]
    modifiers: dict[Ability, int]
    species: Species
    effects: frozenset[Effect]

    @property
    def proficiency(self) -> int:
        """The bonus. SRD 5.1 "Proficiency Bonus"."""
        return proficiency_bonus(self.character.level)

    def level(self, class_name: str) -> int:
        """In one class."""
        return self.character.level_in(class_name)

    def in_subclass(self, subclass: str, level: int) -> bool:
        """Whether somebody belongs to this subclass, at this level of its class or above. Its name may be shortened:
        "Champion", "Path of the Berserker"."""
        wanted = subclass.casefold()
        return any(one.level >= level and wanted in (one.subclass or "").casefold() for one in self.character.classes)

    @property
    def heavily_armored(self) -> bool:
        """Whether heavy armour is worn."""
        armour = self.gear.armour
        return armour is not None and armour.type == HEAVY

    @property
    def unarmored(self) -> bool:
        """Whether no suit of armour is worn; a shield may be."""
        return self.gear.armor is None

    @property
    def trained(self) -> tuple[Training, ...]:
        """Of each class, the first one first."""
        return tuple(training(one.name, self.edition) for one in self.character.classes)

    def armors(self) -> frozenset[str]:
        """Kinds of armour that somebody is trained in: light, medium, heavy, shield."""
        first, *others = self.trained
        given = {*first.armor, *(one for other in others for one in other.second_armor)}
        own = {name.casefold().removesuffix(" armor").removesuffix("s") for name in self.character.proficiencies.armor}
        chosen = {"heavy"} if self.character.has("Protector") else {"medium"} if self.character.has("Warden") else set()
        return frozenset(given | own | chosen)

    def weapons(self) -> frozenset[str]:
        """Groups and names of weapons that somebody is proficient with, in lower case."""
        first, *others = self.trained
        given = {*first.weapons, *(one for other in others for one in other.second_weapons)}
        chosen = {"martial"} if self.character.has("Protector") or self.character.has("Warden") else set()
        return frozenset(name.casefold() for name in {*given, *self.character.proficiencies.weapons, *chosen})

    def tools(self) -> tuple[str, ...]:
        """Names of tools."""
        first, *others = self.trained
        given = (*first.tools, *(one for other in others for one in other.second_tools))
        return tuple(dict.fromkeys((*given, *self.character.proficiencies.tools)))


def build(
    character: Character, library: Library, edition: Edition | None = None, effects: frozenset[Effect] = frozenset()
) -> Build:
    """Look everything up. Raises `NotFound` for a class that the library does not have, `Refused` for somebody without
    a class."""
    if not character.classes:
        raise Refused(f"{character.name} has no class yet: level_up gives the first level.", code="no_class")
    worn = gears.gear(character, library)
    scored = gears.scores(character, worn)
    edition = edition or library.edition
    return Build(
        character=character,
        edition=edition,
        classes=tuple((one, library.class_(one.name)) for one in character.classes),
        gear=worn,
        scores=scored,
        modifiers=gears.modifiers(scored),
        species=species(character.species, edition),
        effects=effects,
    )


def caster_levels(built: Build) -> dict[Caster, int]:
    """Levels by kind of caster."""
    levels: dict[Caster, int] = {}
    for one, record in built.classes:
        levels[record.caster] = levels.get(record.caster, 0) + one.level
    return levels
