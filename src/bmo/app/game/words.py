"""What happened at the table, in a line for people: from an event as a seat was told it, with no more than it knows."""

from collections.abc import Callable, Mapping
from typing import Any

from bmo.dnd.rules.terms import Ability
from bmo.dnd.table.views import View
from bmo.wire.dnd import GameLine, Told

_ABILITIES = {ability.value: ability.name.capitalize() for ability in Ability}
_STANCES = {
    "dodge": "dodges",
    "disengage": "disengages",
    "dash": "dashes",
    "help": "helps",
    "ready": "readies an action",
    "hide": "hides",
}
_VERDICTS = {None: "", True: ", succeeds", False: ", fails"}


class Heard:
    """An event as somebody was told it; what was kept from them is not there."""

    def __init__(self, said: View) -> None:
        self._said = said

    def get(self, key: str) -> Any:
        """None where it is not for them to know."""
        return self._said.get(key)

    def name(self, key: str = "id") -> str:
        """The name of the creature whose id stands there."""
        return self.called(self._said.get(key))

    def called(self, id: str | None) -> str:
        """A creature's name when it happened."""
        return str(self._said.get("names", {}).get(id, "somebody"))


def line_of(said: View) -> GameLine | None:
    """The line of an event; None for those that only keep the books."""
    if said["type"] not in _LINES:
        return None
    told, words = _LINES[said["type"]]
    heard = Heard(said)
    text = words(heard)
    if text == "":
        return None
    return GameLine(
        told=_verdict(told, heard),
        text=text[0].upper() + text[1:],
        who=heard.get("id") or "",
        faces=tuple(heard.get("faces") or ()),
        total=heard.get("total"),
        secret=bool(heard.get("secret")),
    )


def _verdict(told: Told, heard: Heard) -> Told:
    return "miss" if told == "hit" and not heard.get("hit") else told


def _attacked(heard: Heard) -> str:
    how = "" if heard.get("advantage") in (None, "none") else f" with {heard.get('advantage')}"
    verdict = "a critical hit" if heard.get("critical") else "hits" if heard.get("hit") else "misses"
    total = "" if heard.get("total") is None else f"{heard.get('total')}, "
    against = f" against AC {heard.get('ac')}" if heard.get("ac") and total else ""
    what = f"{heard.name()} attacks {heard.name('target')} with {heard.get('attack')}{how}"
    return f"{what}: {total.removesuffix(', ')}{against}{', ' if total else ''}{verdict}."


def _tested(heard: Heard) -> str:
    of = _ABILITIES.get(heard.get("of"), heard.get("of"))
    kind = {"save": "saving throw", "concentration": "save to keep concentrating"}.get(heard.get("kind"), "check")
    total = "" if heard.get("total") is None else f", {heard.get('total')}"
    dc = f" against DC {heard.get('dc')}" if heard.get("dc") is not None and total else ""
    return f"{heard.name()}: {of} {kind}{total}{dc}{_VERDICTS[heard.get('success')]}."


def _damaged(heard: Heard) -> str:
    types = " and ".join(part["type"] for part in heard.get("parts") or ())
    return f"{heard.name()} takes {heard.get('amount')}{f' {types}' if types else ''} damage."


def _healed(heard: Heard) -> str:
    amount = heard.get("amount")
    return f"{heard.name()} gets {'hit points' if amount is None else f'{amount} hit points'} back."


def _initiative(heard: Heard) -> str:
    if heard.get("total") is None:
        return f"{heard.name()} joins the fight."
    return f"{heard.name()} rolls {heard.get('total')} for initiative{', surprised' if heard.get('surprised') else ''}."


def _death_save(heard: Heard) -> str:
    faces = heard.get("faces")
    how = f"rolls a death save: {faces[-1]}" if faces else "fails a death save by the blow"
    return f"{heard.name()} {how} ({heard.get('successes')} good, {heard.get('failures')} bad)."


def _cast(heard: Heard) -> str:
    slot = f" with a level {heard.get('slot')} slot" if heard.get("slot") else ""
    targets = ", ".join(heard.called(id) for id in heard.get("targets") or ())
    return f"{heard.name()} casts {heard.get('spell')}{slot}{f' at {targets}' if targets else ''}."


def _rolled(heard: Heard) -> str:
    why = f" for {heard.get('reason')}" if heard.get("reason") else ""
    plain = str(heard.get("text")).replace("**", "").replace("~~", "").replace("`", "")
    return f"{heard.get('by')} rolls{why}: {plain}"


def _stood(heard: Heard) -> str:
    helps = f" {heard.name('helps')}" if heard.get("helps") else ""
    return f"{heard.name()} {_STANCES[heard.get('stance')]}{helps}."


def _items(heard: Heard) -> str:
    change = heard.get("change")
    return f"{heard.name()} {'gets' if change > 0 else 'gives away'} {abs(change)} x {heard.get('item')}."


def _says(sentence: str) -> Callable[[Heard], str]:
    """A sentence with {who} for the name, and the event's own fields."""

    def words(heard: Heard) -> str:
        return sentence.format_map(_Fields(heard))

    return words


class _Fields(dict[str, str]):
    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self._heard = heard

    def __missing__(self, key: str) -> str:
        return self._heard.name() if key == "who" else str(self._heard.get(key) or "")


_LINES: Mapping[str, tuple[Told, Callable[[Heard], str]]] = {
    "session_began": ("scene", _says("{name} begins.")),
    "session_ended": ("scene", _says("The session is over.")),
    "encounter_began": ("scene", _says("A fight begins.")),
    "encounter_ended": ("scene", _says("The fight is over.")),
    "turn_began": ("turn", _says("{who}'s turn.")),
    "entered": ("scene", lambda heard: f"{heard.name()} is here{', hidden' if heard.get('hidden') else ''}."),
    "left": ("scene", _says("{who} has left.")),
    "revealed": ("scene", _says("{who} appears.")),
    "hidden": ("scene", _says("{who} is hidden now.")),
    "offered": ("turn", lambda heard: f"{heard.name()} may strike at {heard.name('target')} as a reaction."),
    "note": ("note", _says("{by}: {text}")),
    "initiative": ("roll", _initiative),
    "attacked": ("hit", _attacked),
    "tested": ("roll", _tested),
    "rolled": ("roll", _rolled),
    "death_save": ("life", _death_save),
    "damaged": ("hurt", _damaged),
    "healed": ("heal", _healed),
    "temporary_hp": ("heal", _says("{who} has {temporary} temporary hit points.")),
    "condition_added": ("condition", _says("{who} is {condition}.")),
    "condition_removed": ("condition", _says("{who} is no longer {condition}.")),
    "exhaustion": ("condition", _says("{who} has {level} levels of exhaustion.")),
    "concentration_began": ("magic", _says("{who} concentrates on {spell}.")),
    "concentration_ended": ("magic", _says("{who} no longer concentrates on {spell}.")),
    "dropped": ("life", lambda heard: f"{heard.name()} drops{'' if heard.get('stable') else ' and is dying'}."),
    "died": ("life", _says("{who} dies.")),
    "stabilised": ("life", _says("{who} is stable.")),
    "revived": ("life", _says("{who} is back from the dead.")),
    "stance": ("turn", _stood),
    "cast": ("magic", _cast),
    "rested": ("heal", _says("{who} had a {kind} rest.")),
    "items": ("gain", _items),
    "coins": ("gain", _says("{who} has another purse.")),
    "xp": ("gain", _says("{who} gains {amount} XP.")),
    "levelled": ("gain", _says("{who} reaches level {level}!")),
    "inspiration": ("gain", lambda heard: f"{heard.name()} {'is' if heard.get('has') else 'uses being'} inspired."),
}
"""By type of the event."""
