"""Rows: attacks, cover, damage, dying."""

from typing import Any

from bmo.dnd.dice import Advantage, ScriptedLuck
from bmo.dnd.rules import attacks, cover, damage, dying, weapons
from bmo.dnd.rules.attacks import Circumstances
from bmo.dnd.rules.conditions import Reasons
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.damage import Defences, HitPoints
from bmo.dnd.rules.dying import Fate, Saves
from bmo.dnd.rules.terms import Condition, DamageType, Edition, Size
from bmo.dnd.rules.weapons import Weapon
from srd.row import NEW, OLD, Refusal, Row, case, table

NONE, BETTER, WORSE = Advantage.NONE, Advantage.ADVANTAGE, Advantage.DISADVANTAGE
FIRE, COLD, SLASHING = DamageType.FIRE, DamageType.COLD, DamageType.SLASHING


def around(**named: Any) -> Circumstances:
    for side in ("attacker", "target"):
        named[side] = frozenset({Condition(word) for word in named.get(side, "").split()})
    return Circumstances(**named)


def advantage(**named: Any) -> Advantage:
    return attacks.advantage(around(**named))


def attack(faces: list[int], bonus: int, armor_class: int, critical_from: int = 20, **named: Any) -> tuple[bool, bool]:
    """Whether it hits, and critically."""
    luck = ScriptedLuck(faces)
    rest = {key: named.pop(key) for key in ("reach", "more") if key in named}
    done = attacks.attack(bonus, armor_class, around(**named), luck, critical_from=critical_from, **rest)
    assert luck.left == 0
    return done.hit, done.critical


def reached(reach: int = 5, **named: Any) -> None:
    attacks.check_reach(around(**named), reach)


def dealt(faces: list[int], dice: str, defences: Defences = damage.NO_DEFENCES, **named: Any) -> int:
    return attacks.deal(dice, SLASHING, ScriptedLuck(faces), defences, **named).total


def taken(kind: DamageType, amount: int, **defences: Any) -> int:
    sets = {name: frozenset(kinds) if name != "everything" else kinds for name, kinds in defences.items()}
    return damage.taken(kind, amount, Defences(**sets)).taken


def defended(kind: DamageType, amount: int, *names: Condition, immersed: bool = False) -> int:
    return damage.taken(kind, amount, damage.defended(damage.NO_DEFENCES, names, immersed=immersed)).taken


def hurt(current: int, maximum: int, amount: int, temporary: int = 0) -> tuple[int, int, bool, bool]:
    """Hit points and temporary ones afterwards, whether it dropped, whether it died at once."""
    done = damage.hurt(HitPoints(current, maximum, temporary), amount)
    return done.after.current, done.after.temporary, done.dropped, done.killed


def knocked_out(current: int, amount: int, *, melee: bool = True, edition: Edition = OLD) -> int:
    return damage.knock_out(damage.hurt(HitPoints(current, 20), amount), melee=melee, edition=edition).current


def death_save(faces: list[int], successes: int, failures: int, **named: Any) -> tuple[Saves, Fate]:
    saved = dying.death_save(Saves(successes, failures), ScriptedLuck(faces), **named)
    return saved.saves, saved.fate


def awake(face: int) -> int:
    return dying.hours_until_awake(ScriptedLuck([face]))


ATTACKS: list[Row] = [
    *table("attacks", OLD, "Attack Rolls", attack,
           case((True, False), [10], 5, 15), case((False, False), [9], 5, 15), case((True, False), [2], 20, 15)),
    *table("attacks", OLD, "Rolling 1 or 20", attack,
           case((True, True), [20], -5, 30), case((False, False), [1], 40, 10)),
    *table("attacks", OLD, "Improved Critical", attack,
           case((True, True), [19], 5, 15, 19), case((False, False), [19], 0, 25, 19),
           case((True, False), [18], 5, 15, 19)),
    *table("attacks", OLD, "Paralyzed", attack,
           case((True, True), [10, 9], 5, 15, target="paralyzed"),
           case((True, False), [10, 9], 5, 15, reach=10, target="paralyzed", distance=10),
           case((False, False), [4, 9], 5, 15, target="paralyzed")),
    *table("attacks", OLD, "Unconscious", attack,
           case((True, True), [10, 9], 5, 15, target="unconscious"),
           case((True, False), [10], 5, 15, target="unconscious", distance=30, ranged=True, normal_range=80)),
    *table("attacks", OLD, "Critical Hits", dealt,
           case(10, [3, 4], "1d8+3", critical=True), case(6, [3], "1d8+3"),
           case(16, [1, 2, 3, 4], "1d8+6+1d6", critical=True)),
    *table("attacks", OLD, "Advantage and Disadvantage", attack,
           case((True, False), [3, 10], 5, 15, more=Reasons(("inspiration",))),
           case((False, False), [3, 10], 5, 15, more=Reasons((), ("rain",))),
           case((False, False), [3], 5, 15, more=Reasons(("inspiration",)), attacker="poisoned")),
    *table("attacks", OLD, "Damage Rolls", dealt, case(0, [1], "1d4-3"), case(4, [4], "1d4")),
    *table("attacks", OLD, "Unseen Attackers and Targets", advantage,
           case(WORSE, target_unseen=True), case(BETTER, attacker_unseen=True),
           case(NONE, attacker_unseen=True, target_unseen=True)),
    *table("attacks", OLD, "Help", advantage, case(BETTER, helped=True), case(NONE, helped=True, attacker="poisoned")),
    *table("attacks", OLD, "Dodge", advantage,
           case(WORSE, dodging=True), case(BETTER, dodging=True, target="stunned"),
           case(NONE, dodging=True, target="grappled"), case(BETTER, dodging=True, attacker_unseen=True),
           case(NONE, dodging=True, target_exhaustion=5)),
    *table("attacks", OLD, "Blinded", advantage,
           case(WORSE, attacker="blinded"), case(BETTER, target="blinded"),
           case(NONE, attacker="blinded", target="blinded"), case(BETTER, target="blinded", dodging=True)),
    *table("attacks", OLD, "Charmed", reached,
           case(Refusal("charmed"), attacker="charmed", at_charmer=True), case(None, attacker="charmed")),
    *table("attacks", OLD, "Frightened", advantage,
           case(WORSE, attacker="frightened"), case(NONE, attacker="frightened", fear_in_sight=False)),
    *table("attacks", OLD, "Grappled", advantage, case(NONE, attacker="grappled", at_grappler=False)),
    *table("attacks", NEW, "Grappled", advantage,
           case(WORSE, attacker="grappled", at_grappler=False, edition=NEW),
           case(NONE, attacker="grappled", edition=NEW)),
    *table("attacks", OLD, "Incapacitated", reached,
           case(Refusal("incapacitated"), attacker="incapacitated"),
           case(Refusal("incapacitated"), attacker="stunned")),
    *table("attacks", OLD, "Invisible", advantage,
           case(BETTER, attacker="invisible"), case(WORSE, target="invisible"),
           case(WORSE, target="invisible", target_seen=True), case(BETTER, attacker="invisible", dodging=True)),
    *table("attacks", NEW, "Invisible", advantage,
           case(WORSE, target="invisible", edition=NEW),
           case(NONE, target="invisible", target_seen=True, edition=NEW),
           case(NONE, attacker="invisible", attacker_seen=True, edition=NEW)),
    *table("attacks", OLD, "Paralyzed", advantage, case(BETTER, target="paralyzed", distance=60)),
    *table("attacks", OLD, "Petrified", advantage, case(BETTER, target="petrified")),
    *table("attacks", OLD, "Poisoned", advantage, case(WORSE, attacker="poisoned"), case(NONE, target="poisoned")),
    *table("attacks", OLD, "Restrained", advantage,
           case(WORSE, attacker="restrained"), case(BETTER, target="restrained")),
    *table("attacks", NEW, "Stunned", advantage, case(BETTER, target="stunned", edition=NEW)),
    *table("attacks", OLD, "Range", advantage,
           case(NONE, ranged=True, normal_range=80, long_range=320, distance=80),
           case(WORSE, ranged=True, normal_range=80, long_range=320, distance=85)),
    *table("attacks", OLD, "Range", reached,
           case(None, ranged=True, normal_range=80, long_range=320, distance=320),
           case(Refusal("out_of_range"), ranged=True, normal_range=80, long_range=320, distance=325),
           case(Refusal("out_of_range"), ranged=True, normal_range=120, distance=125), case(None, ranged=True)),
    *table("attacks", OLD, "Melee Attacks", reached, case(None, distance=5),
           case(Refusal("out_of_range"), distance=10)),
    *table("attacks", OLD, "Reach", reached, case(None, 10, distance=10),
           case(Refusal("out_of_range"), 10, distance=15)),
    *table("attacks", OLD, "Underwater Combat", reached,
           case(Refusal("out_of_range"), ranged=True, normal_range=80, long_range=320, distance=85, underwater=True),
           case(None, ranged=True, normal_range=80, long_range=320, distance=80, underwater=True)),
    *table("attacks", OLD, "Underwater Combat", advantage, case(WORSE, underwater=True, underwater_unfit=True)),
    *table("attacks", OLD, "Squeezing into a Smaller Space", advantage,
           case(WORSE, attacker_squeezes=True), case(BETTER, target_squeezes=True)),
    *table("attacks", OLD, "Heavy", advantage, case(WORSE, too_heavy=True)),
    *table("attacks", OLD, "Heavy", weapons.too_heavy,
           case(True, Size.SMALL, 18, 18, ranged=False), case(False, Size.MEDIUM, 8, 8, ranged=False)),
    *table("attacks", NEW, "Heavy", weapons.too_heavy,
           case(True, Size.MEDIUM, 12, 18, ranged=False, edition=NEW),
           case(False, Size.SMALL, 13, 8, ranged=False, edition=NEW),
           case(True, Size.MEDIUM, 18, 12, ranged=True, edition=NEW)),
    *table("attacks", OLD, "Two-Weapon Fighting", weapons.second_weapon,
           case(True, Weapon("handaxe", light=True), Weapon("dagger", light=True)),
           case(Refusal("not_light"), Weapon("longsword"), Weapon("dagger", light=True)),
           case(Refusal("not_light"), Weapon("hand crossbow", light=True, ranged=True), Weapon("dagger", light=True)),
           case(Refusal("same_weapon"), Weapon("dagger", light=True), Weapon("dagger", light=True), same=True)),
    *table("attacks", OLD, "Two-Weapon Fighting", weapons.two_weapon_bonus,
           case(0, 3), case(-1, -1), case(3, 3, fighting_style=True)),
    *table("attacks", NEW, "Light", weapons.second_weapon,
           case(True, Weapon("hand crossbow", light=True, ranged=True), Weapon("club", light=True), edition=NEW)),
    *table("attacks", NEW, "Nick", weapons.second_weapon,
           case(False, Weapon("dagger", light=True, nick=True), Weapon("club", light=True), edition=NEW),
           case(True, Weapon("dagger", light=True, nick=True), Weapon("club", light=True), nicked=True, edition=NEW)),
    *table("ranged in melee", OLD, "Ranged Attacks in Close Combat", advantage,
           case(WORSE, ranged=True, enemy_near=True), case(NONE, ranged=False, enemy_near=True),
           case(NONE, ranged=True, enemy_near=True, attacker_unseen=True)),
    *table("cover", OLD, "Cover", attack,
           case((True, False), [10], 5, 15), case((False, False), [11], 5, 15, cover=Cover.HALF),
           case((True, False), [12], 5, 15, cover=Cover.HALF), case((False, False), [14], 5, 15, cover=Cover(5)),
           case((True, False), [15], 5, 15, cover=Cover.THREE_QUARTERS)),
    *table("cover", OLD, "Cover", reached, case(Refusal("total_cover"), cover=Cover.TOTAL)),
    *table("cover", OLD, "Cover", cover.best,
           case(Cover.THREE_QUARTERS, Cover.HALF, Cover.THREE_QUARTERS), case(Cover.NONE),
           case(Cover.HALF, Cover.HALF)),
]  # fmt: skip

DAMAGE: list[Row] = [
    *table("damage with resistance, vulnerability, immunity", OLD, "Damage Resistance and Vulnerability", taken,
           case(12, FIRE, 25, resistances=[FIRE]), case(50, FIRE, 25, vulnerabilities=[FIRE]),
           case(0, FIRE, 25, immunities=[FIRE]), case(25, COLD, 25, resistances=[FIRE]),
           case(24, FIRE, 25, resistances=[FIRE], vulnerabilities=[FIRE]),
           case(12, FIRE, 25, resistances=[FIRE], everything=True), case(0, FIRE, 1, resistances=[FIRE]),
           case(0, FIRE, -3), case(0, FIRE, 9, immunities=[FIRE], vulnerabilities=[FIRE])),
    *table("damage with resistance, vulnerability, immunity", OLD, "Damage Types", dealt,
           case(9, [3, 6], "1d8[slashing]+1d6[fire]"),
           case(6, [3, 6], "1d8[slashing]+1d6[fire]", Defences(resistances=frozenset({FIRE}))),
           case(4, [3, 6], "1d8[slashing]+1d6[fire]", halved=True),
           case(Refusal("bad_damage_type"), [3], "1d8[silly]")),
    *table("damage with resistance, vulnerability, immunity", OLD, "Petrified", defended,
           case(4, COLD, 9, Condition.PETRIFIED), case(9, COLD, 9)),
    *table("damage with resistance, vulnerability, immunity", OLD, "Underwater Combat", defended,
           case(4, FIRE, 9, immersed=True), case(9, COLD, 9, immersed=True)),
    *table("damage with resistance, vulnerability, immunity", OLD, "Temporary Hit Points", hurt,
           case((10, 1, False, False), 10, 10, 4, 5), case((8, 0, False, False), 10, 10, 7, 5)),
    *table("damage with resistance, vulnerability, immunity", OLD, "Temporary Hit Points", damage.protect,
           case(HitPoints(5, 10, 12), HitPoints(5, 10, 10), 12), case(HitPoints(5, 10, 12), HitPoints(5, 10, 12), 10)),
    *table("damage with resistance, vulnerability, immunity", OLD, "Healing", damage.heal,
           case(HitPoints(20, 20), HitPoints(14, 20), 8), case(HitPoints(8, 20, 3), HitPoints(0, 20, 3), 8)),
    *table("massive damage", OLD, "Instant Death", hurt,
           case((0, 0, True, True), 6, 12, 18), case((0, 0, True, False), 6, 12, 17),
           case((0, 0, True, False), 6, 12, 6),
           case((0, 0, True, False), 6, 12, 18, 1), case((0, 0, False, True), 0, 12, 12)),
    *table("massive damage", OLD, "Hit Points", hurt, case((7, 0, False, False), 12, 12, 5),
           case((12, 0, False, False), 12, 12, -5)),
    *table("massive damage", OLD, "Knocking a Creature Out", knocked_out,
           case(0, 5, 9), case(Refusal("not_melee"), 5, 9, melee=False), case(Refusal("not_dropped"), 12, 9)),
    *table("massive damage", NEW, "Playing the Game: Knocking Out a Creature", knocked_out, case(1, 5, 9, edition=NEW)),
    *table("death saves", OLD, "Death Saving Throws", death_save,
           case((Saves(1, 0), Fate.DYING), [10], 0, 0), case((Saves(0, 1), Fate.DYING), [9], 0, 0),
           case((Saves(), Fate.STABLE), [10], 2, 2), case((Saves(2, 3), Fate.DEAD), [9], 2, 2),
           case((Saves(), Fate.BACK), [20], 2, 2), case((Saves(0, 2), Fate.DYING), [1], 0, 0),
           case((Saves(2, 3), Fate.DEAD), [1], 2, 1), case((Saves(1, 0), Fate.DYING), [4, 10], 0, 0, advantage=BETTER),
           case((Saves(1, 0), Fate.DYING), [8], 0, 0, bonus=2)),
    *table("death saves", NEW, "Exhaustion", death_save, case((Saves(0, 1), Fate.DYING), [11], 0, 0, bonus=-2)),
    *table("death saves", OLD, "Death Saving Throws", dying.hurt_while_down,
           case((Saves(0, 1), Fate.DYING), Saves(), 5, 12),
           case((Saves(0, 2), Fate.DYING), Saves(), 5, 12, critical=True),
           case((Saves(0, 3), Fate.DEAD), Saves(), 12, 12), case((Saves(1, 3), Fate.DEAD), Saves(1, 2), 1, 12),
           case((Saves(1, 1), Fate.DYING), Saves(1, 1), 0, 12)),
    *table("death saves", OLD, "Stabilizing a Creature", awake, case(3, 3)),
]  # fmt: skip

ROWS = ATTACKS + DAMAGE
