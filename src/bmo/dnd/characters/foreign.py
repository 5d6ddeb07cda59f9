"""Files of other programs, `.dndchar` among them: their usual keys become ours, the rest is kept under `extra`.

Nobody wrote their shape down. A known key with a value that makes no sense is refused with its line; an unknown key is
kept and listed.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pydantic import JsonValue

from bmo.core.errors import NotFound
from bmo.dnd.characters import foreign_gear as things
from bmo.dnd.characters import foreign_parts as parts
from bmo.dnd.characters.foreign_parts import Odd
from bmo.dnd.characters.gear import carry
from bmo.dnd.characters.own import checked
from bmo.dnd.characters.reading import BadFile, Document, Path_, Problem, shown
from bmo.dnd.characters.schema import Character, Item
from bmo.dnd.content import ArmourKind, Library
from bmo.dnd.rules.terms import Ability

_ENVELOPES = ("character", "data", "sheet", "pc")
"""Keys under which some programs keep everything."""
_WORDS = {
    "name": ("name", "charactername", "charname"),
    "player": ("player", "playername"),
    "species": ("species", "race", "ancestry", "lineage"),
    "background": ("background",),
    "classes": ("classes", "class", "characterclass", "classlevel", "classandlevel"),
    "level": ("level", "lvl", "totallevel", "characterlevel"),
    "subclass": ("subclass", "archetype"),
    "abilities": ("abilities", "stats", "abilityscores", "attributes", "ability", "scores"),
    "skills": ("skills", "skillproficiencies"),
    "expertise": ("expertise",),
    "saves": ("saves", "savingthrows", "saveproficiencies", "savingthrowproficiencies"),
    "proficiencies": ("proficiencies", "otherproficiencies"),
    "languages": ("languages",),
    "tools": ("tools", "toolproficiencies"),
    "items": ("inventory", "equipment", "items", "gear", "possessions"),
    "weapons": ("weapons", "weapon"),
    "armor": ("armor", "armour", "wornarmor"),
    "shield": ("shield",),
    "coins": ("coins", "currency", "money", "purse", "gold", "gp"),
    "spells": ("spells", "spellbook", "spellsknown", "knownspells", "preparedspells"),
    "cantrips": ("cantrips",),
    "features": ("features", "feats", "traits", "classfeatures"),
    "notes": ("notes", "backstory", "bio", "biography", "description"),
    "xp": ("xp", "experience", "experiencepoints"),
    "inspiration": ("inspiration", "hasinspiration"),
}
"""Our field, and what it is called elsewhere; the first that is there counts."""
_FIELDS = {word: field for field, words in _WORDS.items() for word in words}
_MOST = {"classes": 12, "items": 500, "spells": 500}
_PLAIN = re.compile(r"[^a-z0-9]")


def read(document: Document, library: Library) -> Character:
    """Map the usual keys; classes and armour are looked up. Raises `BadFile` with line and reason."""
    value, at = _opened(document)
    found: dict[str, tuple[JsonValue, Path_]] = {}
    extra: dict[str, JsonValue] = {}
    for key, one in value.items():
        field = _field(key)
        if field is None or field in found:
            extra[key] = one
        else:
            found[field] = (one, (*at, key))
    made, places = _made(found, document)
    _finish(made, library, document)
    made["extra"] = extra
    places |= {("extra",): at, ("equipment",): places.get(("items",), at)}
    return checked(made, document, places)


def plain(key: str) -> str:
    """The same for "hitPoints", "hit_points" and "Hit Points"."""
    return _PLAIN.sub("", key.casefold())


def _field(key: str) -> str | None:
    """Ours for a key of theirs; single abilities at the top count as `abilities.str`."""
    word = plain(key)
    ability = parts.ability(word)
    return f"abilities.{ability}" if ability else _FIELDS.get(word)


def _opened(document: Document) -> tuple[dict[str, JsonValue], Path_]:
    value = document.value
    if not isinstance(value, dict):
        raise BadFile(Problem(document.line(()), "a character is expected here, in { }"))
    if not any(_field(key) == "name" for key in value):
        for key in _ENVELOPES:
            inner = value.get(key)
            if isinstance(inner, dict) and len(value) == 1:
                return inner, (key,)
    return value, ()


def _made(found: dict[str, tuple[JsonValue, Path_]], document: Document) -> tuple[dict[str, Any], dict[Path_, Path_]]:
    """Our fields, and where each came from."""
    made: dict[str, Any] = {}
    places: dict[Path_, Path_] = {}
    problems: list[Problem] = []
    if "name" not in found:
        problems.append(Problem(document.line(()), "there is no name"))
    for field, (value, path) in found.items():
        try:
            for target, mapped in _mapped(field, value):
                _put(made, target, mapped)
                places[target] = path
                places.setdefault(target[:1], path)
        except Odd as fault:
            problems.append(Problem(document.line((*path, *fault.path)), f"{shown(path[-1])}: {fault}"))
    if problems:
        raise BadFile(*problems)
    return made, places


def _mapped(field: str, value: JsonValue) -> Iterator[tuple[Path_, Any]]:
    if field.startswith("abilities."):
        yield ("abilities", field.removeprefix("abilities.")), parts.score(value)
    elif field == "abilities":
        for name, score in parts.abilities(value).items():
            yield ("abilities", name), score
    elif field == "proficiencies":
        for name, words in parts.proficiencies(value).items():
            yield ("proficiencies", name), words
    elif field == "skills":
        known, expert = parts.skills(value)
        yield ("proficiencies", "skills"), known
        yield ("proficiencies", "expertise"), expert
    else:
        for target, read in _READERS[field]:
            yield target, read(value)


_READERS: dict[str, tuple[tuple[Path_, Callable[[JsonValue], Any]], ...]] = {
    "name": ((("name",), parts.text),),
    "player": ((("player",), parts.text),),
    "species": ((("species",), parts.named),),
    "background": ((("background",), parts.named),),
    "classes": ((("classes",), parts.classes),),
    "level": ((("level",), parts.level),),
    "subclass": ((("subclass",), parts.named),),
    "expertise": ((("proficiencies", "expertise"), parts.skill_names),),
    "saves": ((("proficiencies", "saves"), parts.saves),),
    "languages": ((("proficiencies", "languages"), parts.names),),
    "tools": ((("proficiencies", "tools"), parts.names),),
    "items": ((("items",), things.items),),
    "weapons": ((("items",), things.items),),
    "armor": ((("worn", "armor"), things.worn),),
    "shield": ((("worn", "shield"), things.worn_shield),),
    "coins": ((("coins",), things.coins),),
    "spells": ((("spells",), parts.spells),),
    "cantrips": ((("spells",), parts.spells),),
    "features": ((("features",), parts.names),),
    "notes": ((("notes",), parts.prose),),
    "xp": ((("xp",), parts.whole),),
    "inspiration": ((("inspiration",), parts.yes),),
}


def _put(made: dict[str, Any], target: Path_, value: Any) -> None:
    """Where it belongs; lists that come from two keys are joined."""
    where: dict[str | int, Any] = made  # type: ignore[assignment]  # our own targets are texts
    for part in target[:-1]:
        where = where.setdefault(part, {})
    last = target[-1]
    where[last] = [*where[last], *value] if isinstance(where.get(last), list) else value


def _finish(made: dict[str, Any], library: Library, document: Document) -> None:
    """What depends on several keys: the level of a single class, whose spells they are, and what is worn."""
    level, subclass = made.pop("level", None), made.pop("subclass", None)
    classes = made.get("classes", [])
    _check_counts(made, document)
    if len(classes) == 1:
        classes[0].setdefault("subclass", subclass)
        if level is not None and "level" not in classes[0]:
            classes[0]["level"] = level
    for one in classes:
        one.setdefault("level", 1)
        one["name"] = _class_name(one["name"], library)
    made["equipment"] = things.equipment(made.pop("items", []), made.pop("worn", {}), partial(_kind, library=library))
    known = made.get("proficiencies", {})
    if known:
        expert = list(dict.fromkeys(known.get("expertise", [])))
        known["expertise"] = expert
        known["skills"] = list(dict.fromkeys([*known.get("skills", []), *expert]))
    if "abilities" in made:
        made["abilities"] = {one.value: made["abilities"].get(one.value, 10) for one in Ability}
    by = classes[0]["name"] if len(classes) == 1 else ""
    made["spells"] = [
        {"by": by} | one for one in {one["name"].casefold(): one for one in made.get("spells", [])}.values()
    ]


def _check_counts(made: dict[str, Any], document: Document) -> None:
    """Before anything is looked up: a lookup of an unknown name takes milliseconds."""
    for key, most in _MOST.items():
        if len(made.get(key, [])) > most:
            raise BadFile(Problem(document.line(()), f"{key}: there are {len(made[key]):,}, and {most} at most"))


def _class_name(name: str, library: Library) -> str:
    try:
        return library.class_(name).name
    except NotFound:
        return name


def _kind(name: str, library: Library) -> str:
    """ "armor", "shield", or nothing for other things. What the schema refuses is refused there, with its line."""
    item = Item.model_construct(name=name)
    thing = carry(item, library).thing
    armour = thing.armour if thing else None
    return "" if armour is None else "shield" if armour.type is ArmourKind.SHIELD else "armor"
