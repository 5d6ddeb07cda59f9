"""Words without their endings, so that "counting", "counts" and "count" are one."""

import re


def words_of(text: str) -> frozenset[str]:
    """The words of a text in lower case, without their endings."""
    return frozenset(stem(word) for word in re.findall(r"[a-z0-9']+", text.lower().replace("’", "'")))


def stem(word: str) -> str:
    """A word without s, ing or ed, so that "counting" and "counts" are "count". (Porter's step 1, without the rest.)"""
    word = word.removesuffix("'s")
    if word == "times":  # "seven times eight" is not about the time
        return word
    for ending, replaced in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending) + replaced
            if ending in ("ing", "ed") and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]  # "stopping"
            break
    return word.removesuffix("e") if len(word) > 4 else word
