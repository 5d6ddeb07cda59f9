"""The llama.cpp process: stopped when nobody wants the answer, started again when it died, gone with its parent."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmo.capabilities.chat import ChatRequest, Finished, Message
from bmo.core.errors import Broken, Cancelled, Malformed
from bmo.engines.llama_cpp import LlamaCpp
from models import LLM, model_path

pytestmark = pytest.mark.real
LONG = " ".join(f"item {number} is a thing" for number in range(300))
ENDLESS = ChatRequest((Message("user", "Count from one to one thousand in words."),), max_tokens=2_000)


@pytest.fixture(scope="module")
def model() -> Iterator[LlamaCpp]:
    engine = LlamaCpp(model_path(LLM) / "model.gguf")
    yield engine
    engine.close()


def cpu_ticks(model: LlamaCpp) -> int:
    """Of the child, user and system."""
    assert model._process._process is not None
    fields = Path(f"/proc/{model._process._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def becomes_idle(model: LlamaCpp, seconds: float) -> bool:
    """Whether the child stops using the processor within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = cpu_ticks(model)
        time.sleep(0.3)
        if cpu_ticks(model) - before <= 2:
            return True
    return False


def test_closing_the_stream_stops_the_model(model: LlamaCpp) -> None:
    chunks = model.chat(ENDLESS)
    next(chunks)
    chunks.close()

    assert becomes_idle(model, 5)


def test_an_interrupt_while_it_still_reads_ends_the_wait_at_once(model: LlamaCpp) -> None:
    chunks = model.chat(ChatRequest((Message("user", LONG),)))
    timer = threading.Timer(0.5, chunks.interrupt)
    timer.start()
    with pytest.raises(Cancelled):
        next(chunks)
    chunks.close()

    assert becomes_idle(model, 20)


def test_an_interrupt_before_the_start_forbids_it(model: LlamaCpp) -> None:
    chunks = model.chat(ENDLESS)
    chunks.interrupt()

    with pytest.raises(Cancelled):
        next(chunks)


def test_a_death_in_mid_answer_is_told_and_the_next_answer_comes_from_a_new_process(model: LlamaCpp) -> None:
    chunks = model.chat(ENDLESS)
    next(chunks)
    assert model._process._process is not None
    model._process._process.kill()
    with pytest.raises(Malformed):
        list(chunks)

    model._process._process.wait()
    again = list(model.chat(ChatRequest((Message("user", "Hello!"),), max_tokens=5)))
    assert isinstance(again[-1], Finished)


@pytest.mark.parametrize("content", [b"", b"GGUF" + b"junk" * 1_000])
def test_a_damaged_file_is_broken_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)

    with pytest.raises(Broken, match=r"model\.gguf cannot be loaded"):
        LlamaCpp(file)


def test_it_is_gone_when_its_parent_is_killed() -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom bmo.engines.llama_process import LlamaProcess\n"
        "p = LlamaProcess(Path(sys.argv[1]), threads=1, context=512); p.start()\n"
        "print(p._process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(model_path(LLM) / "model.gguf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = Path("/proc", parent.stdout.readline().strip())
        assert child.exists()
        parent.kill()

    end = time.monotonic() + 10
    while child.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not child.exists()
