"""How BMO tells a person their own facts: "my code is 12" becomes "your code is 12"."""

import re
from collections.abc import Sequence

from bmo.capabilities.wording import Told
from bmo.capabilities.wording import listed as joined

_TURNED = {
    "i": "you",
    "i'm": "you're",
    "i am": "you are",
    "i was": "you were",
    "i've": "you've",
    "i'll": "you'll",
    "i'd": "you'd",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
}
_MINE = re.compile(r"\b(?:i am|i was|i['’](?:m|ve|ll|d)|i|me|my|mine|myself)\b", re.IGNORECASE)
_YOURS = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)


def turned(fact: str) -> str:
    """The fact as BMO says it to the person; one that speaks of BMO too stays as it was said, in quotes."""
    if _YOURS.search(fact):
        return f"“{fact}”"
    said = _MINE.sub(lambda found: _TURNED[found[0].casefold().replace("’", "'")], fact)
    return said[:1].lower() + said[1:] if _MINE.match(fact) else said


def listed(facts: Sequence[str], most: int) -> Told:
    """The facts as one sentence can hold them, and how many are left out."""
    said = [Told("that {turned}", turned=turned(fact), fact=fact) for fact in facts[:most]]
    if len(facts) > most:
        said.append(Told("{count} more things, which stand on my page", count=len(facts) - most))
    return joined(said, "; ", "; and ")
