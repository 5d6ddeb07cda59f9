"""When two names mean the same: capitals, plurals, accents, punctuation and the order of words do not count."""

import re
import unicodedata

_SAME = {"armour": "armor", "grey": "gray", "men": "man", "women": "woman", "mice": "mouse", "oxen": "ox"}
_SMALL = frozenset({"of", "the", "a", "an", "and", "s"})
_WORD = re.compile(r"[a-z0-9+/]+")


def key(name: str) -> str:
    """The same for "Dire Wolf", "dire wolves" and "DIRE-WOLF"."""
    return " ".join(_stem(word) for word in _words(name))


def loose_key(name: str) -> str:
    """The same for "Potion of Healing" and "healing potions", for "Lantern, Hooded" and "hooded lantern"."""
    return " ".join(sorted(_stem(word) for word in _words(name) if word not in _SMALL))


def joined_key(name: str) -> str:
    """The same for "Fireball" and "fire balls"."""
    return _stem("".join(_words(name)))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return [_SAME.get(word, word) for word in _WORD.findall(plain)]


def _stem(word: str) -> str:
    """What a word and its plural share: wolves and wolf, zombies and zombie, axes and axe. Not always a word."""
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2:
        word = word[:-1]
    if word.endswith("e") and len(word) > 2:
        word = word[:-1]
    if word.endswith("i"):
        return word[:-1] + "y"
    return word[:-1] + "f" if word.endswith("v") else word
