"""The typed content as entries: what comes with BMO, and what was imported into it."""

from collections.abc import Iterator
from functools import singledispatch

from bmo.dnd.content import CharacterClass, ConditionEntry, Creature, Item, Library, Record, RuleEntry, Spell
from bmo.dnd.content import Kind as ContentKind
from bmo.dnd.find.entry import Entry, Kind, Part


def read(library: Library) -> tuple[Entry, ...]:
    """Every record of the library; each feature of a class is an entry of its own."""
    return tuple(entry for kind in ContentKind for record in library.every(kind) for entry in _entries(record))


@singledispatch
def _entries(record: Record) -> Iterator[Entry]:
    """Raises `TypeError` for a kind of record that is not told of here."""
    raise TypeError(f"nothing tells how {type(record).__name__} is found")


@_entries.register
def _rule(record: RuleEntry) -> Iterator[Entry]:
    above = tuple(one.strip() for one in record.section.split(">") if one.strip())
    heading = above if above[-1:] == (record.name,) else (*above, record.name)
    yield Entry(Kind.RULE, record.source, ("Rules", *heading), record.text, said=record.also)


@_entries.register
def _condition(record: ConditionEntry) -> Iterator[Entry]:
    yield Entry(Kind.CONDITION, record.source, ("Conditions", record.name), record.text, said=record.also)


@_entries.register
def _spell(record: Spell) -> Iterator[Entry]:
    rank = f"Level {record.level} spell" if record.level else "Cantrip"
    facts = (
        f"{rank}, {record.school}; casting time {record.casting_time}; range {record.range}; duration {record.duration}"
    )
    facts += "; concentration" * record.concentration + "; ritual" * record.ritual
    text = "\n".join(filter(None, (record.text, record.higher, f"{facts}; {', '.join(record.classes)}")))
    yield Entry(Kind.SPELL, record.source, ("Spells", record.name), text)


@_entries.register
def _creature(record: Creature) -> Iterator[Entry]:
    ways = {way: feet for way, feet in record.speeds.model_dump().items() if feet and way != "hover"}
    scores = ", ".join(f"{ability.value[:3].upper()} {score}" for ability, score in record.abilities.items())
    lines = [
        f"{record.size} {record.type}, {record.alignment}.",
        f"Armor class {record.ac}, hit points {record.hp} ({record.hit_dice}).",
        "Speed " + ", ".join(f"{way} {feet} ft." for way, feet in ways.items()) + ".",
        f"{scores}. Challenge {record.rating} ({record.xp} XP).",
        "Senses " + ", ".join(f"{sense} {feet} ft." for sense, feet in record.senses.items()) + ".",
    ]
    for title, types in (
        ("Vulnerable to", record.vulnerabilities),
        ("Resistant to", record.resistances),
        ("Immune to", record.immunities),
        ("Cannot be", record.condition_immunities),
    ):
        lines += [f"{title} {', '.join(types)}."] if types else []
    parts = [Part(one.name, one.text) for one in record.traits]
    parts += [Part(one.name, one.text) for one in record.actions]
    yield Entry(Kind.CREATURE, record.source, ("Monsters", record.name), "\n".join(lines), tuple(parts))


@_entries.register
def _item(record: Item) -> Iterator[Entry]:
    facts = [record.category, f"costs {record.price}" if record.copper is not None else ""]
    facts.append(f"weighs {record.pounds:g} lb." if record.pounds else "")
    if record.weapon is not None and record.weapon.damage is not None:
        kind = record.weapon.damage.type
        facts.append(f"damage {record.weapon.damage.dice} {kind or ''}".strip())
        facts.append(", ".join(record.weapon.properties))
    if record.armour is not None:
        facts.append(f"armor class (AC) {record.armour.base}" + " plus Dexterity modifier" * record.armour.dexterity)
        facts.append(f"needs Strength {record.armour.strength}" if record.armour.strength else "")
        facts.append("disadvantage on Stealth" if record.armour.stealth_disadvantage else "")
    if record.magic is not None:
        facts.append(record.magic.rarity + ", requires attunement" * record.magic.attunement)
    kind_of = Kind.GEAR if record.magic is None else Kind.MAGIC_ITEM
    title = "Equipment" if record.magic is None else "Magic Items"
    text = "\n".join(filter(None, (record.text, "; ".join(filter(None, facts)))))
    yield Entry(kind_of, record.source, (title, record.name), text)


@_entries.register
def _class(record: CharacterClass) -> Iterator[Entry]:
    lines = (
        f"Class. Hit die d{record.hit_die}. Primary ability {record.primary}.",
        f"Saving throws {', '.join(record.saves)}. Weapons: {record.weapons}. Armor: {record.armour}.",
        f"Skills: choose {record.skill_choices} of {', '.join(record.skills)}.",
        f"Starting equipment: {record.equipment}" if record.equipment else "",
    )
    yield Entry(Kind.CLASS, record.source, ("Classes", record.name), "\n".join(filter(None, lines)))
    for one in record.features:
        owner = one.subclass or record.name
        text = f"{record.name} level {one.level} feature. {one.text}"
        yield Entry(Kind.FEATURE, record.source, ("Classes", owner, one.name), text)
