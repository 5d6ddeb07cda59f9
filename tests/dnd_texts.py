"""Pages of an SRD that nobody wrote: creatures and spells of our own, laid out as the SRD lays out its own."""

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
