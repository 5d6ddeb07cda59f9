"""How long BMO takes to its first page and to its first answer, and what memory each process holds.

Starts `bmo run` in an empty home with the models of `BMO_TEST_MODELS`, measures, ends it, and writes
`results/startup-DATE.json`. Linux only: memory and start times are read from /proc.
"""

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3

from bmo.run.home import free_port

RESULTS = Path(__file__).parent / "results"
PROMISES = {"first_page_s": 2.0, "app_pss_mb": 150.0}
"""Goals: the first page within 2 s of the app's start, the app's processes within 150 MB."""
PATIENCE = 180.0
RUNS = 3


def main() -> None:
    """Measure a few cold starts, print and keep them."""
    http = urllib3.PoolManager()
    runs = [measure(http) for _ in range(RUNS)]
    result = {"machine": machine(), "promises": PROMISES, "runs": runs}
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"startup-{datetime.now(UTC):%Y-%m-%d}.json"
    target.write_text(json.dumps(result, indent=2) + "\n")
    for run in runs:
        print(json.dumps(run))
    print(f"written to {target}")


def measure(http: urllib3.PoolManager) -> dict[str, Any]:
    """One cold start."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as (home, url):
        pid_of = {name: wait_for(lambda name=name: read_pid(home, name)) for name in ("app", "ai-server")}
        key = {"Authorization": f"Bearer {(home / 'token').read_text().strip()}"}
        page = wait_for(lambda: at_ok(http, f"{url}/", key)) - born(pid_of["app"])
        local = f"http://127.0.0.1:{environment(pid_of['ai-server'])['BMO_AI_SERVER__PORT']}"
        ready = wait_for(lambda: at_ok(http, f"{local}/readyz", {})) - born(pid_of["ai-server"])
        asked = now()
        answer = http.request(
            "POST", f"{url}/api/chat", headers=key, json={"text": "Say hello in three words."}, timeout=PATIENCE
        )
        return {
            "first_page_s": round(page, 2),
            "ai_server_ready_s": round(ready, 2),
            "first_answer_s": round(now() - asked, 2),
            "first_answer_status": answer.status,
            "memory_mb": {name: memory(pid) for name, pid in pid_of.items()},
        }


@contextmanager
def started(home: Path) -> Iterator[tuple[Path, str]]:
    """`bmo run` in this home; gives the home and the app's address."""
    port = free_port()
    models = os.environ.get("BMO_TEST_MODELS") or str(Path.home() / ".cache/bmo-test-models")
    told = {"BMO_HOME": str(home), "BMO_APP__PORT": str(port), "BMO_AI_SERVER__MODELS_DIR": models}
    with (home / "bmo-run.log").open("wb") as log:
        command = [sys.executable, "-m", "bmo.cli", "run", "--no-models"]
        run = subprocess.Popen(command, env={**os.environ, **told}, stdout=log, stderr=log)
        try:
            yield home, f"http://127.0.0.1:{port}"
        finally:
            run.send_signal(signal.SIGTERM)
            run.wait(60)


def wait_for(answer: Callable[[], Any]) -> Any:
    """The first true answer."""
    deadline = now() + PATIENCE
    while not (got := answer()):
        if now() > deadline:
            raise SystemExit("BMO did not get ready; look at the logs")
        time.sleep(0.01)
    return got


def at_ok(http: urllib3.PoolManager, url: str, headers: dict[str, str]) -> float | None:
    """The moment at which the address answered 200, or None."""
    try:
        status = http.request("GET", url, headers=headers, timeout=5.0, retries=False, redirect=False).status
    except urllib3.exceptions.HTTPError:
        return None
    return now() if status == 200 else None


def now() -> float:
    """Seconds on the clock that process start times are kept in."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def read_pid(home: Path, name: str) -> int | None:
    """The process that runs this program, once it does."""
    try:
        return int((home / "run" / f"{name}.pid").read_text())
    except (FileNotFoundError, ValueError):
        return None


def born(pid: int) -> float:
    """When a process was started, to a hundredth of a second (proc(5), field 22 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")


def environment(pid: int) -> dict[str, str]:
    """What a process was told at its start."""
    pairs = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def memory(pid: int) -> dict[str, float]:
    """Resident (RSS) and proportional (PSS) memory of a process and everything it started, in MB."""
    total = {"rss": 0, "pss": 0}
    for member in family(pid):
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name.lower() in total:
                total[name.lower()] += int(rest.split()[0])
    return {name: round(kib * 1024 / 1e6, 1) for name, kib in total.items()}


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    return [pid, *(member for child in children for member in family(child))]


def _children(task: Path) -> list[str]:
    return (task / "children").read_text().split()


def machine() -> dict[str, Any]:
    """On what this was measured."""
    cpu = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    memory_kib = int(Path("/proc/meminfo").read_text().split()[1])
    return {
        "cpu": cpu[0] if cpu else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory_kib * 1024 / 1e9, 1),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
