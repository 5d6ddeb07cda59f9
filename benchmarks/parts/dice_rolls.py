"""Rolls dice for `benchmarks/dice.py`, in one process with one roller: `python dice_rolls.py bmo|bmo-fast|d20`.

Prints one line of JSON: rolls a second of each expression (the same one again and again, and one that was never read
before), and what becomes of hostile ones. It imports nothing of the house but what it measures, because the peer's
environment has nothing else.
"""

import json
import random
import sys
import time
from collections.abc import Callable

EXPRESSIONS = ("1d20+5", "4d6kh3", "10d6e6")
HOSTILE = {"3,000 brackets": "(" * 3_000 + "1d20" + ")" * 3_000, "6,000 digits": "1d" + "9" * 6_000, "1d1e1": "1d1e1"}
SECONDS = 0.4
"""Of each measurement."""

Roller = Callable[[str], object]


def roller(name: str) -> Roller:
    """`bmo` as it is in life, `bmo-fast` with the peer's kind of luck, or the peer."""
    if name == "d20":
        import d20

        return d20.roll
    from bmo.dnd.dice import SystemLuck, roll

    class FastLuck:
        def roll(self, sides: int) -> int:
            return random.randint(1, sides)

    luck = FastLuck() if name == "bmo-fast" else SystemLuck()
    return lambda expression: roll(expression, luck)


def per_second(roll: Roller, expressions: Callable[[int], str]) -> float:
    """How often it rolls in a second."""
    for number in range(50):
        roll(expressions(number))
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        for _ in range(50):
            roll(expressions(100 + done))
            done += 1
    return done / (time.perf_counter() - began)


def refused(roll: Roller, expression: str) -> dict[str, object]:
    """Milliseconds until it answers or says no, and how. `RecursionError` is a fault of the roller."""
    began = time.perf_counter()
    try:
        roll(expression)
        how = "rolled"
    except Exception as fault:  # whatever comes is what is measured
        how = f"{type(fault).__name__}: {str(fault)[:80]}"
    return {"ms": round((time.perf_counter() - began) * 1_000, 3), "how": how}


def main() -> None:
    roll = roller(sys.argv[1])
    first = refused(roll, "1d20")["ms"]
    hostile = {name: refused(roll, expression) for name, expression in HOSTILE.items()}
    again = {one: round(per_second(roll, lambda _, one=one: one)) for one in EXPRESSIONS}
    fresh = {one: round(per_second(roll, lambda at, one=one: f"{one}+{at % 900_000}")) for one in EXPRESSIONS}
    print(json.dumps({"first_ms": first, "hostile": hostile, "again": again, "fresh": fresh}))


if __name__ == "__main__":
    main()
