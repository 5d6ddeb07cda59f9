"""How many commands does BMO understand rightly without any model, and does it leave talk alone?

    python benchmarks/commands.py [--keep NAME]

Runs the sets under `tests/sets/` through the skills of the app, in this process: each of commands.jsonl must become
exactly its actions with their arguments, each of silent.jsonl none. Prints what was wrong; `--keep NAME` writes
`results/NAME.json`.
"""

import argparse
import json
import statistics
import time
from datetime import UTC, datetime
from typing import Any

from parts.command_sets import COMMANDS, SILENT, Wanted, lines, same
from parts.measuring import RESULTS, machine

from bmo.app.ask_batch import DryRun, Line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", default="", help="write results/NAME.json")
    keep = parser.parse_args().keep
    run = DryRun(datetime.now(UTC))
    result = _measured(run)
    print(json.dumps({key: value for key, value in result.items() if key != "failures"}, indent=2))
    for failure in result["failures"]:
        print(json.dumps(failure))
    if keep:
        (RESULTS / f"{keep}.json").write_text(json.dumps(result, indent=1) + "\n")


def _measured(run: DryRun) -> dict[str, Any]:
    commands, silent = lines(COMMANDS), lines(SILENT)
    failures: list[dict[str, Any]] = []
    taken: list[float] = []
    right = 0
    for line in (*commands, *silent):
        began = time.perf_counter()
        actions = run.understood(Line(line.id, line.text, line.said, line.state))
        taken.append((time.perf_counter() - began) * 1_000)
        if same(line.wanted, actions):
            right += line in commands
        else:
            failures.append({"id": line.id, "text": line.text, "wanted": line.wanted, "got": actions})
    failed = {failure["id"] for failure in failures}
    known = [line for line in commands if _exist(line, run)]
    taken.sort()
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "commands": len(commands),
        "right": right,
        "commands_whose_actions_exist": len(known),
        "right_of_those": sum(line.id not in failed for line in known),
        "silent": len(silent),
        "acted_though_silent": sum(line.id in failed for line in silent),
        "p50_ms": round(statistics.median(taken), 2),
        "p95_ms": round(taken[int(len(taken) * 0.95)], 2),
        "max_ms": round(taken[-1], 2),
        "failures": failures,
    }


def _exist(line: Wanted, run: DryRun) -> bool:
    names = {action.name for action in run.actions}
    return all(action["tool"] in names for action in line.wanted)


if __name__ == "__main__":
    main()
