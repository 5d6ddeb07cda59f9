"""How a language is spoken around commands: fillers, politeness, questions, corrections. Data, a file a language.

`words/<language>.yaml` beside this module is read once; another language is another file with the same keys.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_HERE = "bmo.assistant"


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language, ready to be looked for. Case does not count."""

    name: str
    greetings: str
    """Alternatives of a regular expression: what stands before BMO's name."""
    hesitation: re.Pattern[str]
    aside: re.Pattern[str]
    leading: re.Pattern[str]
    trailing: re.Pattern[str]
    contractions: Mapping[str, str]
    question: re.Pattern[str]
    joint: re.Pattern[str]
    """What may stand between two commands."""
    clear_correction: re.Pattern[str]
    likely_correction: re.Pattern[str]
    withdrawn: re.Pattern[str]
    goes_on_before: re.Pattern[str]
    goes_on_after: re.Pattern[str]
    one: frozenset[str]
    it: re.Pattern[str]
    a_thing: str
    """What a noun needs before it: "the"."""
    units: frozenset[str]
    amounts: frozenset[str]
    """Words that count without being numbers: "half an hour", "an hour"."""
    rewrites: Sequence[tuple[re.Pattern[str], str]]
    yes: re.Pattern[str]
    """A yes and nothing else, for `fullmatch`."""
    no: re.Pattern[str]


@cache
def language(name: str) -> Language:
    """The words of this language. Raises ValueError for one that has no file, or one that is not in the format."""
    file = files(_HERE).joinpath("words", f"{name}.yaml")
    if not file.is_file():
        raise ValueError(f"there are no words of the language {name!r}: assistant/words/{name}.yaml is missing")
    try:
        return _read(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (KeyError, TypeError, AttributeError, re.error, yaml.YAMLError) as fault:
        raise ValueError(f"assistant/words/{name}.yaml is not in the format of words: {fault!r}") from fault


def _read(told: Mapping[str, Any]) -> Language:
    corrections, goes_on, pronouns = told["corrections"], told["goes_on"], told["pronouns"]
    clear = _either(corrections["clear"])
    likely = _either(corrections["likely"])
    empty = _either(told["hesitations"])
    joiners = _either(told["joiners"])
    return Language(
        name=told["language"],
        greetings=_either(told["greetings"]),
        hesitation=_seen(rf"\b{empty}\b[\s,]*"),
        aside=_seen(rf"\b{_either(told['asides'])}\b[\s,]*"),
        leading=_seen(rf"^{_either(told['leading'])}[\s,.!-]+"),
        trailing=_seen(rf"[\s,]+{_either(told['trailing'])}$"),
        contractions=told["contractions"],
        question=_seen(rf"^{_either(told['questions'])}\b"),
        joint=_seen(rf"(?:[.;:!?,]+\s+|\s+){joiners}\s+|[.;:!?,]+\s+"),
        clear_correction=_seen(rf"[\s,.]+{empty}?[\s,]*{clear}\b(?:[\s,]+{_either((clear, likely))}\b)*[\s,.:]*"),
        likely_correction=_seen(rf"(?P<comma>,)?[\s.]*\b{likely}\b(?:[\s,]+{likely}\b)*[\s,:]*"),
        withdrawn=_seen(rf"(?:{_either(told['withdrawn'])}[\s,.!]*)+"),
        goes_on_before=_seen(rf"^{_either(goes_on['before'])}[\s,]+"),
        goes_on_after=_seen(rf"[\s,]+{_either(goes_on['after'])}$"),
        one=frozenset(pronouns["one"]),
        it=_seen(rf"\b{_either(pronouns['it'])}$"),
        a_thing=told["a_thing"],
        units=frozenset(told["units"]),
        amounts=frozenset(told["amounts"]),
        rewrites=[(_seen(pattern), instead) for pattern, instead in told["rewrites"]],
        yes=_answer(told["answers"]["yes"]),
        no=_answer(told["answers"]["no"]),
    )


def _answer(told: Mapping[str, Any]) -> re.Pattern[str]:
    return _seen(rf"{_either(told['first'])}(?:[, ]+{_either(told['then'])})*")


def _either(alternatives: Sequence[str]) -> str:
    """Any of these; the first that fits is taken."""
    return f"(?:{'|'.join(alternatives)})"


def _seen(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
