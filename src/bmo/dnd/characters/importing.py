"""A file or pasted text becomes a character, or is refused with line and reason; nothing is changed by reading."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import JsonValue

from bmo.core.errors import BmoError, NotFound
from bmo.dnd.characters import foreign, own, stat_block
from bmo.dnd.characters.build import Build, build
from bmo.dnd.characters.defence import armor_class, hit_points
from bmo.dnd.characters.reading import BadFile, Problem, parse, read_file, shown, text_of
from bmo.dnd.characters.schema import Character, ClassLevels
from bmo.dnd.content import Library

FOLDER_LIMIT = 1_000
"""Files of a folder that are looked at."""
_SUFFIXES = {".json", ".dndchar", ".txt", ".md"}
_HP = ("hp", "hitpoints", "maxhp", "hpmax", "hitpointmaximum", "maxhitpoints")
_AC = ("ac", "armorclass", "armourclass")
_MOST_HP = 10_000


@dataclass(frozen=True, slots=True)
class Imported:
    """A character, and what was not understood or does not agree."""

    character: Character
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """One file of a folder."""

    path: Path
    imported: Imported | None
    problem: str = ""


def import_character(raw: bytes, library: Library) -> Imported:
    """From our own JSON, that of other programs, or a pasted stat block.

    Raises `TooLarge` and `BadFile` (both `Refused`), with the line and the reason.
    """
    text = text_of(raw)
    document = parse(text) if text.lstrip()[:1] in ("{", "[") else stat_block.parse(text)
    if own.is_own(document):
        character = own.read(document)
        return Imported(character, tuple(_strangers(character, library)))
    try:
        return _compared(foreign.read(document, library), library)
    except _Number as fault:
        raise BadFile(Problem(document.line(_path(document.value, fault.keys)), fault.args[0])) from fault


def import_file(path: Path, library: Library) -> Imported:
    """From a file. Raises as `import_character`, and `NotFound`."""
    return import_character(read_file(path), library)


def import_folder(folder: Path, library: Library) -> Iterator[Read]:
    """Every character file of a folder, by name, with what is wrong about those that cannot be read."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.casefold() in _SUFFIXES)
    except OSError:
        return
    for path in paths[:FOLDER_LIMIT]:
        try:
            yield Read(path, import_file(path, library))
        except BmoError as fault:
            yield Read(path, None, fault.sentence)
    if len(paths) > FOLDER_LIMIT:
        yield Read(folder, None, f"only the first {FOLDER_LIMIT:,} files of {len(paths):,} are looked at")


class _Number(Exception):
    """A number of the file that cannot be."""

    def __init__(self, sentence: str, keys: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.keys = keys


def _path(value: JsonValue, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Where the first of these plain keys stands."""
    if isinstance(value, dict):
        for key in value:
            if foreign.plain(key) in keys:
                return (key,)
    return ()


def _compared(character: Character, library: Library) -> Imported:
    strange = [shown(key) for key in character.extra if foreign.plain(key) not in (*_HP, *_AC)]
    notes = [f"Kept, but not understood: {', '.join(strange[:30])}."] if strange else []
    notes += _strangers(character, library)
    said = {foreign.plain(key): value for key, value in character.extra.items()}
    said_hp, said_ac = _said(said, _HP), _said(said, _AC)
    if not character.classes:
        return Imported(character, (*notes, "There is no class in it: level_up gives the first level."))
    try:
        built = build(character, library)
    except NotFound:
        return Imported(character, tuple(notes))
    if said_hp is not None:
        character, note = _with_hit_points(built, said_hp)
        notes += note
    if said_ac is not None and said_ac != armor_class(built):
        notes.append(f"The file says AC {said_ac}; by what is worn it is {armor_class(built)}.")
    return Imported(character, tuple(notes))


def _strangers(character: Character, library: Library) -> Iterator[str]:
    """Names that the library does not have: kept as they are."""
    for one in character.classes:
        try:
            library.class_(one.name)
        except NotFound as fault:
            yield fault.sentence
    missing = []
    for spell in character.spells:
        try:
            library.spell(spell.name)
        except NotFound:
            missing.append(spell.name)
    if missing:
        yield f"Spells that are not in the library: {', '.join(missing[:20])}."


def _said(values: dict[str, JsonValue], keys: tuple[str, ...]) -> int | None:
    """A number of the file that is compared, not kept: an hp maximum, an AC. Raises `_Number` when it cannot be."""
    for key in keys:
        value = values.get(key)
        if isinstance(value, dict):
            lowered = {word.casefold(): one for word, one in value.items()}
            value = next((lowered[word] for word in ("max", "maximum", "value", "total") if word in lowered), None)
        if value is None:
            continue
        if isinstance(value, str) and value.strip().isdigit() and len(value) < 9:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Number(f"{key}: a whole number is expected here", keys)
        if not 0 <= value <= _MOST_HP:
            raise _Number(f"{key}: {value:g} is not 0 to {_MOST_HP:,}", keys)
        return int(value)
    return None


def _with_hit_points(built: Build, said: int) -> tuple[Character, list[str]]:
    """Hit dice that make the maximum of the file, as evenly as can be; the sheet does not tell how each one fell."""
    character = built.character
    missing = said - hit_points(built)
    if missing == 0:
        return character, []
    classes = []
    for place, (one, record) in enumerate(built.classes):
        average, rolled = record.hit_die // 2 + 1, []
        for level in range(one.level):
            first = place == 0 and level == 0
            face = average if first else min(record.hit_die, max(1, average + missing))
            missing -= 0 if first else face - average
            rolled.append(None if first else face)
        classes.append(ClassLevels(name=one.name, level=one.level, subclass=one.subclass, rolled=tuple(rolled)))
    found = character.model_copy(update={"classes": tuple(classes)})
    again = tuple((one, record) for one, (_, record) in zip(classes, built.classes, strict=True))
    if hit_points(replace(built, character=found, classes=again)) != said:
        own_points = hit_points(built)
        return character, [f"The file says {said} hit points; class, level and Constitution give {own_points}."]
    return found, [f"The hit dice are set so that they make the {said} hit points of the file."]
