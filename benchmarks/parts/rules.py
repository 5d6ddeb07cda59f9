"""The commands of `utterances.py` understood by a few patterns: the intents of the peers, which bring none.

Plain Python without a library, as it runs in the peers' own environments too.
"""

import re
from datetime import datetime

_NUMBERS = {"five": "5", "ten": "10", "one": "1"}
_SET = re.compile(r"^set a timer for (\w+) (minutes?|hours?)(?: for the (\w+))?$")
_LEFT = re.compile(r"^how long (?:is|has) left on the (\w+) timer$")
PROMPT = "You are BMO, a small and cheerful robot. Answer with three short sentences and no lists."


def answer(text: str) -> str | None:
    """What to say, or None when the model has to answer."""
    plain = " ".join(re.sub(r"[^\w\s]", " ", text.lower()).split())
    if found := _SET.match(plain):
        count, unit, name = _NUMBERS.get(found[1], found[1]), found[2], found[3]
        return f"{name.capitalize()} timer set for {count} {unit}." if name else f"Timer set for {count} {unit}."
    if found := _LEFT.match(plain):
        return f"The {found[1]} timer has 4 minutes and 30 seconds left."
    if plain.startswith("what time is it"):
        return f"It is {datetime.now().astimezone():%I:%M %p}."
    if plain.startswith("what day is it"):
        return f"Today is {datetime.now().astimezone():%A, %B %d, %Y}."
    return "All timers are cancelled." if plain == "cancel all timers" else None
