"""Pages of an SRD that nobody wrote: creatures and spells of our own, laid out as the SRD does; records printed so."""

import textwrap
from collections.abc import Iterable, Iterator

from bmo.dnd.content import Action, Creature, Economy, Feature, Spell
from bmo.dnd.rules.checks import modifier
from bmo.dnd.rules.terms import Ability

OLD_MARKDOWN = """\
# System Reference Document 5.1

## Combat in the Kitchen

Whoever holds the spoon goes first.

### Cover

A pan is half cover.

## Monsters

### Soup Drake

*Medium dragon (broth), neutral good*

**Armor Class** 15 (natural armor)

**Hit Points** 45 (7d8 + 14)

**Speed** 30 ft., fly 60 ft. (hover)

| STR | DEX | CON | INT | WIS | CHA |
|:---:|:---:|:---:|:---:|:---:|:---:|
| 16 (+3) | 12 (+1) | 14 (+2) | 8 (−1) | 13 (+1) | 10 (+0) |

**Saving Throws** Dex +3, Con +4

**Skills** Perception +3, Sleight of Hand +5

**Damage Resistances** fire, cold

**Damage Immunities** poison

**Condition Immunities** poisoned, prone, exhaustion

**Senses** darkvision 60 ft., passive Perception 13

**Languages** Common, Draconic

**Challenge** 1/2 (100 XP)

***Warm.*** Ice melts beside it. It never
freezes.

***Simmer (3/Day).*** It hums.

#### Actions

***Multiattack.*** It makes two attacks with its ladle.

***Ladle.*** *Melee Weapon Attack:* +5 to hit, reach 10 ft., one target. *Hit:* 8 (1d10 + 3) bludgeoning damage plus \
3 (1d6) fire damage.

***Steam (Recharge 5–6).*** Each creature in a 15-foot cone must make a DC 12 Constitution saving throw, taking 14 \
(4d6) fire damage on a failed save, or half as much damage on a successful one.

#### Reactions

***Spill.*** It spills.

## Spells

#### Broth Bolt

*2nd-level evocation*

**Casting Time:** 1 action

**Range:** 90 feet

**Components:** V, S, M (a leaf of celery)

**Duration:** Concentration, up to 1 minute

A bolt of broth flies out. Make a ranged spell attack. On a hit, the target takes 3d6 fire damage.

***At Higher Levels.*** When you cast this spell using a spell slot of 3rd level or higher, the damage \
increases by 1d6 for each slot level above 2nd.

#### Half a Spell

*3rd-level illusion*

**Casting Time:** 1 action

Nothing more is known of it.
"""

NEW_PAGES = (
    """System Reference Document 5.2.1
Teapot Golem
Large Construct, Unaligned
AC 17 Initiative +0 (10)
HP 76 (9d10 + 27)
Speed 20 ft.
MOD SAVE MOD SAVE MOD SAVE
Str 18 +4 +4 Dex 10 +0 +3 Con 17 +3 +3
Int 3 -4 -4 Wis 10 +0 +0 Cha 1 -5 -5
Immunities Poison; Charmed, Poisoned, Exhaustion
Senses Darkvision 60 ft.; Passive Perception 10
Languages None
CR 5 (XP 1,800; PB +3)
Traits
Whistle. The golem can be heard a mile away when it is angry, and also when
it is not.
Actions
Multiattack. The golem makes two Spout attacks.
Spout. Melee Attack Roll: +7, reach 10 ft. Hit: 13 (2d8 + 4) Slashing damage plus 3 (1d6) Fire damage.
Boil (Recharge 6). Dexterity Saving Throw: DC 14, each creature in a 30-foot-long, 5-foot-wide Line. Fail-
ure: 22 (4d10) Fire damage. Success: Half damage.""",
    """Tea Ward
Level 1 Abjuration (Cleric, Wizard)
Casting Time: Action or Ritual
Range: 30 feet
Components: V, S
Duration: 1 hour
A creature that drinks makes a Wisdom saving throw.
Brewing Tools
Anybody may brew.""",
)


def stat_block(one: Creature) -> str:
    """A creature as a page of SRD 5.2.1 has it, in lines of sixty characters."""
    skills = ", ".join(f"{skill.value.title()} {bonus:+}" for skill, bonus in one.skills.items())
    conditions = [each.title() for each in one.condition_immunities] + ["Exhaustion"] * one.immune_to_exhaustion
    immunities = "; ".join(filter(None, [", ".join(each.title() for each in one.immunities), ", ".join(conditions)]))
    senses = ", ".join(f"{sense.title()} {feet} ft." for sense, feet in one.senses.items())
    lines = [
        one.name,
        f"{one.size.title()} {one.type.title()}{f' ({one.subtype})' if one.subtype else ''}, {one.alignment}",
        f"AC {one.ac} Initiative {one.initiative:+} ({10 + one.initiative})",
        f"HP {one.hp} ({one.hit_dice})",
        f"Speed {_speed(one)}",
        "MOD SAVE MOD SAVE MOD SAVE",
        *(
            " ".join(f"{a.title()} {one.abilities[a]} {modifier(one.abilities[a]):+} {one.save(a):+}" for a in row)
            for row in (list(Ability)[:3], list(Ability)[3:])
        ),
        f"Skills {skills}",
        f"Resistances {', '.join(each.title() for each in one.resistances)}",
        f"Vulnerabilities {', '.join(each.title() for each in one.vulnerabilities)}",
        f"Immunities {immunities}",
        f"Senses {'; '.join(filter(None, [senses, f'Passive Perception {one.passive_perception}']))}",
        f"Languages {', '.join(one.languages) or 'None'}",
        f"CR {one.rating} (XP {one.xp:,}; PB +{one.proficiency_bonus})",
        *_entries("Traits", one.traits),
    ]
    for economy in Economy:
        lines += _entries(f"{economy.title()}s", [each for each in one.actions if each.economy is economy])
    return "\n".join(line for line in lines if not line.endswith(" "))


def _speed(one: Creature) -> str:
    ways = [f"{way.title()} {getattr(one.speeds, way)} ft." for way in ("burrow", "climb", "fly", "swim")]
    told = [f"{one.speeds.walk} ft.", *(way for way in ways if " 0 ft." not in way)]
    return ", ".join(told) + (" (hover)" if one.speeds.hover else "")


def _entries(title: str, entries: Iterable[Feature | Action]) -> Iterator[str]:
    for number, one in enumerate(entries):
        if number == 0:
            yield title
        recharge = f" (Recharge {one.recharge}-6)" if isinstance(one, Action) and one.recharge else ""
        note = f" ({one.uses})" if one.uses else recharge
        yield from textwrap.wrap(f"{one.name}{note}. {one.text}", 60, break_on_hyphens=False)


def spell_entry(one: Spell) -> str:
    """A spell as a page of SRD 5.2.1 has it, in lines of sixty characters."""
    school, classes = one.school.title(), ", ".join(one.classes)
    letters = [*("V" * one.components.verbal), *("S" * one.components.somatic)]
    material = [f"M ({one.components.material})"] if one.components.material else []
    higher = "Cantrip Upgrade" if one.level == 0 else "Using a Higher-Level Spell Slot"
    lines = [
        one.name,
        f"Level {one.level} {school} ({classes})" if one.level else f"{school} Cantrip ({classes})",
        *textwrap.wrap(f"Casting Time: {one.casting_time}{' or Ritual' if one.ritual else ''}", 60),
        f"Range: {one.range}",
        *textwrap.wrap(f"Components: {', '.join([*letters, *material])}", 60),
        f"Duration: {one.duration}",
        *textwrap.wrap(f"{one.text}{f' {higher}. {one.higher}' if one.higher else ''}", 60, break_on_hyphens=False),
    ]
    return "\n".join(lines)
