"""Reads what a spell does out of its words: attack, saving throw, damage and healing by slot."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bmo.dnd.content.record import LONGEST_TEXT, DamageRoll
from bmo.dnd.content.spell import Casting, Components, Healing
from bmo.dnd.content.wording import ability, damage_type, plain_dice
from bmo.dnd.rules.terms import Ability, DamageType

_TYPES = "|".join(DamageType)
_DICE = r"\d{1,6}d\d{1,6}(?:\s*\+\s*\d{1,6})?"
_DEALT = re.compile(
    rf"(?P<dice>{_DICE}) (?:(?P<type>{_TYPES})(?P<more>(?:, \w+)*,? or \w+)? damage|damage of)", re.IGNORECASE
)
_JOINED = re.compile(r"\s*(?:,? and|,? plus)\s*(?:an extra )?")
_HIGHER = re.compile(r"(?:Using a Higher-Level Spell Slot|Cantrip Upgrade|At Higher Levels)\.\W*(.*)", re.DOTALL)
_GROWS = re.compile(
    r"\bincreases? by (?P<dice>\d{1,6}d\d{1,6}|\d{1,6})"
    r"(?: for (?:each|every) (?:spell )?slot level above (?P<above>\d)| when you reach)",
    re.IGNORECASE,
)
_SHOTS = re.compile(r"(?:create|hurl|creates) (?P<count>three|two|a|four) (?:\w+ ){0,2}(?:darts?|rays?|beams?)\b", re.I)
_MORE_SHOTS = re.compile(r"one (?:more|additional) (?:dart|ray|beam) for each", re.I)
_BEAMS = re.compile(
    r"(two|three|four) (?:beams|rays) (?:at|when you reach) level (\d{1,6})|(two|three|four) beams at", re.I
)
_COUNTS = {"a": 1, "two": 2, "three": 3, "four": 4}
_HEALS = re.compile(
    rf"(?:regains?|restor\w+|heals?)(?: a number of)?(?: (?P<fixed>{_DICE}|\d{{1,6}}))? hit points?"
    rf"(?: equal to (?P<dice>{_DICE})(?P<modifier> (?:\+|plus) your spellcasting ability modifier)?)?",
    re.IGNORECASE,
)
_SAVE = re.compile(r"(strength|dexterity|constitution|intelligence|wisdom|charisma) saving throw", re.IGNORECASE)
_ATTACK = re.compile(r"(?:melee|ranged) spell attack", re.IGNORECASE)
_HALF = re.compile(r"half as much|half damage|half the damage", re.IGNORECASE)
_FEET = re.compile(r"^([\d,]+)[ -](feet|foot|miles?)\b", re.IGNORECASE)
_CANTRIP_STEPS = (1, 5, 11, 17)


@dataclass(frozen=True)
class Effect:
    """What a spell's words say of it."""

    text: str
    higher: str = ""
    attack: bool = False
    save: Ability | None = None
    save_halves: bool = False
    damage: Mapping[int, tuple[DamageRoll, ...]] = field(default_factory=dict)
    healing: Mapping[int, Healing] = field(default_factory=dict)
    shots: Mapping[int, int] = field(default_factory=dict)


def effect(level: int, words: str, higher: str = "") -> Effect:
    """Read a spell of this level (0 for a cantrip); `higher` where it is told apart from the rest.

    Raises `ValueError` for a text longer than a record may have.
    """
    if len(words) + len(higher) > LONGEST_TEXT:
        raise ValueError(f"its text is longer than {LONGEST_TEXT:,} characters")
    split = None if higher else _HIGHER.search(words)
    text, higher = (words[: split.start()].strip(), split[1].strip()) if split else (words.strip(), higher.strip())
    saves = _SAVE.search(text)
    return Effect(
        text,
        higher,
        bool(_ATTACK.search(text)),
        ability(saves[1]) if saves else None,
        bool(saves and _HALF.search(text)),
        _damage(level, text, higher),
        _healing(level, text, higher),
        _shots(level, text, higher),
    )


def casting(time: str) -> Casting:
    """What a casting time costs in a fight: "1 action" of SRD 5.1, "Action or Ritual" of SRD 5.2.1."""
    start = time.casefold().removeprefix("1 ")
    for kind in (Casting.BONUS_ACTION, Casting.REACTION, Casting.ACTION):
        if start.startswith(kind.value):
            return kind
    return Casting.LONGER


def components(written: str) -> Components:
    """From "V, S, M (a pinch of salt)"."""
    letters, _, material = written.partition("(")
    needs = {letter.strip() for letter in letters.split(",")}
    material = material.rstrip(") ") or "something of worth"
    return Components(verbal="V" in needs, somatic="S" in needs, material=material if "M" in needs else "")


def range_feet(written: str) -> int | None:
    """Feet: 0 for the caster, 5 for touch; none where a range has no number."""
    start = written.strip().casefold()
    if start.startswith("self"):
        return 0
    if start.startswith("touch"):
        return 5
    found = _FEET.match(start)
    if found is None:
        return None
    number = int(found[1].replace(",", ""))
    return number * 5_280 if found[2].startswith("mile") else number


def _damage(level: int, text: str, higher: str) -> dict[int, tuple[DamageRoll, ...]]:
    first = _DEALT.search(text)
    if first is None or "Failed Save:" in text[: first.start()]:  # of a table by colour, it is no one damage
        return {}
    rolls = [_roll(first)]
    place = first.end()
    while (joint := _JOINED.match(text, place)) and (another := _DEALT.match(text, joint.end())):
        if _roll(another).type in {one.type for one in rolls}:  # the same again comes later
            break
        rolls.append(_roll(another))
        place = another.end()
    return _by_step(level, tuple(rolls), higher)


def _roll(found: re.Match[str]) -> DamageRoll:
    kind = damage_type(found["type"]) if found["type"] and not found["more"] else None
    return DamageRoll(dice=plain_dice(found["dice"]), type=kind)


def _by_step(level: int, rolls: tuple[DamageRoll, ...], higher: str) -> dict[int, tuple[DamageRoll, ...]]:
    grows = _GROWS.search(higher)
    what = higher[: grows.start()].rpartition(".")[2].casefold() if grows else ""
    if grows is None or "d" not in grows["dice"] or "healing" in what:
        return {level or 1: rolls}
    named = [kind for kind in DamageType if kind in what]
    if level == 0:
        return {step: _grown(rolls, grows["dice"], named, times) for times, step in enumerate(_CANTRIP_STEPS)}
    return {slot: _grown(rolls, grows["dice"], named, slot - level) for slot in range(level, 10)}


def _grown(rolls: tuple[DamageRoll, ...], dice: str, named: list[DamageType], times: int) -> tuple[DamageRoll, ...]:
    """More dice for the types that are named, or else for the first."""
    growing = [one for one in rolls if one.type in named] or [rolls[0]]
    return tuple(
        one.model_copy(update={"dice": more_dice(one.dice, dice, times)}) if one in growing else one for one in rolls
    )


def more_dice(dice: str, more: str, times: int) -> str:
    """ "8d6" with "1d6" three times more is "11d6"; other dice, and numbers, are added: "3d8+2d6"."""
    if times == 0:
        return dice
    count, _, rest = more.partition("d")
    own = re.match(rf"(\d+)d{rest}(?!\d)(.*)", dice) if rest else None
    if own:
        return f"{int(own[1]) + times * int(count)}d{rest}{own[2]}"
    if not rest and dice.isdigit():
        return str(int(dice) + times * int(more))
    return f"{dice}+{times * int(count)}d{rest}" if rest else f"{dice}+{times * int(more)}"


def _healing(level: int, text: str, higher: str) -> dict[int, Healing]:
    found = next((one for one in _HEALS.finditer(text) if one["dice"] or one["fixed"]), None)
    if found is None:
        return {}
    dice, adds = plain_dice(found["dice"] or found["fixed"]), bool(found["modifier"])
    grows = _GROWS.search(higher)
    if grows is None or level == 0:
        return {level or 1: Healing(dice=dice, adds_modifier=adds)}
    return {
        slot: Healing(dice=more_dice(dice, grows["dice"], slot - level), adds_modifier=adds)
        for slot in range(level, 10)
    }


def _shots(level: int, text: str, higher: str) -> dict[int, int]:
    found = _SHOTS.search(text)
    if found is None:
        return {}
    count = _COUNTS[found["count"].casefold()]
    if _MORE_SHOTS.search(higher):
        return {slot: count + slot - level for slot in range(level, 10)}
    if level == 0 and _BEAMS.search(higher):
        return {step: count + more for more, step in enumerate(_CANTRIP_STEPS)}
    return {level or 1: count} if count > 1 else {}
