"""Reads numbers out of the sentences that both editions of the SRD use: attacks, saving throws, damage, areas."""

import re

from bmo.dnd.content.creature import Attack
from bmo.dnd.content.record import Area, DamageRoll, Save, Shape
from bmo.dnd.rules.terms import Ability, DamageType

_NAMES = {one.name.casefold(): one for one in Ability}
_TYPES = "|".join(DamageType)
_ABILITIES = "|".join(_NAMES)
_ATTACK = re.compile(
    r"(?P<melee>melee)?(?: or )?(?P<ranged>ranged)? (?:weapon |spell )?attack(?: roll)?:\s*(?:hit:\s*)?"
    r"(?P<bonus>[+−–-]\d{1,6})(?P<where>.{0,120})",
    re.IGNORECASE | re.DOTALL,
)
_REACH = re.compile(r"reach (\d{1,6})")
_RANGE = re.compile(r"range (\d{1,6})(?:/(\d{1,6}))?")
_HIT = re.compile(r"hit:\s*(?:\+\d{1,6}, reach \d{1,6} ft\. )?(.*)", re.IGNORECASE | re.DOTALL)
_FIRST_SENTENCE = re.compile(r".*?\.(?=\s|$)(?<!ft\.)", re.DOTALL)
_ONLY_IF = re.compile(r"damage,? if ")
_DICE = r"\d{1,6}d\d{1,6}(?:\s*[+−–-]\s*\d{1,6})?"
_DEALT = re.compile(
    rf"(?P<flat>\d{{1,6}})(?: \((?P<dice>{_DICE})\))? (?P<type>{_TYPES})(?P<more>(?:, \w+)*,? or \w+)? damage",
    re.IGNORECASE,
)
_SAVES = (
    re.compile(rf"(?P<ability>{_ABILITIES}) saving throw: dc (?P<dc>\d{{1,6}})", re.IGNORECASE),
    re.compile(rf"dc (?P<dc>\d{{1,6}}) (?P<ability>{_ABILITIES}) saving throw", re.IGNORECASE),
)
_FAILURE = re.compile(r"failure: (.*?)(?=(?:success|failure or success|first failure|second failure):|$)", re.I | re.S)
_OTHERWISE = re.compile(r"\botherwise,? (?:the target )?takes [^.]*", re.IGNORECASE)
_HALF = re.compile(r"half(?: as much)? damage|half the damage|half as much", re.IGNORECASE)
_AREAS = (
    (Shape.LINE, re.compile(r"(\d{1,6})-foot-long, (\d{1,6})-foot-wide line|(\d{1,6})-foot line", re.I)),
    (Shape.LINE, re.compile(r"(?P<other>\d{1,6})-foot-wide, (\d{1,6})-foot-long line", re.I)),
    (Shape.LINE, re.compile(r"line (?:that is )?(\d{1,6}) feet long and (\d{1,6}) feet wide", re.I)),
    (Shape.CYLINDER, re.compile(r"(\d{1,6})-foot-radius, (\d{1,6})-?foot-? ?(?:high|tall) cylinder", re.I)),
    (Shape.CYLINDER, re.compile(r"(?P<other>\d{1,6})-foot-(?:high|tall), (\d{1,6})-foot-radius cylinder", re.I)),
    (
        Shape.CYLINDER,
        re.compile(r"cylinder that is (?P<other>\d{1,6}) feet tall with an? (\d{1,6})[- ]foot[- ]radius", re.I),
    ),
    (Shape.SPHERE, re.compile(r"(\d{1,6})-foot[- ]radius(?: \w+)? sphere", re.I)),
    (Shape.CONE, re.compile(r"(\d{1,6})-foot cone", re.I)),
    (Shape.CUBE, re.compile(r"(\d{1,6})-foot cube|cube (\d{1,6}) feet on (?:a|each) side", re.I)),
    (Shape.EMANATION, re.compile(r"(\d{1,6})-foot emanation", re.I)),
)


def plain_dice(dice: str) -> str:
    """Dice with signs that a keyboard has: "2d6 − 1" becomes "2d6-1", "8d8 + 40" "8d8+40"."""
    return re.sub(r"\s+", "", re.sub(r"[−–]", "-", dice))


def ability(word: str) -> Ability | None:
    """From "Dexterity", "DEX" or "dex"."""
    word = word.strip().casefold()
    return _NAMES.get(word) or next((one for one in Ability if one.value == word[:3] and len(word) == 3), None)


def damage_type(word: str) -> DamageType | None:
    """From "Fire" or "fire"; none for a word that is no type of damage."""
    word = word.strip().casefold()
    return DamageType(word) if word in list(DamageType) else None


def attack(text: str) -> Attack | None:
    """The attack roll that an action's text begins with, in either edition's words."""
    found = _ATTACK.search(text)
    if found is None or not (found["melee"] or found["ranged"]):
        return None
    reach, far = _REACH.search(found["where"]), _RANGE.search(found["where"])
    near = int(far[1]) if far else 0
    return Attack(
        bonus=int(plain_dice(found["bonus"])),
        melee=bool(found["melee"]),
        ranged=bool(found["ranged"]),
        reach=int(reach[1]) if reach else 0,
        range=near,
        long_range=int(far[2] or near) if far else 0,
    )


def hit_damage(text: str) -> tuple[DamageRoll, ...]:
    """What a hit deals: without the damage of another grip, and without what a condition adds."""
    found = _HIT.search(text)
    if found is None:
        return ()
    sentence = _FIRST_SENTENCE.match(found[1])
    told = re.split(r"(?<!—)\bor (?=\d)", sentence[0] if sentence else found[1])[0]
    pieces = re.split(r",? plus |, and (?=\d)|—or .*?—plus ", told)
    return tuple(roll for piece in pieces if not _ONLY_IF.search(piece) for roll in damage(piece)[:1])


def save(text: str) -> Save | None:
    """The saving throw that a text calls for first."""
    found = next(filter(None, (pattern.search(text) for pattern in _SAVES)), None)
    if found is None:
        return None
    return Save(ability=_NAMES[found["ability"].casefold()], dc=int(found["dc"]), halves=bool(_HALF.search(text)))


def failure_damage(text: str) -> tuple[DamageRoll, ...]:
    """What a failed saving throw deals at once."""
    if told := _FAILURE.search(text):
        first = _FIRST_SENTENCE.match(told[1])
        otherwise = _OTHERWISE.search(told[1])
        return damage(first[0] if first else told[1]) or damage(otherwise[0] if otherwise else "")
    place = text.casefold().find("saving throw")
    sentence = _FIRST_SENTENCE.match(text[place:]) if place >= 0 else None
    return damage(sentence[0]) if sentence else ()


def damage(text: str) -> tuple[DamageRoll, ...]:
    """Every "12 (2d6 + 5) slashing damage" of a text."""
    return tuple(
        DamageRoll(dice=plain_dice(one["dice"] or one["flat"]), type=None if one["more"] else damage_type(one["type"]))
        for one in _DEALT.finditer(text)
    )


def area(text: str) -> Area | None:
    """The area that a text tells first of each shape's usual wording."""
    for shape, pattern in _AREAS:
        if found := pattern.search(text):
            sizes = [int(size) for size in found.groups() if size]
            if "other" in found.groupdict():
                sizes.reverse()
            other = sizes[1] if len(sizes) > 1 else 5 if shape is Shape.LINE else None
            return Area(shape=shape, size=sizes[0], other=other)
    return None
