"""A folder in the JSON layout of 5e-database as entries: what `bmo dnd import-srd` reads, with every word of it.

Files are known by their names (Spells.json); records of one name in one file are parts of one entry, such as the
twelve "Ability Score Improvement". The file and its words are outside text: what is not as expected is passed over
with a sentence, never run and never trusted to be short.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from bmo.core.errors import Broken
from bmo.dnd.find.entry import Entry, Kind, Part

Record: TypeAlias = Mapping[str, Any]
_MOST_BYTES = 30_000_000
"""Of one file; the longest of the SRD has 1.4 million."""
_MOST_RECORDS = 20_000
_MOST_TEXT = 60_000
"""Characters of one entry."""
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$")


def read(folder: Path, source: str) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries of a folder, and sentences about what of it could not be read.

    Raises `Broken` when none of the files is there.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    for stem, (kind, render) in _FILES.items():
        path = folder / f"{stem}.json"
        if not path.is_file():
            continue
        try:
            records = _records(path)
        except (OSError, ValueError, RecursionError) as fault:
            problems.append(f"{path.name} cannot be read: {fault}.")
            continue
        title = stem.replace("-", " ")
        made = [one for record in records for one in _safely(render, record, kind, source, title, problems)]
        entries += _joined(made)
    if not entries:
        raise Broken(f"{folder} holds no file of the SRD, such as Spells.json.", code="no_srd")
    return tuple(entries), tuple(problems)


def _records(path: Path) -> Sequence[Record]:
    with path.open("rb") as file:
        text = file.read(_MOST_BYTES + 1)
    if len(text) > _MOST_BYTES:
        raise ValueError(f"it has more than {_MOST_BYTES // 1_000_000} MB")
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("it is no list of records")
    return [one for one in found[:_MOST_RECORDS] if isinstance(one, Mapping)]


def _safely(
    render: "Render", record: Record, kind: Kind, source: str, title: str, problems: list[str]
) -> Iterator[Entry]:
    name = record.get("full_name") or record.get("name")
    if not isinstance(name, str) or not name.strip():
        problems.append(f"A record of {title} without a name was left out.")
        return
    try:
        yield from render(record, Entry(kind, source, (title, name.strip()), ""))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        problems.append(f"{name[:80]} of {title} is not written as expected and was left out.")


def _joined(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Entries of one heading as one."""
    together: dict[tuple[str, ...], list[Entry]] = {}
    for one in entries:
        together.setdefault(one.heading, []).append(one)
    for found in together.values():
        first = found[0]
        if len(found) == 1:
            yield first
            continue
        parts = tuple(part for one in found for part in (Part(one.name, one.text), *one.parts) if part.text)
        yield Entry(first.kind, first.source, first.heading, "", tuple(dict.fromkeys(parts)), first.said)


def _text(value: object) -> str:
    """The words of a description, written as a string or as a list of paragraphs."""
    lines = value if isinstance(value, list) else [value]
    return "\n".join(one for one in lines if isinstance(one, str))[:_MOST_TEXT]


def _described(record: Record) -> str:
    return "\n".join(filter(None, (_text(record.get("desc")), _text(record.get("description")))))


def _named(value: object) -> str:
    """Names out of a reference or a list of references."""
    many = value if isinstance(value, list) else [value]
    return ", ".join(str(one["name"]) for one in many if isinstance(one, Mapping) and "name" in one)


def _with(entry: Entry, text: str, parts: Sequence[Part] = ()) -> Iterator[Entry]:
    if text.strip() or parts:
        yield Entry(entry.kind, entry.source, entry.heading, text.strip(), tuple(parts), entry.said)


def _plain(record: Record, entry: Entry) -> Iterator[Entry]:
    yield from _with(entry, _described(record))


def _sections(record: Record, entry: Entry) -> Iterator[Entry]:
    """One entry for every heading that has words under it."""
    path: list[tuple[int, str]] = []
    lines: list[str] = []

    def ended() -> Iterator[Entry]:
        names = [name for _, name in path]
        if names[:1] != [entry.name]:
            names.insert(0, entry.name)
        heading = (entry.heading[0], *names)
        yield from _with(Entry(entry.kind, entry.source, heading, ""), "\n".join(lines))

    for line in _described(record).splitlines():
        found = _HEADING.match(line)
        if found is None:
            lines.append(line)
            continue
        yield from ended()
        lines.clear()
        depth = len(found[1])
        path[:] = [(above, name) for above, name in path if above < depth]
        path.append((depth, found[2].strip()))
    yield from ended()


def _spell(record: Record, entry: Entry) -> Iterator[Entry]:
    level = record.get("level", 0)
    rank = f"Level {level} spell" if level else "Cantrip"
    school = _named(record.get("school")).lower()
    facts = [f"{rank}, {school}", f"casting time {record.get('casting_time', '')}", f"range {record.get('range', '')}"]
    facts.append(f"duration {record.get('duration', '')}")
    facts += ["concentration"] * bool(record.get("concentration")) + ["ritual"] * bool(record.get("ritual"))
    components = ", ".join(map(str, record.get("components", ())))
    facts.append(f"components {components} {_text(record.get('material'))}".strip())
    higher = _text(record.get("higher_level"))
    classes = _named(record.get("classes"))
    yield from _with(entry, "\n".join(filter(None, (_described(record), higher, "; ".join(facts), classes))))


def _creature(record: Record, entry: Entry) -> Iterator[Entry]:
    scores = ", ".join(
        f"{name[:3].upper()} {record[name]}"
        for name in ("strength", "dexterity", "constitution", "intelligence", "wisdom", "charisma")
    )
    armour = record["armor_class"]
    ac = armour[0]["value"] if isinstance(armour, list) else armour
    lines = [
        f"{record.get('size')} {record.get('type')}, {record.get('alignment')}.",
        _described(record),
        f"Armor class {ac}, hit points {record.get('hit_points')} ({record.get('hit_points_roll', '')}).",
        "Speed " + ", ".join(f"{way} {feet}" for way, feet in record.get("speed", {}).items()) + ".",
        scores + f". Challenge {record.get('challenge_rating')} ({record.get('xp')} XP).",
        "Senses " + ", ".join(f"{sense} {far}" for sense, far in record.get("senses", {}).items()) + ".",
        f"Languages {record.get('languages')}.",
        _named([one.get("proficiency") for one in record.get("proficiencies", ())]),
    ]
    for title, key in (("Vulnerable to", "damage_vulnerabilities"), ("Resistant to", "damage_resistances")):
        lines.append(f"{title} {', '.join(record[key])}." if record.get(key) else "")
    lines.append(f"Immune to {', '.join(record['damage_immunities'])}." if record.get("damage_immunities") else "")
    immune = _named(record.get("condition_immunities"))
    lines.append(f"Cannot be {immune}." if immune else "")
    keys = ("special_abilities", "actions", "bonus_actions", "reactions", "legendary_actions")
    parts = [Part(str(one["name"]), _text(one.get("desc"))) for key in keys for one in record.get(key) or ()]
    yield from _with(entry, "\n".join(filter(None, lines)), parts)


def _gear(record: Record, entry: Entry) -> Iterator[Entry]:
    cost, weight = record.get("cost") or {}, record.get("weight")
    facts = [_named(record.get(key)) for key in ("equipment_category", "gear_category", "equipment_categories")]
    facts += [str(record.get(key, "")) for key in ("category_range", "armor_category", "tool_category")]
    facts.append(str(record.get("vehicle_category", "")))
    if cost:
        facts.append(f"costs {cost.get('quantity')} {cost.get('unit')}")
    if weight:
        facts.append(f"weighs {weight} lb.")
    damage, armour = record.get("damage"), record.get("armor_class")
    if isinstance(damage, Mapping):
        facts.append(f"damage {damage.get('damage_dice')} {_named(damage.get('damage_type'))}")
    if isinstance(armour, Mapping):
        facts.append(f"armor class (AC) {armour.get('base')}" + " plus Dexterity modifier" * bool(armour["dex_bonus"]))
    if record.get("str_minimum"):
        facts.append(f"needs Strength {record['str_minimum']}")
    facts += ["disadvantage on Stealth"] * bool(record.get("stealth_disadvantage"))
    facts.append(_named(record.get("properties")))
    contents = [str(_named(one.get("item"))) for one in record.get("contents") or ()]
    facts.append("contains " + ", ".join(contents) if contents else "")
    words = "\n".join(filter(None, (_described(record), _text(record.get("special")))))
    yield from _with(entry, "\n".join(filter(None, (words, "; ".join(filter(None, facts))))))


def _feature(record: Record, entry: Entry) -> Iterator[Entry]:
    of = " ".join(filter(None, (_named(record.get("class")), _named(record.get("subclass")))))
    level = record.get("level")
    owner = f"{of} level {level}" if isinstance(level, int) and level else of
    yield from _with(entry, f"{owner} feature. {_described(record)}" if of else _described(record))


def _class(record: Record, entry: Entry) -> Iterator[Entry]:
    casting = record.get("spellcasting") or {}
    told = casting.get("info") or () if isinstance(casting, Mapping) else ()
    parts = [Part(str(one["name"]), _text(one.get("desc", one.get("description")))) for one in told]
    choices = [
        _text(one.get("desc"))
        for one in (*record["proficiency_choices"], *record.get("starting_equipment_options", ()))
    ]
    lines = [
        f"Class. Hit die d{record['hit_die']}. Saving throws {_named(record.get('saving_throws'))}.",
        f"Proficiencies: {_named(record.get('proficiencies'))}.",
        *choices,
    ]
    joining = (record.get("multi_classing") or {}).get("prerequisites") or ()
    needs = ", ".join(f"{_named(one.get('ability_score'))} {one.get('minimum_score')}" for one in joining)
    parts += [Part("Multiclassing", f"Needs {needs}.")] if needs else []
    yield from _with(entry, "\n".join(lines), parts)


def _people(record: Record, entry: Entry) -> Iterator[Entry]:
    bonuses = ", ".join(
        f"{_named(one.get('ability_score'))} +{one.get('bonus')}" for one in record.get("ability_bonuses") or ()
    )
    lines = [_described(record), f"Ability score increase {bonuses}." if bonuses else ""]
    lines += [str(record.get(key, "")) for key in ("age", "alignment", "size_description", "language_desc")]
    lines.append(f"Speed {record['speed']} feet." if record.get("speed") else "")
    lines.append(f"Traits: {_named(record.get('traits') or record.get('racial_traits'))}.")
    yield from _with(entry, "\n".join(filter(None, lines)))


def _background(record: Record, entry: Entry) -> Iterator[Entry]:
    feature = record.get("feature") or {}
    parts = [Part(str(feature["name"]), _text(feature.get("desc")))] if isinstance(feature, Mapping) and feature else []
    lines = [f"Background. Proficiencies: {_named(record.get('starting_proficiencies', record.get('proficiencies')))}."]
    yield from _with(entry, "\n".join((*lines, _described(record))), parts)


def _language(record: Record, entry: Entry) -> Iterator[Entry]:
    speakers = ", ".join(map(str, record.get("typical_speakers") or ()))
    told = f"Language spoken by {speakers}." if speakers else "Language."
    yield from _with(entry, f"{told} Script {record.get('script', '')}. {_described(record)}")


Render: TypeAlias = Callable[[Record, Entry], Iterator[Entry]]
_FILES: Mapping[str, tuple[Kind, Render]] = {
    "Conditions": (Kind.CONDITION, _plain),
    "Rules": (Kind.RULE, _plain),
    "Rule-Sections": (Kind.RULE, _sections),
    "Spells": (Kind.SPELL, _spell),
    "Monsters": (Kind.CREATURE, _creature),
    "Equipment": (Kind.GEAR, _gear),
    "Poisons": (Kind.GEAR, _plain),
    "Weapon-Properties": (Kind.TERM, _plain),
    "Weapon-Mastery-Properties": (Kind.TERM, _plain),
    "Magic-Items": (Kind.MAGIC_ITEM, _plain),
    "Features": (Kind.FEATURE, _feature),
    "Feats": (Kind.FEATURE, _plain),
    "Classes": (Kind.CLASS, _class),
    "Subclasses": (Kind.CLASS, _feature),
    "Races": (Kind.SPECIES, _people),
    "Subraces": (Kind.SPECIES, _people),
    "Species": (Kind.SPECIES, _people),
    "Subspecies": (Kind.SPECIES, _people),
    "Traits": (Kind.SPECIES, _plain),
    "Backgrounds": (Kind.SPECIES, _background),
    "Skills": (Kind.TERM, _plain),
    "Ability-Scores": (Kind.TERM, _plain),
    "Damage-Types": (Kind.TERM, _plain),
    "Magic-Schools": (Kind.TERM, _plain),
    "Languages": (Kind.TERM, _language),
}
"""Every file that is read, in this order."""
