"""Characters to test with: one of each kind at levels 1, 5, 11 and 20, and somebody who answers what a level asks."""

import random
from functools import cache

from bmo.dnd.characters.choices import ChoiceKind, LevelUp, choices_for, granted_skills, step
from bmo.dnd.characters.schema import Abilities, Character, ClassLevels, Equipment, Item, Proficiencies
from bmo.dnd.content import Library
from bmo.dnd.rules.terms import Ability, Edition, Skill

CLASSES = ("Barbarian", "Bard", "Cleric", "Druid", "Fighter", "Monk", "Paladin", "Ranger", "Rogue", "Sorcerer",
           "Warlock", "Wizard")  # fmt: skip


@cache
def library(edition: Edition = Edition.SRD_5_2) -> Library:
    """One for all tests: it fills itself once."""
    return Library.standard(edition)


def somebody(
    classes: str,
    scores: tuple[int, int, int, int, int, int] = (10, 10, 10, 10, 10, 10),
    items: str = "",
    *,
    armor: str | None = None,
    shield: str | None = None,
    species: str = "Human",
    features: tuple[str, ...] = (),
    skills: tuple[Skill, ...] = (),
    expertise: tuple[Skill, ...] = (),
    attuned: tuple[str, ...] = (),
) -> Character:
    """Such as somebody("Fighter 5 Champion/Wizard 1", (16, 14, ...), "2 Dagger, Longsword", armor="Chain Mail")."""
    listed = [_item(one) for one in (*filter(None, items.split(", ")), *filter(None, (armor, shield)), *attuned)]
    return Character(
        name="Tess",
        species=species,
        classes=tuple(_levels(one) for one in classes.split("/")),
        abilities=Abilities(**dict(zip((one.value for one in Ability), scores, strict=True))),
        proficiencies=Proficiencies(skills=skills, expertise=expertise),
        equipment=Equipment(items=tuple(listed), armor=armor, shield=shield, attuned=attuned),
        features=features,
    )


def _levels(text: str) -> ClassLevels:
    name, level, *subclass = text.strip().split(" ", 2)
    return ClassLevels(name=name, level=int(level), subclass=subclass[0] if subclass else None)


def _item(text: str) -> Item:
    number, _, name = text.partition(" ")
    return Item(name=name, quantity=int(number)) if number.isdigit() else Item(name=text)


def answers(character: Character, class_name: str, edition: Edition, seed: int) -> LevelUp:
    """Something legal for everything that the next level asks; the same for the same seed."""
    said = LevelUp(class_name=class_name)
    for _ in range(3):  # some answers bring another question
        said = _answered(character, class_name, edition, seed, said)
    return said


def _answered(character: Character, class_name: str, edition: Edition, seed: int, before: LevelUp) -> LevelUp:
    luck = random.Random(seed)
    books = library(edition)
    at = step(character, before, books, edition)
    said: dict[str, object] = {"class_name": class_name}
    if character.classes and luck.random() < 0.5:
        said["hit_points"] = luck.randint(1, at.record.hit_die)
    for choice in choices_for(character, class_name, books, edition, before):
        taken: tuple[str, ...] = tuple(said.get(choice.kind.value, ()))  # type: ignore[call-overload]
        options = [one for one in choice.options if one not in taken]
        if choice.kind is ChoiceKind.IMPROVEMENT:
            low = [one for one in Ability if character.abilities.of(one) <= 18]
            said |= {"abilities": {luck.choice(low): 2}} if low else {"feat": "Savage Attacker"}
        elif choice.kind in (ChoiceKind.SUBCLASS, ChoiceKind.ARCANUM, ChoiceKind.FEAT):
            said[choice.kind.value] = luck.choice(options)
        elif choice.kind is ChoiceKind.EXPERTISE:
            skills: object = said.get("skills", ())
            has = {*character.proficiencies.skills, *granted_skills(at), *skills}  # type: ignore[misc]
            said["expertise"] = tuple(luck.sample([one for one in options if one in has], choice.count))
        else:
            free = [f"{choice.says} {class_name} {at.level} {number}" for number in range(choice.count)]
            said[choice.kind.value] = (*taken, *luck.sample(options or free, choice.count))
    return LevelUp.model_validate(said)
