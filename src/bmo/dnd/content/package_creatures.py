"""Stat blocks of the package `dndwright`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bmo.dnd.content import mending, naming, wording
from bmo.dnd.content.creature import Action, Creature, Economy, Speeds
from bmo.dnd.content.record import LONGEST_TEXT, Feature
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition, Size, Skill

Told = dict[str, Any]
_ECONOMIES = {
    "actions": Economy.ACTION,
    "bonus_actions": Economy.BONUS_ACTION,
    "reactions": Economy.REACTION,
    "legendary_actions": Economy.LEGENDARY,
}
_ROW = re.compile(r"[\d–]+$")


def endings(name: str) -> frozenset[str]:
    """The key of the next creature's name, and of words in it: what the heading before it may be."""
    words = naming.key(name).split()
    spans = [(start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    return frozenset(" ".join(words[start:end]) for start, end in spans)


def creature(told: Told, source: str, headings: frozenset[str]) -> Creature:
    """One stat block. Attacks and saving throws are read out of its words, which the package lost some of."""
    senses = dict(told["senses"])
    immunities = told.get("condition_immunities") or []
    types = {kind: told.get(f"damage_{kind}") or [] for kind in ("resistances", "immunities", "vulnerabilities")}
    return Creature(
        name=told["name"],
        source=source,
        edition=Edition.SRD_5_2,
        size=Size(told["size"].casefold()),
        type=told["creature_type"],
        subtype=told.get("creature_subtype") or "",
        alignment=told["alignment"],
        ac=told["ac"],
        hp=told["hp"],
        hit_dice=wording.plain_dice(told["hp_formula"]),
        initiative=told["initiative"],
        speeds=Speeds(**told["speed"]),
        abilities={Ability(one): score for one, score in told["abilities"].items()},
        saves={Ability(one): bonus for one, bonus in (told.get("saving_throws") or {}).items()},
        skills={Skill(one.replace("_", " ")): bonus for one, bonus in (told.get("skills") or {}).items()},
        passive_perception=senses.pop("passive_perception"),
        senses=senses,
        languages=tuple(told["languages"]),
        **{kind: known_types(words) for kind, words in types.items()},
        defence_notes=tuple(notes(types, immunities)),
        condition_immunities=tuple(Condition(one.casefold()) for one in immunities if one.casefold() in _CONDITIONS),
        immune_to_exhaustion="Exhaustion" in immunities,
        cr=told["cr_numeric"],
        xp=told["xp"],
        proficiency_bonus=told["proficiency_bonus"],
        gear=tuple(told.get("gear") or ()),
        traits=tuple(_traits(told.get("traits") or [], headings)),
        actions=tuple(
            action
            for place, economy in _ECONOMIES.items()
            for one in told.get(place) or []
            for action in _actions(one, economy, headings)
        ),
    )


_CONDITIONS = frozenset(Condition)


def known_types(words: Iterable[str]) -> tuple[DamageType, ...]:
    """The words that are a type of damage and nothing else."""
    return tuple(kind for word in words if (kind := wording.damage_type(word)))


def notes(types: Mapping[str, Iterable[str]], conditions: Iterable[str]) -> Iterable[str]:
    """What a stat block says of defences beyond single types: with its condition, in its words."""
    for kind, words in types.items():
        yield from (f"{kind}: {word}" for word in words if wording.damage_type(word) is None)
    yield from (f"immunities: {one}" for one in conditions if one.casefold() not in _CONDITIONS | {"exhaustion"})


def _traits(told: Iterable[Told], headings: frozenset[str]) -> Iterable[Feature]:
    """Traits; the rows of a table, which the package has as traits of their own, go back to the trait before."""
    last: Feature | None = None
    for one in told:
        if last and _ROW.match(one["name"]):
            last = last.model_copy(update={"text": f"{last.text}\n{one['name']} {one['text']}"})
            continue
        if last:
            yield last
        _, text = next(mending.actions(one["name"], one["text"], headings))
        last = Feature(name=one["name"], text=text, uses=one.get("uses") or "")
    if last:
        yield last


def _actions(told: Told, economy: Economy, headings: frozenset[str]) -> Iterable[Action]:
    recharge = told.get("recharge")
    for name, text in mending.actions(told["name"], told["text"], headings):
        own = name == told["name"]
        yield action(
            name,
            text,
            economy,
            uses=(told.get("uses") or "") if own else "",
            recharge=int(recharge[0]) if recharge and own else None,
        )


def action(
    name: str, text: str, economy: Economy = Economy.ACTION, *, uses: str = "", recharge: int | None = None
) -> Action:
    """An action with the numbers that its words tell. Raises `ValueError` for a text longer than a record may have."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"its text is longer than {LONGEST_TEXT:,} characters")
    attack, save = wording.attack(text), wording.save(text)
    failure = wording.failure_damage(text) if save else ()
    return Action(
        name=name,
        text=text,
        economy=economy,
        attack=attack,
        save=save,
        damage=wording.hit_damage(text) if attack else failure,
        save_damage=failure if attack else (),
        area=wording.area(text),
        uses=uses,
        recharge=recharge,
    )
