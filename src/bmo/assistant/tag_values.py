"""What each kind of response tag may say, in one spelling; the rest is dropped."""

import logging
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import get_args

from bmo.assistant.dice import dice_of
from bmo.capabilities.glow import glow_of
from bmo.capabilities.speak import MANNERS
from bmo.capabilities.turn import Look, SoundName, Tagged, TagKind
from bmo.core.errors import Refused

log = logging.getLogger(__name__)

MOODS = (
    "happy", "sad", "surprised", "thinking", "alert", "sleepy", "love", "laugh", "calm", "dramatic", "excited", "sassy",
)  # fmt: skip
"""What the face can show."""

_OTHER_WORDS = {
    "smile": "happy", "smiling": "happy", "joy": "happy", "cheerful": "happy", "proud": "happy", "wink": "sassy",
    "sorry": "sad", "worried": "sad", "crying": "sad", "shocked": "surprised", "curious": "thinking",
    "confused": "thinking", "angry": "alert", "scared": "alert", "tired": "sleepy", "loving": "love", "heart": "love",
    "laughing": "laugh", "laughs": "laugh", "giggle": "laugh", "giggles": "laugh", "thrilled": "excited",
    "relaxed": "calm", "cheeky": "sassy", "playful": "sassy",
}  # fmt: skip
_PLAIN = re.compile(r"[a-z0-9][a-z0-9 ,.'&+_-]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def mood_of(word: str) -> Tagged | None:
    """The mood that one word stands for; None, and a line in the log, for none."""
    mood = _OTHER_WORDS.get(word.casefold(), word.casefold())
    if mood in MOODS:
        return Tagged(mood)
    log.info("the tag [%s] is dropped: nobody knows it", word)
    return None


def tag_of(kind: str, value: str) -> Tagged | None:
    """The tag `[kind:value]`; None, and a line in the log, where the kind is unknown or the value makes no sense."""
    try:
        reader = _READERS[_kind(kind)]
        return Tagged(reader(value.strip().casefold()), _kind(kind))
    except Refused as reason:
        log.info("the tag [%.20s:%.60r] is dropped: %s", kind, value, reason.sentence)
        return None


def is_kind(word: str) -> bool:
    """Whether `[word:...]` is a tag that somebody acts on, however it is capitalised."""
    return word.casefold() in _READERS


def begins_kind(letters: str) -> bool:
    """Whether the name of a kind begins with these letters."""
    return any(kind.startswith(letters.casefold()) for kind in _READERS)


def _kind(word: str) -> TagKind:
    for kind in _READERS:
        if kind == word.casefold():
            return kind
    raise Refused("There is no such tag.")


def _one_of(*known: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in known:
            raise Refused(f"There are: {', '.join(known)}.")
        return value

    return read


def _emotion(value: str) -> str:
    return _one_of(*MANNERS)(value if value in MANNERS else _OTHER_WORDS.get(value, value))


def _npc(value: str) -> str:
    name = re.sub(r"[ '-]+", "_", value).removeprefix("npc_")
    if not _NAME.fullmatch(name):
        raise Refused("A name has letters, digits and gaps.")
    return name


def _plain(value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise Refused("It takes a few plain words.")
    return value


_READERS: Mapping[TagKind, Callable[[str], str]] = MappingProxyType(
    {
        "face": _one_of(*get_args(Look)),
        "led": lambda value: str(glow_of(value)),
        "sound": _one_of(*get_args(SoundName)),
        "music": _plain,
        "emotion": _emotion,
        "npc": _npc,
        "roll": lambda value: str(dice_of(value)),
        "condition": _plain,
    }
)
