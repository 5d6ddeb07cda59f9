"""How many commands does BMO understand rightly without any model, and does it leave talk alone?

    python benchmarks/commands.py [--keep NAME] [--language de] [--spoken --models ~/bmo/models]

Runs the sets under `tests/sets/` through the skills of the app, in this process: each of commands.jsonl must become
exactly its actions with their arguments, each of silent.jsonl none. `--spoken` has the first 150 single commands said
by two voices (made on the first run, see `parts/people.py`), transcribed by tiny.en and understood; the goal is 95 in
100. Prints what was wrong; `--keep NAME` writes `results/NAME.json`.
"""

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parts.command_sets import COMMANDS, GERMAN_COMMANDS, GERMAN_SILENT, SILENT, Wanted, lines, same
from parts.measuring import RESULTS, machine

from bmo.app.ask_batch import DryRun, Line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", default="", help="write results/NAME.json")
    parser.add_argument("--spoken", action="store_true", help="say them, too")
    parser.add_argument("--models", type=Path, default=Path("~/bmo/models"))
    parser.add_argument(
        "--language", choices=["en", "de"], default="en", help="of the sentences; none is spoken in German"
    )
    options = parser.parse_args()
    run = DryRun(datetime.now(UTC), options.language)
    sets = (GERMAN_COMMANDS, GERMAN_SILENT) if options.language == "de" else (COMMANDS, SILENT)
    result = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), **_written(run, *sets)}
    if options.spoken:
        result["spoken"] = _spoken(run, options.models.expanduser())
    _show(result)
    if options.keep:
        (RESULTS / f"{options.keep}.json").write_text(json.dumps(result, indent=1) + "\n")


def _written(run: DryRun, commands_file: Path, silent_file: Path) -> dict[str, Any]:
    commands, silent = lines(commands_file), lines(silent_file)
    failures: list[dict[str, Any]] = []
    taken: list[float] = []
    for line in (*commands, *silent):
        began = time.perf_counter()
        actions = run.understood(Line(line.id, line.text, line.said, line.state))
        taken.append((time.perf_counter() - began) * 1_000)
        if not same(line.wanted, actions):
            failures.append({"id": line.id, "text": line.text, "wanted": line.wanted, "got": actions})
    failed = {failure["id"] for failure in failures}
    known = [line for line in commands if _exist(line, run)]
    taken.sort()
    return {
        "commands": len(commands),
        "right": _right(commands, failed),
        "commands_whose_actions_exist": len(known),
        "right_of_those": _right(known, failed),
        "silent": len(silent),
        "acted_though_silent": sum(line.id in failed for line in silent),
        "p50_ms": round(statistics.median(taken), 2),
        "p95_ms": round(taken[int(len(taken) * 0.95)], 2),
        "max_ms": round(taken[-1], 2),
        "failures": failures,
    }


def _spoken(run: DryRun, models: Path) -> dict[str, Any]:
    from parts.spoken_commands import single, spoken  # loads the speech model

    heard = spoken(single(lines(COMMANDS), run), run, models)
    shares = {}
    for voice in dict.fromkeys(one.voice for one in heard):
        theirs = [one.right for one in heard if one.voice == voice]
        shares[voice] = f"{sum(theirs)} of {len(theirs)}"
    right = sum(one.right for one in heard)
    return {
        "said": len(heard),
        "right": right,
        "share": round(right / len(heard), 3),
        "voices": shares,
        "failures": [one.told() for one in heard if not one.right],
    }


def _show(result: dict[str, Any]) -> None:
    for part in (result, *([result["spoken"]] if "spoken" in result else [])):
        for failure in part.get("failures", ()):
            print(json.dumps(failure))
        print(json.dumps({key: value for key, value in part.items() if key not in ("failures", "spoken")}, indent=2))


def _right(lines: Sequence[Wanted], failed: set[str]) -> int:
    return sum(line.id not in failed for line in lines)


def _exist(line: Wanted, run: DryRun) -> bool:
    names = {action.name for action in run.actions}
    return all(action["tool"] in names for action in line.wanted)


if __name__ == "__main__":
    main()
