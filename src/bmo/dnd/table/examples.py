"""An example of each call, on one small table. The reference is made of them, and a test runs every one."""

from typing import Any, TypeAlias

Said: TypeAlias = dict[str, Any]

SHEET: Said = {
    "name": "Lia", "max_hp": 28, "ac": 16, "scores": {"str": 16, "dex": 14, "con": 14}, "level": 3,
    "attacks": [{"name": "Longsword", "bonus": 5, "damage": "1d8+3", "type": "slashing"}],
    "casting": {"dc": 13, "attack": 5, "modifier": 3, "spells": ["Cure Wounds"]}, "slots": {"1": 3},
    "hit_dice": {"10": 3},
}  # fmt: skip
STATE: Said = {
    "edition": "5.1",
    "party": [
        {"sheet": SHEET, "player": "Ann", "hp": 20, "at": [0, 0, 0], "slots": {"1": 2}, "items": {"Torch": 3},
         "purse": {"gp": 5}, "xp": 2700, "conditions": ["prone"], "concentration": "Bless"},
        {"sheet": {"name": "Tom", "max_hp": 10}, "hp": 0, "life": "dying"},
        {"sheet": {"name": "Old Bran", "max_hp": 9}, "life": "dead"},
    ],
    "creatures": [
        {"sheet": {"name": "Goblin", "max_hp": 7, "ac": 13, "size": "small", "challenge": "1/4"}, "at": [5, 0, 0]},
        {"id": "c-1", "sheet": {"name": "Lurker", "max_hp": 20}, "hidden": True},
    ],
}  # fmt: skip
"""Before each example."""

CURE: Said = {"name": "Cure Wounds", "level": 1, "range": 5, "healing": "1d8", "higher": "1d8"}
_FIGHT: Said = {
    "call": "start_encounter",
    "given": {"Lia": 20, "Goblin": 10, "Tom": 5},
    "who": ["Lia", "Goblin", "Tom"],
}
_SESSION: Said = {"call": "begin_session", "name": "The mill", "date": "2026-11-22", "edition": "5.1"}

EXAMPLES: tuple[tuple[Said, ...], ...] = (
    (_SESSION,),
    (_SESSION, {"call": "end_session"}),
    ({"call": "add_creature", "sheet": {"name": "Wolf", "max_hp": 11, "ac": 13}, "count": 2, "at": [20, 0, 0]},),
    ({"call": "change_sheet", "who": "Goblin", "sheet": {"name": "Goblin", "max_hp": 7, "ac": 15}},),
    ({"call": "remove_creature", "who": "Goblin"},),
    ({"call": "reveal", "who": "Lurker"},),
    ({"call": "hide", "who": "Goblin"},),
    (_FIGHT,),
    (_FIGHT, {"call": "roll_initiative", "who": "Lurker", "total": 12}),
    (_FIGHT, {"call": "next_turn"}),
    (_FIGHT, {"call": "end_encounter", "award": True}),
    ({"call": "move", "who": "Lia", "to": [10, 0, 0]},),
    ({"call": "stand_up", "who": "Lia"},),
    ({"call": "take_action", "who": "Lia", "action": "help", "target": "Goblin"},),
    ({"call": "attack", "who": "Lia", "target": "Goblin", "attack": "Longsword", "cover": "half"},),
    ({"call": "wrestle", "who": "Lia", "target": "Goblin", "aim": "grapple"},),
    ({"call": "cast", "who": "Lia", "spell": "Cure Wounds", "rule": CURE, "slot": 1, "targets": ["Tom"]},),
    ({"call": "damage", "targets": ["Lia", "Goblin"], "amount": "4d6", "type": "fire", "save": "dex", "dc": 13},),
    ({"call": "heal", "target": "Lia", "amount": "2d4+2"},),
    ({"call": "temporary_hp", "target": "Lia", "amount": 8},),
    ({"call": "check", "who": "Lia", "skill": "stealth", "dc": 15, "disadvantage": ["loud armor"]},),
    ({"call": "save", "who": "Lia", "ability": "wis", "dc": 12},),
    ({"call": "add_condition", "who": "Goblin", "condition": "frightened", "by": "Lia", "rounds": 10, "save": "wis",
      "dc": 13},),
    ({"call": "remove_condition", "who": "Lia", "condition": "prone"},),
    ({"call": "exhaustion", "who": "Lia", "level": 1},),
    ({"call": "concentrate", "who": "Lia", "spell": "Web", "rounds": 600},),
    ({"call": "end_concentration", "who": "Lia"},),
    ({"call": "death_save", "who": "Tom"},),
    ({"call": "stabilise", "target": "Tom", "by": "Lia"},),
    ({"call": "kill", "who": "Goblin", "why": "the bridge falls"},),
    ({"call": "revive", "who": "Old Bran", "hp": 1},),
    ({"call": "spend_slot", "who": "Lia", "level": 1},),
    ({"call": "restore_slot", "who": "Lia", "level": 1},),
    ({"call": "short_rest", "who": ["Lia"], "dice": {"Lia": {"10": 2}}},),
    ({"call": "long_rest", "who": ["Lia"], "fed": True},),
    ({"call": "pass_time", "minutes": 10},),
    ({"call": "give_xp", "amount": 300, "shared": True},),
    ({"call": "give_item", "to": "Lia", "item": "Rope", "count": 1},),
    ({"call": "take_item", "who": "Lia", "item": "Torch", "count": 1, "give_to": "Tom"},),
    ({"call": "give_coins", "to": "Lia", "coins": {"gp": 10, "sp": 4}},),
    ({"call": "pay", "who": "Lia", "price": {"gp": 1, "sp": 5}},),
    ({"call": "give_treasure", "to": "Lia", "challenge": "1/4"},),
    ({"call": "level_up", "who": "Lia", "sheet": {**SHEET, "level": 4, "max_hp": 36}},),
    ({"call": "inspiration", "who": "Lia", "has": True},),
    ({"call": "roll", "dice": "1d20+4", "reason": "does the bridge hold?", "secret": True},),
    ({"call": "note", "text": "The miller is afraid of dogs.", "secret": True},),
    (_FIGHT, {"call": "spend", "who": "Lia", "what": "bonus"}),
)  # fmt: skip
"""The last call of each is the example; those before it make the table ready for it."""
