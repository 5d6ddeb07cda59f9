import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bmo.run.program import Backoff, Program
from bmo.run.supervisor import Supervisor

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]


class HandClock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


def python(name: str, code: str, **more) -> Program:
    return Program(name, (sys.executable, "-c", code), **more)


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for a condition that another process brings about."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("run", "logs"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(home, said):
    """Make a supervisor whose children are gone after the test."""
    made = []

    def make(*programs: Program, **more) -> Supervisor:
        made.append(Supervisor(programs, home, said.append, **more))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.end()


def pid(home: Path, name: str) -> int:
    return int((home / "run" / f"{name}.pid").read_text())


def test_waits_double_up_to_a_limit_and_a_minute_of_life_is_forgiven() -> None:
    backoff = Backoff()

    assert [backoff.wait(1.0) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert backoff.wait(60.0) == 0.5
    assert backoff.wait(59.9) == 1


def test_a_program_that_dies_starts_again_after_its_wait(home, said, supervise) -> None:
    clock = HandClock()
    supervisor = supervise(python("ears", "print('no microphone'); raise SystemExit(3)"), clock=clock)

    def round_until_dead(times: int) -> None:
        until(lambda: supervisor.look() or sum("stopped" in line for line in said) == times)

    round_until_dead(1)
    assert "ears stopped (exit code 3); it starts again in 0.5 s." in said[-2]
    assert said[-1] == "  its last words: no microphone"
    clock.seconds += 0.4
    supervisor.look()
    assert not (home / "run/ears.pid").exists()

    clock.seconds += 0.1
    round_until_dead(2)
    assert "again in 1 s" in said[-2]


def test_a_program_that_hangs_is_killed_after_a_minute_and_starts_again(home, said, supervise) -> None:
    clock = HandClock()
    answers = [True]
    program = python("app", "import time; time.sleep(60)", alive=lambda: answers[0])
    supervisor = supervise(program, clock=clock)
    supervisor.look()
    supervisor.look()
    first = pid(home, "app")

    def minute() -> None:
        for _ in range(6):
            clock.seconds += 10
            supervisor.look()

    minute()
    assert said[-1].startswith("app is up")
    answers[0] = False
    for _ in range(5):
        clock.seconds += 10
        supervisor.look()
    assert said[-1].startswith("app is up")
    answers[0] = True
    minute()
    answers[0] = False
    minute()
    assert said[-1] == "app has not answered for 60 s and was killed"

    until(lambda: supervisor.look() or "was killed by SIGKILL" in said[-1])
    clock.seconds += 1
    supervisor.look()
    assert pid(home, "app") != first


def test_a_program_is_announced_once_it_is_ready_and_again_after_a_crash(home, said, supervise) -> None:
    flag = home / "flag"
    up = []
    supervisor = supervise(
        python("app", "import time; time.sleep(60)", ready=flag.exists), up=lambda program: up.append(program.name)
    )
    supervisor.look()
    supervisor.look()
    assert up == []

    flag.touch()
    supervisor.look()
    supervisor.look()
    assert up == ["app"]

    os.kill(pid(home, "app"), signal.SIGKILL)
    until(lambda: supervisor.look() or any("was killed by SIGKILL" in line for line in said))
    until(lambda: supervisor.look() or up == ["app", "app"])


def test_all_words_go_to_the_log_with_the_programs_name(home, supervise) -> None:
    supervisor = supervise(python("app", "import sys; print('out', flush=True); print('err', file=sys.stderr)"))
    supervisor.look()

    until(lambda: (home / "logs/app.log").exists() and "err" in (home / "logs/app.log").read_text())
    assert (home / "logs/app.log").read_text().splitlines()[:2] == ["app | out", "app | err"]


def test_a_program_gets_its_environment_its_niceness_and_a_session_of_its_own(home, supervise) -> None:
    code = "import os; print(os.environ['GREETING'], os.nice(0), os.getsid(0) == os.getpid())"
    supervisor = supervise(python("app", code, environment={"GREETING": "hello"}, niceness=3))
    supervisor.look()

    until(lambda: (home / "logs/app.log").exists() and (home / "logs/app.log").stat().st_size)
    assert (home / "logs/app.log").read_text() == f"app | hello {os.nice(0) + 3} True\n"


NOTES_ITS_END = """
import pathlib, signal, sys, time
def end(*_):
    with open({log!r}, "a") as log: print({name!r}, file=log)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path({log!r} + ".{name}").touch()
time.sleep(60)
"""


def test_all_end_in_reverse_order_of_their_start(home, said, supervise) -> None:
    log = str(home / "ends")
    names = ("ai-server", "cloud", "app")
    supervisor = supervise(*(python(name, NOTES_ITS_END.format(log=log, name=name)) for name in names))
    supervisor.look()
    until(lambda: all(Path(f"{log}.{name}").exists() for name in names))

    supervisor.end()

    assert Path(log).read_text().split() == ["app", "cloud", "ai-server"]
    assert list((home / "run").iterdir()) == []
    assert not any("killed" in line for line in said)


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def test_who_does_not_end_within_the_grace_period_is_killed(home, said, supervise) -> None:
    supervisor = supervise(python("app", DEAF), grace=0.2)
    supervisor.look()
    until(lambda: (home / "logs/app.log").exists() and "deaf" in (home / "logs/app.log").read_text())
    was = pid(home, "app")

    supervisor.end()

    assert not alive(was)
    assert said[-1] == "app did not end by itself and was killed"


def test_a_second_ctrl_c_does_not_wait(home, said, supervise) -> None:
    supervisor = supervise(python("app", DEAF), grace=60)
    supervisor.look()
    until(lambda: (home / "logs/app.log").exists() and "deaf" in (home / "logs/app.log").read_text())
    supervisor.stop()
    supervisor.stop()

    supervisor.end()

    assert said[-1] == "app did not end by itself and was killed"


PARENT_OF_TWO = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_the_children_of_a_killed_program_go_with_it(home, said, supervise) -> None:
    supervisor = supervise(python("app", PARENT_OF_TWO))
    supervisor.look()
    log = home / "logs/app.log"
    until(lambda: log.exists() and log.stat().st_size)
    grandchild = int(log.read_text().split("|")[1])

    os.kill(pid(home, "app"), signal.SIGKILL)

    until(lambda: supervisor.look() or any("was killed" in line for line in said))
    until(lambda: not alive(grandchild))


WHOLE_SUPERVISOR = """
import sys
from pathlib import Path
from bmo.run.program import Program
from bmo.run.supervisor import Supervisor
home = Path(sys.argv[1])
sleeper = (sys.executable, "-c", "import time; time.sleep(60)")
say = lambda line: print(line, flush=True)
Supervisor([Program("ai-server", sleeper), Program("app", sleeper)], home, say).run()
print("all gone", flush=True)
"""


@pytest.fixture
def whole(home):
    """A supervisor in a process of its own, with two programs up."""
    process = subprocess.Popen(
        [sys.executable, "-c", WHOLE_SUPERVISOR, str(home)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    until(lambda: all((home / f"run/{name}.pid").exists() for name in ("ai-server", "app")))
    until(lambda: all(alive(pid(home, name)) for name in ("ai-server", "app")))
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the leash")
def test_kill_9_of_the_supervisor_ends_its_programs(home, whole) -> None:
    pids = [pid(home, name) for name in ("ai-server", "app")]

    whole.kill()

    until(lambda: not any(alive(p) for p in pids))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_everything(number, home, whole) -> None:
    pids = [pid(home, name) for name in ("ai-server", "app")]

    whole.send_signal(number)
    out, _ = whole.communicate(timeout=15)

    assert out.splitlines()[-1] == "all gone"
    assert whole.returncode == 0
    assert not any(alive(p) for p in pids)
