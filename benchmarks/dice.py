"""Rolls a second, and how soon a hostile expression is refused: BMO's dice beside Avrae's `d20`.

    python benchmarks/dice.py [--rounds 6]

`d20` lives in `.bench/dice/`, made on the first run. Each round starts a process of each roller in turn; the fastest of
the rounds counts, because others use this machine. Both keep what they have read, so a second table has expressions
that neither saw before. The peer's luck is Python's `random`; BMO's is the system's generator for secrets, and
`bmo-fast` is BMO with the peer's luck.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from parts.dice_rolls import EXPRESSIONS, HOSTILE
from parts.measuring import keep, machine

HOME = Path(__file__).parents[1] / ".bench" / "dice"
PEER = "d20==1.1.2"
ROLLERS = ("bmo", "bmo-fast", "d20")
LIMIT_MS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6)
    rounds = parser.parse_args().rounds
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in ROLLERS}
    for _ in range(rounds):
        for name in ROLLERS:
            runs[name].append(_run(name))
    speed = {kind: {one: _speeds(kind, one, runs) for one in EXPRESSIONS} for kind in ("again", "fresh")}
    first = {name: max(run["first_ms"] for run in runs[name]) for name in ROLLERS}
    hostile = {one: {name: _slowest(one, runs[name]) for name in ROLLERS} for one in HOSTILE}
    _show(speed, hostile)
    print(
        "\nthe first roll of a process, which reads the grammar: "
        + ", ".join(f"{n} {ms} ms" for n, ms in first.items())
    )
    keep(
        "dice",
        {
            "machine": machine(),
            "peer": PEER,
            "rounds": rounds,
            "rolls_per_s": speed,
            "first_roll_ms": first,
            "hostile": hostile,
        },
    )
    slow = [one for one, rows in hostile.items() if rows["bmo"]["ms"] > LIMIT_MS]
    if slow:
        sys.exit(f"refused too late: {', '.join(slow)}")


def _run(name: str) -> dict[str, Any]:
    python = _environment() / "bin" / "python" if name == "d20" else Path(sys.executable)
    script = Path(__file__).parent / "parts" / "dice_rolls.py"
    told = subprocess.run([python, script, name], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def _environment() -> Path:
    if not (HOME / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        subprocess.run([HOME / "bin" / "python", "-m", "pip", "install", "--quiet", PEER], check=True)
    return HOME


def _speeds(kind: str, expression: str, runs: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
    fastest = {name: max(run[kind][expression] for run in runs[name]) for name in ROLLERS}
    return {**fastest, "ratio": round(fastest["bmo"] / fastest["d20"], 2)}


def _slowest(expression: str, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The slowest of the rounds."""
    slowest: dict[str, Any] = max((run["hostile"][expression] for run in runs), key=lambda one: one["ms"])
    return slowest


def _show(speed: dict[str, Any], hostile: dict[str, Any]) -> None:
    for kind, title in (("again", "the same expression"), ("fresh", "never read before")):
        print(f"\n{'rolls/s, ' + title:36}" + "".join(f"{name:>11}" for name in (*ROLLERS, "bmo/d20")))
        for one, row in speed[kind].items():
            print(f"{one:36}" + "".join(f"{row[name]:11,.0f}" for name in ROLLERS) + f"{row['ratio']:11.2f}")
    print(f"\n{'hostile':16} {'roller':10} {'ms':>10}   how")
    for one, rows in hostile.items():
        for name in ("bmo", "d20"):
            print(f"{one:16} {name:10} {rows[name]['ms']:10.2f}   {rows[name]['how']}")


if __name__ == "__main__":
    main()
