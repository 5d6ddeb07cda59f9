"""kill -9 while documents are taken in: afterwards every file is found once, and none that was deleted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from papers import ADA, kept, projects, put

pytestmark = pytest.mark.real
TAKING_IN = """
import sys
from pathlib import Path
from papers import kept
with kept(Path(sys.argv[1])) as papers:
    while True:
        papers.documents.look()
"""
WORDS = ("anchor", "boiler", "cellar", "dynamo", "engine", "fender", "galley", "hammock")


def killed_after(home: Path, seconds: float) -> None:
    """Take documents in for so long, from the moment that something happens."""
    child = subprocess.Popen(
        [sys.executable, "-c", TAKING_IN, str(home)], env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    )
    touched = home / "data" / "bmo.db-wal"
    before = touched.stat().st_size if touched.exists() else 0
    end = time.monotonic() + 30
    while time.monotonic() < end and (not touched.exists() or touched.stat().st_size == before):
        assert child.poll() is None
        time.sleep(0.002)
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    child.wait()


def test_whenever_it_is_killed_nothing_is_lost_and_nothing_stays(tmp_path: Path) -> None:
    for number, word in enumerate(WORDS):
        put(projects(tmp_path) / f"{word}.md", f"# {word}\n\nThe {word} has number {number}.\n")
    for round_, seconds in enumerate((0.0, 0.03, 0.15)):
        killed_after(tmp_path, seconds)
        put(projects(tmp_path) / f"{WORDS[round_]}.md", f"# Changed\n\nNow it is a turnip{round_}.\n")
        (projects(tmp_path) / f"{WORDS[-1 - round_]}.md").unlink()
    with kept(tmp_path) as papers:
        papers.documents.look()
        found = {
            word: [one.file for one in papers.documents.search(word, ADA).hits if word in one.text] for word in WORDS
        }
        turnips = [papers.documents.search(f"turnip{number}", ADA).hits[0].file for number in range(3)]

    assert found == {word: [f"{word}.md"] if word in WORDS[3:5] else [] for word in WORDS}
    assert turnips == ["anchor.md", "boiler.md", "cellar.md"]
