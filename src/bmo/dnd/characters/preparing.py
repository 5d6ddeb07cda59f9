"""Which spells are ready: `prepare`, after a long rest, for classes that choose anew."""

from collections.abc import Iterable

from bmo.core.errors import NotFound, Refused
from bmo.dnd.characters import progression
from bmo.dnd.characters.build import build
from bmo.dnd.characters.casting import SpellLine, spell_lines
from bmo.dnd.characters.schema import Character, KnownSpell
from bmo.dnd.content import Library, Spell
from bmo.dnd.rules.terms import Edition

_ONE_A_REST = {Edition.SRD_5_1: frozenset[str](), Edition.SRD_5_2: frozenset({"paladin", "ranger"})}
"""SRD 5.2.1: these exchange one spell on a long rest, the others all of them."""


def prepare(
    character: Character, class_name: str, names: Iterable[str], library: Library, edition: Edition | None = None
) -> Character:
    """The same character with these spells (of level 1 and above) ready by this class, and no others of it.

    Raises `NotFound` for an unknown spell and `Refused` for too many, one of another list or too high a level, one that
    is not in a wizard's book, and for classes that change their spells with a level only.
    SRD 5.1 "Preparing and Casting Spells", SRD 5.2.1 "Changing Your Prepared Spells".
    """
    built = build(character, library, edition)
    line = next((one for one in spell_lines(built) if _same(one.by, class_name)), None)
    if line is None:
        raise Refused(f"{character.name} prepares no spells as {class_name}.", code="no_caster")
    key = line.by.casefold()
    if key in progression.SWAPS[built.edition]:
        raise Refused(f"A {key} changes spells with a level only (`forget` of level_up).", code="knows_spells")
    wanted = {spell.name: spell for spell in (library.spell(name) for name in names)}
    _check(character, line, wanted)
    mine = {one.name: one for one in character.spells if _same(one.by, line.by) and _levelled(one, library)}
    ready = {name for name, one in mine.items() if one.prepared}
    if key in _ONE_A_REST[built.edition] and len(ready) == line.prepared and len(ready - set(wanted)) > 1:
        raise Refused(f"A {key} exchanges one spell on a long rest.", code="one_a_rest")
    others = tuple(one for one in character.spells if one.name not in mine or not _same(one.by, line.by))
    book = _book(mine, wanted, line) if key == "wizard" else [KnownSpell(name=name, by=line.by) for name in wanted]
    return Character(**dict(character) | {"spells": (*others, *book)})


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _levelled(one: KnownSpell, library: Library) -> bool:
    """Whether it is one of those that are chosen anew; what the library does not have stays as it is."""
    try:
        return library.spell(one.name).level > 0
    except NotFound:
        return False


def _check(character: Character, line: SpellLine, wanted: dict[str, Spell]) -> None:
    if len(wanted) > line.prepared:
        raise Refused(
            f"{character.name} has room for {line.prepared} spells, not {len(wanted)}.", code="too_many_spells"
        )
    for spell in wanted.values():
        if not 1 <= spell.level <= line.highest:
            sentence = f"{spell.name} is of level {spell.level}; ready can be level 1 to {line.highest}."
            raise Refused(sentence, code="not_an_option")
        if line.by not in spell.classes and line.by != "Wizard":
            raise Refused(f"{spell.name} is not on the list of the {line.by.casefold()}.", code="not_an_option")


def _book(mine: dict[str, KnownSpell], wanted: dict[str, Spell], line: SpellLine) -> list[KnownSpell]:
    """All of a wizard's book, with those that are ready marked."""
    for name in wanted:
        if name not in mine:
            raise Refused(f"{name} is not in the spellbook.", code="not_in_book")
    return [KnownSpell(name=name, by=line.by, prepared=name in wanted) for name in mine]
