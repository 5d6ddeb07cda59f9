"""Equipment and magic items of the SRD's JSON layout."""

import re
from collections.abc import Mapping
from typing import Any

from bmo.dnd.content.item import Armour, ArmourKind, Item, Magic, Rarity, Weapon
from bmo.dnd.content.record import DamageRoll
from bmo.dnd.content.wording import damage_type, plain_dice
from bmo.dnd.rules.terms import Edition

Told = Mapping[str, Any]
_COINS = {"cp": 1, "sp": 10, "ep": 50, "gp": 100, "pp": 1_000}
_ARMOUR = re.compile(r"(light|medium|heavy)-armor|(shield)", re.IGNORECASE)
_BY = re.compile(r"requires attunement by (.*?)\)", re.IGNORECASE)


def equipment(told: Told, edition: Edition) -> Item:
    """One entry of `Equipment.json`. Raises `ValueError` and its like for what makes no sense."""
    cost = told["cost"]
    return Item(
        name=told["name"],
        source=f"SRD {edition}",
        edition=edition,
        category=_category(told),
        copper=round(cost["quantity"] * _COINS[cost["unit"]]),
        pounds=told.get("weight"),
        quantity=told.get("quantity") or 1,
        text=_text(told),
        weapon=_weapon(told) if "properties" in told else None,
        armour=_armour(told) if "armor_class" in told else None,
    )


def magic_item(told: Told, edition: Edition) -> Item:
    """One entry of `Magic-Items.json`."""
    text = _text(told)
    first = text.partition("\n")[0].casefold()
    by = _BY.search(first)
    return Item(
        name=told["name"],
        source=f"SRD {edition}",
        edition=edition,
        category=told["equipment_category"]["name"].casefold().replace("armor", "armour").removesuffix("s"),
        text=text,
        magic=Magic(
            rarity=Rarity.of(told["rarity"]["name"]),
            attunement=bool(told.get("attunement")) or "requires attunement" in first,
            by=str(told.get("limited-to") or (by[1] if by else "")),
        ),
    )


def _text(told: Told) -> str:
    text = told.get("desc") or told.get("description") or ""
    return "\n".join(text) if isinstance(text, list) else text


def _categories(told: Told) -> list[str]:
    one = told.get("equipment_category")
    return [one["index"]] if one else [each["index"] for each in told["equipment_categories"]]


def _category(told: Told) -> str:
    if "properties" in told:
        return "weapon"
    return "armour" if "armor_class" in told else _categories(told)[0].replace("-", " ").removesuffix("s")


def _weapon(told: Told) -> Weapon:
    kinds = _categories(told)
    properties = tuple(one["index"] for one in told["properties"])
    damage, two = told.get("damage"), told.get("two_handed_damage")
    far = told.get("throw_range") or (told.get("range") if _ranged(told, kinds) else None) or {}
    return Weapon(
        martial=told.get("weapon_category") == "Martial" or "martial-weapons" in kinds,
        ranged=_ranged(told, kinds),
        damage=DamageRoll(dice=plain_dice(damage["damage_dice"]), type=damage_type(damage["damage_type"]["index"]))
        if damage
        else None,
        two_handed=plain_dice(two["damage_dice"]) if two else None,
        properties=properties,
        reach=10 if "reach" in properties else 5,
        range=far.get("normal") or 0,
        long_range=far.get("long") or far.get("normal") or 0,
        mastery=(told.get("mastery") or {}).get("index", ""),
    )


def _ranged(told: Told, kinds: list[str]) -> bool:
    return told.get("weapon_range") == "Ranged" or "ranged-weapons" in kinds


def _armour(told: Told) -> Armour:
    told_class = told["armor_class"]
    kind = _ARMOUR.search(" ".join([f"{told.get('armor_category')}-armor", *_categories(told), told["name"]]))
    if kind is None:
        raise ValueError("armour that is neither light, medium, heavy nor a shield")
    return Armour(
        type=ArmourKind((kind[1] or kind[2]).casefold()),
        base=told_class["base"],
        dexterity=told_class["dex_bonus"],
        most_dexterity=told_class.get("max_bonus") if told_class["dex_bonus"] else None,
        strength=told.get("str_minimum") or 0,
        stealth_disadvantage=bool(told.get("stealth_disadvantage")),
    )
