"""Things and coins in other programs' files, in the ways in which they are commonly written."""

import re
from collections.abc import Callable
from typing import Any

from pydantic import JsonValue

from bmo.dnd.characters.foreign_parts import Odd, named, names, text, whole, within
from bmo.dnd.characters.reading import shown

_COINS = {"cp": "cp", "copper": "cp", "sp": "sp", "silver": "sp", "ep": "ep", "electrum": "ep", "gp": "gp",
          "gold": "gp", "pp": "pp", "platinum": "pp"}  # fmt: skip
_QUANTITY = re.compile(
    r"^(?P<first>\d{1,5})\s*[x×]?\s+(?P<name>.+)$|^(?P<other>.+?)\s*(?:[x×]\s*|\()(?P<last>\d{1,5})\)?$"
)
_WORN_KEYS = ("equipped", "worn", "wielded", "isequipped")


def items(value: JsonValue) -> list[dict[str, Any]]:
    """Things carried: names, "3 javelins", things with a quantity, or names to quantities."""
    if isinstance(value, str):
        value = [one for one in re.split(r"[,;\n]", value) if one.strip()]
    if isinstance(value, dict):
        value = [{"name": key, "quantity": one} for key, one in value.items()]
    if value is None:
        return []
    if not isinstance(value, list):
        raise Odd("a list of things is expected here")
    found = [within(number, _item, one) for number, one in enumerate(value)]
    return [one for one in found if one["name"] and one["quantity"]]


def _item(value: JsonValue) -> dict[str, Any]:
    if not isinstance(value, dict):
        name = text(value)
        match = _QUANTITY.match(name)
        if match and match["first"]:
            return {"name": match["name"], "quantity": int(match["first"])}
        if match:
            return {"name": match["other"].strip(), "quantity": int(match["last"])}
        return {"name": name, "quantity": 1}
    lowered = {key.casefold(): one for key, one in value.items()}
    count = next((lowered[key] for key in ("quantity", "qty", "count", "amount") if key in lowered), 1)
    found = {"name": named(value), "quantity": within("quantity", whole, count)}
    if any(key in lowered for key in _WORN_KEYS):
        found["worn"] = any(lowered.get(key) is True for key in _WORN_KEYS)
    if lowered.get("attuned") is True:
        found["attuned"] = True
    return found


def worn(value: JsonValue) -> list[str]:
    """Names of armour; "none" is none."""
    return [name for name in ([named(value)] if isinstance(value, str | dict) else names(value))
            if name and name.casefold() not in ("none", "no", "unarmored")]  # fmt: skip


def worn_shield(value: JsonValue) -> list[str]:
    """A shield, by name or as yes and no."""
    if isinstance(value, bool):
        return ["Shield"] if value else []
    return worn(value)


def equipment(
    listed: list[dict[str, Any]], put_on: dict[str, list[str]], kind_of: Callable[[str], str]
) -> dict[str, Any]:
    """Ours: things of one name together, and of what is worn the first suit of armour and the first shield. Where
    nothing says what is worn, everything may be. `kind_of` tells "armor" and "shield" from other things."""
    named_worn = [name for names in put_on.values() for name in names]
    known = {one["name"].casefold(): one["name"] for one in listed}
    added = [{"name": name, "quantity": 1} for name in named_worn if name.casefold() not in known]
    found: dict[str, dict[str, Any]] = {}
    for one in (*listed, *added):
        entry = found.setdefault(one["name"], {"name": one["name"], "quantity": 0})
        entry["quantity"] += one["quantity"]
    wearing = [known.get(name.casefold(), name) for name in named_worn]
    wearing += [one["name"] for one in listed if one.get("worn")]
    if not put_on and not any("worn" in one for one in listed):
        wearing = list(found)
    kinds = [(kind_of(name), name) for name in wearing]
    return {
        "items": list(found.values()),
        "armor": next((name for kind, name in kinds if kind == "armor"), None),
        "shield": next((name for kind, name in kinds if kind == "shield"), None),
        "attuned": list(dict.fromkeys(one["name"] for one in listed if one.get("attuned"))),
    }


def coins(value: JsonValue) -> dict[str, int]:
    """Coins by kind; a bare number is gold."""
    if not isinstance(value, dict):
        return {"gp": whole(value)}
    found = {}
    for key, one in value.items():
        kind = _COINS.get(key.casefold().strip())
        if kind is None:
            raise Odd(f"{shown(key)} are no coins", (key,))
        found[kind] = within(key, whole, one)
    return found
