"""What has to be chosen for the next level in a class, as data: `choices_for`."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bmo.core.errors import Refused
from bmo.dnd.characters import progression
from bmo.dnd.characters.feats import SKILLED, feats, origin_feats
from bmo.dnd.characters.schema import Character, Name
from bmo.dnd.characters.species import BACKGROUNDS, species
from bmo.dnd.characters.training import training
from bmo.dnd.content import CharacterClass, Library
from bmo.dnd.rules.advancement import HIGHEST_LEVEL, MULTICLASS_LEAST
from bmo.dnd.rules.slots import Caster, slots
from bmo.dnd.rules.terms import Ability, Edition, Skill

_LORE_LEVEL, _LORE_SPELLS = 6, 2
"""SRD 5.1 "Additional Magical Secrets", SRD 5.2.1 "Magical Discoveries"."""


class ChoiceKind(StrEnum):
    """Which field of `LevelUp` a choice is made in."""

    SUBCLASS = "subclass"
    IMPROVEMENT = "improvement"
    """`abilities`: two points; or `feat`, with `abilities` where the feat raises one."""
    FEAT = "feat"
    SKILLS = "skills"
    EXPERTISE = "expertise"
    FEATURES = "features"
    CANTRIPS = "cantrips"
    SPELLS = "spells"
    ARCANUM = "arcanum"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose."""

    kind: ChoiceKind
    count: int
    says: str
    options: tuple[str, ...] = ()
    """To choose from; empty where any name will do."""


class LevelUp(BaseModel):
    """What was chosen for one level; what that level does not ask for stays empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    class_name: Name
    hit_points: Annotated[int, Field(ge=1, le=12)] | None = None
    """The face of the hit die; None for the average (and for the first level, which is full)."""
    subclass: Name | None = None
    abilities: dict[Ability, Annotated[int, Field(ge=1, le=2)]] = {}
    feat: Name | None = None
    skills: tuple[Skill, ...] = ()
    expertise: tuple[Skill, ...] = ()
    features: tuple[Name, ...] = ()
    cantrips: tuple[Name, ...] = ()
    spells: tuple[Name, ...] = ()
    arcanum: Name | None = None
    forget: Name | None = None
    """A spell to give up for one more of `spells`, where the class may exchange one at a level."""


@dataclass(frozen=True, slots=True)
class Step:
    """One level of one class, about to be gained."""

    character: Character
    record: CharacterClass
    edition: Edition
    library: Library
    chosen: LevelUp
    """What was said so far: some choices bring others."""

    @property
    def name(self) -> str:
        """Of the class, as the tables have it."""
        return self.record.name.casefold()

    @property
    def level(self) -> int:
        """Of the class, after it."""
        return self.character.level_in(self.record.name) + 1

    @property
    def first(self) -> bool:
        """Whether it is the first level of all."""
        return not self.character.classes

    @property
    def subclass(self) -> str:
        """The one that somebody has or takes now."""
        has = next((one.subclass for one in self.character.classes if one.name.casefold() == self.name), None)
        return has or self.chosen.subclass or ""


def step(character: Character, chosen: LevelUp, library: Library, edition: Edition | None = None) -> Step:
    """Look the class up. Raises `NotFound`, and `Refused` above level 20 or where abilities do not allow a second
    class. SRD 5.1 "Multiclassing: Prerequisites"."""
    record = library.class_(chosen.class_name)
    edition = edition or library.edition
    if character.level >= HIGHEST_LEVEL:
        raise Refused(f"{character.name} is at level {HIGHEST_LEVEL}, the highest.", code="highest_level")
    if character.classes and not character.level_in(record.name):
        for name in (*(one.name for one in character.classes), record.name):
            _check_abilities(character, name, edition)
    return Step(character, record, edition, library, chosen)


def choices_for(
    character: Character,
    class_name: str,
    library: Library,
    edition: Edition | None = None,
    chosen: LevelUp | None = None,
) -> tuple[Choice, ...]:
    """What the next level in this class asks for. `chosen` is what was chosen so far, for choices that bring others.

    Hit points are not listed: they may be rolled or left to the average at every level after the first.
    Raises as `step`.
    """
    said = (chosen or LevelUp(class_name=class_name)).model_copy(update={"class_name": class_name})
    return all_choices(step(character, said, library, edition))


def all_choices(at: Step) -> tuple[Choice, ...]:
    """Of one step; none with a count of 0."""
    listed = (*_of_class(at), *_of_skills(at), *_of_spells(at))
    return tuple(choice for choice in listed if choice.count > 0)


def _check_abilities(character: Character, class_name: str, edition: Edition) -> None:
    for group in training(class_name, edition).needs:
        if all(character.abilities.of(ability) < MULTICLASS_LEAST for ability in group):
            needed = " or ".join(ability.upper() for ability in group)
            raise Refused(
                f"Beside another class {class_name} needs {needed} of {MULTICLASS_LEAST}: {character.name} has less.",
                code="prerequisite",
            )


def _of_class(at: Step) -> Iterable[Choice]:
    if at.level == progression.subclass_level(at.name, at.edition) and subclasses(at):
        yield Choice(ChoiceKind.SUBCLASS, 1, "a subclass", subclasses(at))
    if progression.improves(at.name, at.level):
        may = feats(at.character.level + 1, scores(at), at.character.features, at.edition)
        names = tuple(feat.name for feat in may)
        yield Choice(ChoiceKind.IMPROVEMENT, 1, "an Ability Score Improvement or a feat", names)
    if at.first and at.edition is Edition.SRD_5_2 and at.character.species.casefold() == "human":
        names = tuple(feat.name for feat in origin_feats() if feat.name not in granted_features(at))
        yield Choice(ChoiceKind.FEAT, 1, "an origin feat", names)
    for offer in progression.offers(at.name, at.level, at.edition):
        options = tuple(name for name in offer.options if not at.character.has(name))
        yield Choice(ChoiceKind.FEATURES, offer.count, offer.says, options)


def subclasses(at: Step) -> tuple[str, ...]:
    """Those that can be chosen: the library's of this edition, else the one of SRD 5.1."""
    if at.record.edition is not at.edition and at.name in progression.SUBCLASSES_2014:
        return (progression.SUBCLASSES_2014[at.name],)
    return at.record.subclasses


def scores(at: Step) -> dict[Ability, int]:
    """All six before this level."""
    return {ability: at.character.abilities.of(ability) for ability in Ability}


def granted_skills(at: Step) -> tuple[Skill, ...]:
    """What species and background give with the first level, without a choice."""
    if not at.first:
        return ()
    background, _ = BACKGROUNDS.get(at.character.background.casefold(), ((), ""))
    return (*species(at.character.species, at.edition).skills, *background)


def granted_features(at: Step) -> tuple[str, ...]:
    """The feat of a background. SRD 5.2.1 "Character Backgrounds"."""
    if not at.first or at.edition is Edition.SRD_5_1:
        return ()
    _, feat = BACKGROUNDS.get(at.character.background.casefold(), ((), ""))
    return (feat,) if feat else ()


def _of_skills(at: Step) -> Iterable[Choice]:
    known = {*at.character.proficiencies.skills, *granted_skills(at)}
    everything = tuple(skill for skill in Skill if skill not in known)
    of_class = tuple(skill for skill in at.record.skills if skill not in known)
    wanted = [(at.record.skill_choices, of_class, "skills of the class")] if at.first else []
    if at.first:
        folk = species(at.character.species, at.edition)
        wanted.append((folk.chosen_skills, tuple(one for one in everything if one in folk.choose_from), "skills"))
    elif at.level == 1:
        options = everything if at.name == "bard" else of_class
        wanted.append((training(at.name, at.edition).second_skills, options, "a skill of the second class"))
    count, any_will_do = progression.bonus_skills(at.name, at.level, at.edition)
    wanted.append((count, everything if any_will_do else of_class, "more skills"))
    wanted.append((3 if at.chosen.feat == SKILLED else 0, everything, "skills of the feat"))
    for number, options, says in wanted:
        yield Choice(ChoiceKind.SKILLS, min(number, len(options)), says, options)
    possible = {*known, *(skill for number, options, _ in wanted if number for skill in options)}
    yield _expertise(at, possible)


def _expertise(at: Step, possible: set[Skill]) -> Choice:
    """Of skills that somebody has or may choose now."""
    allowed = progression.SCHOLAR if at.name == "wizard" else tuple(Skill)
    expert = at.character.proficiencies.expertise
    options = tuple(skill for skill in allowed if skill in possible and skill not in expert)
    has = {*at.character.proficiencies.skills, *granted_skills(at), *at.chosen.skills}
    able = sum(skill in has for skill in options) if at.chosen.skills or not at.first else len(options)
    count = min(progression.expertise(at.name, at.level, at.edition), able)
    return Choice(ChoiceKind.EXPERTISE, count, "expertise", options)


def _of_spells(at: Step) -> Iterable[Choice]:
    before, now = at.level - 1, at.level
    more = sum(name in progression.ONE_MORE_CANTRIP for name in at.chosen.features)
    cantrips = progression.cantrips(at.name, now) - progression.cantrips(at.name, before) + more
    yield _spells(at, ChoiceKind.CANTRIPS, cantrips, "cantrips", range(1), _lists(at))
    number = progression.learned(at.name, now, at.edition) - progression.learned(at.name, before, at.edition)
    secret = at.name == "bard" and now == _LORE_LEVEL and "lore" in at.subclass.casefold()
    number += (_LORE_SPELLS if secret else 0) + (at.chosen.forget is not None)
    own = slots(at.record.caster, now, at.edition) if at.record.caster is not Caster.NONE else {}
    highest = max(own, default=0)
    says = "spells for the spellbook" if at.name == "wizard" else "spells"
    yield _spells(at, ChoiceKind.SPELLS, number, says, range(1, highest + 1), _lists(at, secret=secret))
    if at.name == "warlock" and now in progression.ARCANUM:
        level = progression.ARCANUM[now]
        yield _spells(at, ChoiceKind.ARCANUM, 1, f"an arcanum of level {level}", range(level, level + 1), _lists(at))


def _lists(at: Step, *, secret: bool = False) -> tuple[str, ...] | None:
    """Classes whose spells may be learned; None for every class."""
    if secret or (at.name == "bard" and at.level in progression.SECRETS[at.edition]):
        return progression.SECRET_LISTS[at.edition]
    return (at.record.name,)


def _spells(at: Step, kind: ChoiceKind, count: int, says: str, levels: range, lists: tuple[str, ...] | None) -> Choice:
    if count <= 0:
        return Choice(kind, 0, says)
    known = {one.name.casefold() for one in at.character.spells if one.by.casefold() == at.name}
    options = tuple(
        spell.name
        for spell in at.library.spells()
        if spell.level in levels
        and (lists is None or any(name in spell.classes for name in lists))
        and spell.name.casefold() not in known
    )
    return Choice(kind, min(count, len(options)), says, options)
