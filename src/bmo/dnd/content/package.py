"""SRD 5.2.1 as the package `dndwright` carries it (data CC-BY-4.0): the only module that knows its layout.

Only its data files are read; none of its code runs. They are read when a kind is first asked for, and a record is made
when it is.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from bmo.core.errors import Broken
from bmo.dnd.content import mending, spell_wording
from bmo.dnd.content.entries import CharacterClass, ClassFeature
from bmo.dnd.content.item import Armour, ArmourKind, Item, Magic, Rarity, Weapon
from bmo.dnd.content.package_creatures import creature, endings
from bmo.dnd.content.record import DamageRoll, Kind, Record
from bmo.dnd.content.source import Maker
from bmo.dnd.content.spell import School, Spell
from bmo.dnd.content.wording import ability, area, damage_type
from bmo.dnd.rules.slots import Caster
from bmo.dnd.rules.terms import Ability, Edition, Skill

SOURCE = "SRD 5.2.1"
_RANGE = re.compile(r"range (\d+)/(\d+)(?:; (\w+))?", re.IGNORECASE)
_DICE = re.compile(r"\((\d+d\d+)\)")
_AGAIN = re.compile(r"again at \w+ levels ([\d, and]+)")
_BY = re.compile(r"requires attunement by (.*?)\)", re.IGNORECASE)
_CASTERS = {"full_caster": Caster.FULL, "half_caster": Caster.HALF, "pact_caster": Caster.PACT}
_HIT_DICE: Mapping[str, Literal[6, 8, 10, 12]] = {"d6": 6, "d8": 8, "d10": 10, "d12": 12}
_COINS = {"CP": 1, "SP": 10, "EP": 50, "GP": 100, "PP": 1_000}


def entries(kind: Kind) -> Iterator[tuple[str, Maker]]:
    """The names that the package has of a kind, each with what makes its record."""
    for told, make in _READERS.get(kind, dict)().values():
        yield told["name"], partial(make, told)


Told = dict[str, Any]
Entries = dict[str, tuple[Told, Callable[[Told], Record]]]


def _creatures() -> Entries:
    rows = _rows("creatures")
    following = [row["name"] for row in rows[1:]] + [""]
    return {
        row["name"]: (row, partial(creature, source=SOURCE, headings=endings(after)))
        for row, after in zip(rows, following, strict=True)
    }


def _spells() -> Entries:
    rows = _rows("spells")
    mended = mending.spells({row["name"]: row["description"] for row in rows})
    for row in rows:
        row["description"] = mended.texts[row["name"]]
        row["stat_block"] = mended.stat_blocks.get(row["name"], "")
    return {row["name"]: (row, _spell) for row in rows}


def _items() -> Entries:
    done: Entries = {row["name"]: (row, _weapon) for row in _rows("weapons")}
    done |= {row["name"]: (row, _armour) for row in _rows("armor", "armor")}
    magic = _rows("magic_items")
    texts, found = mending.items({row["name"]: row["description"] for row in magic})
    for row in magic:
        done[row["name"]] = ({**row, "description": texts[row["name"]]}, _magic_item)
    for name, type_line, text in found:
        row = {"name": name, "category": type_line.split(",")[0].split(" (")[0], "type_line": type_line}
        done.setdefault(name, (row | {"description": text}, _magic_item))
    return done


def _classes() -> Entries:
    return {told["name"]: (told, _class) for told in _rows("classes")}


_READERS: Mapping[Kind, Callable[[], Entries]] = {
    Kind.CREATURE: _creatures,
    Kind.SPELL: _spells,
    Kind.ITEM: _items,
    Kind.CLASS: _classes,
}


def _rows(name: str, table: str | None = None) -> list[Told]:
    """Rows of one file. Raises `Broken` when the package is not there."""
    try:
        read = json.loads((_folder() / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise Broken("The rules' content is missing: install the package dndwright 0.29.0 again.") from fault
    rows: list[Told] = read[table or name]
    return rows


@cache
def _folder() -> Path:
    spec = find_spec("dndwright")
    if spec is None or not spec.submodule_search_locations:
        raise Broken("The rules' content is missing: install the package dndwright 0.29.0.")
    return Path(spec.submodule_search_locations[0]) / "content"


def _spell(told: Told) -> Spell:
    effect = spell_wording.effect(told["level"], told["description"])
    time, duration = told["casting_time"], told["duration"]
    return Spell(
        name=told["name"],
        source=SOURCE,
        edition=Edition.SRD_5_2,
        level=told["level"],
        school=School(told["school"].casefold()),
        classes=tuple(told["classes"]),
        casting=spell_wording.casting(time),
        casting_time=time.removesuffix(" or Ritual"),
        ritual=time.endswith("or Ritual"),
        range=told["range"],
        range_feet=spell_wording.range_feet(told["range"]),
        components=spell_wording.components(told["components"]),
        duration=duration,
        concentration=duration.startswith("Concentration"),
        text=effect.text,
        higher=effect.higher,
        attack=effect.attack,
        save=effect.save,
        save_halves=effect.save_halves,
        damage=effect.damage,
        healing=effect.healing,
        shots=effect.shots,
        area=area(effect.text),
        stat_block=told["stat_block"],
    )


def _thing(told: Told, category: str, **more: Any) -> Item:
    return Item(name=told["name"], source=SOURCE, edition=Edition.SRD_5_2, category=category, **more)


def _copper(written: str) -> int:
    number, coin = written.replace(",", "").split()
    return int(number) * _COINS[coin]


def _pounds(written: str) -> float:
    number = written.removesuffix(" lb.")
    if number == "—":
        return 0
    whole, _, under = number.partition("/")
    return float(whole) / float(under or 1)


def _weapon(told: Told) -> Item:
    written = [one.casefold() for one in told["properties"]]
    shot = next(filter(None, map(_RANGE.search, written)), None)
    versatile = next((one for one in written if one.startswith("versatile")), "")
    dice = _DICE.search(versatile)
    weapon = Weapon(
        martial=told["category"] == "Martial",
        ranged=told["kind"] == "Ranged",
        damage=DamageRoll(dice=told["damage_dice"], type=damage_type(told["damage_type"])),
        two_handed=dice[1] if dice else None,
        properties=tuple(one.partition(" (")[0] for one in written),
        reach=10 if "reach" in written else 5,
        range=int(shot[1]) if shot else 0,
        long_range=int(shot[2]) if shot else 0,
        ammunition=(shot[3] or "") if shot else "",
        mastery=told["mastery"].casefold(),
    )
    return _thing(told, "weapon", copper=_copper(told["cost"]), pounds=_pounds(told["weight"]), weapon=weapon)


def _armour(told: Told) -> Item:
    cap = told["dex_cap"]
    armour = Armour(
        type=ArmourKind(told["category"].casefold()),
        base=told["base_ac"] or told["ac_bonus"],
        dexterity=told["adds_dex"],
        most_dexterity=cap if isinstance(cap, int) else None,
        strength=told["strength_requirement"] or 0,
        stealth_disadvantage=told["stealth_disadvantage"],
    )
    return _thing(told, "armour", copper=_copper(told["cost"]), pounds=_pounds(told["weight"]), armour=armour)


def _magic_item(told: Told) -> Item:
    line = told["type_line"]
    by = _BY.search(line)
    magic = Magic(
        rarity=Rarity.of(line),
        attunement="requires attunement" in line.casefold(),
        by=by[1] if by else "",
    )
    category = told["category"].casefold().replace("armor", "armour")
    return _thing(told, category, text=f"{line}. {told['description']}".strip(), magic=magic)


def _class(told: Told) -> CharacterClass:
    casts = told["spellcasting"]
    count = re.search(r"\d", told["skill_proficiencies"])
    named = tuple(one for one in Skill if one in told["skill_proficiencies"].casefold())
    features = [one for told_one in told["features"] for one in _features(told_one)]
    features += [
        ClassFeature(level=one["level"], name=one["name"], text=one["description"], subclass=told["subclass"])
        for one in told["subclass_features"]
    ]
    return CharacterClass(
        name=told["name"],
        source=SOURCE,
        edition=Edition.SRD_5_2,
        hit_die=_HIT_DICE[told["hit_die"]],
        primary=told["primary_ability"],
        saves=tuple(one for one in Ability if one in map(ability, told["saving_throws"])),
        skill_choices=int(count[0]) if count else 0,
        skills=named or tuple(Skill),
        weapons=told["weapon_proficiencies"],
        armour=told["armor_training"] if told["armor_training"] != "None" else "",
        tools=told["tool_proficiencies"],
        equipment=told["starting_equipment"],
        caster=_CASTERS[casts["type"]] if casts else Caster.NONE,
        ability=ability(casts["ability"]) if casts else None,
        subclass_level=told["subclass_level"],
        features=tuple(sorted(features, key=lambda one: one.level)),
    )


def _features(told: Told) -> Iterator[ClassFeature]:
    """A feature at its level, and at those at which it comes again."""
    again = _AGAIN.search(told["description"])
    for level in [told["level"], *map(int, re.findall(r"\d+", again[1]) if again else ())]:
        yield ClassFeature(level=level, name=told["name"], text=told["description"])
