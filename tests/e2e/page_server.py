"""A small honest stand-in of the app, to develop and test the page against: `python tests/e2e/page_server.py`.

It speaks the wire messages of `bmo.wire.page`, under the app's strict Content-Security-Policy, with a scripted mind:
what a person writes or says is answered in tokens and in tones.
"""

import argparse
import atexit
import math
import shutil
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask, Response, jsonify, request, send_from_directory
from flask_socketio import SocketIO
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bmo.app.http import documents, keys, memory, people_voices, problems, routines, voices, wakes
from bmo.app.papers import papers_of
from bmo.app.parts import Parts
from bmo.app.remembering import MEMORY_TABLES, Remembering
from bmo.app.skills import dry_skills
from bmo.app.trust.accounts import Accounts
from bmo.app.trust.keys import KEY_TABLE, ProgramKeys
from bmo.app.trust.tables import PEOPLE_TABLES, TRUST_TABLES
from bmo.app.trust.visitor import ENVIRON_KEY, Visitor
from bmo.app.ui_settings import Follower, UiSettings
from bmo.app.voice_desk import VoiceDesk
from bmo.assistant.intents import Intents
from bmo.assistant.steps import Steps
from bmo.capabilities.media import Pcm
from bmo.capabilities.people import Role
from bmo.core.clock import SystemClock
from bmo.core.events import Events
from bmo.engines.search.library import DocumentLibrary
from bmo.fakes.chat import FakeChat
from bmo.fakes.private import FakeVoiceprint
from bmo.fakes.speak import FakeSpeak
from bmo.settings.app import AppSettings, DocumentsSettings, MemorySettings
from bmo.skills.documents.papers import Papers
from bmo.skills.documents.store import DOCUMENT_TABLES
from bmo.skills.routines.store import ROUTINE_TABLE, Routines
from bmo.store.database import Database
from bmo.voice.fixed import Fixed
from bmo.voice.phrases import Phrases
from bmo.voice.profiles import SPEAKER_TABLE, Profiles
from bmo.voice.voices import VoiceTable
from bmo.voice.wake_watch import HeardWake
from bmo.voice.wakes import WAKE_TABLE, Wakes
from bmo.voice.who import Who
from bmo.wire import page
from bmo.wire import wakes as wake_wire
from bmo.wire.problem import Problem

PAGE = Path(__file__).parents[2] / "src" / "bmo" / "app" / "page"
RATE = 24_000
"""Hz of the scripted voice."""
CSRF = "a-token-of-the-stand-in"
PIN = "2468"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; base-uri 'none'; form-action 'self'"
)


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, True)
    return folder


def _voices(home: Path) -> dict[str, Any]:
    """The real table of voices and the real settings, with a voice that hums."""
    desk = VoiceDesk(VoiceTable(), Fixed(home / "fixed", FakeSpeak()), Phrases(home / "phrases"), [])
    follower = Follower(desk.check, desk.choose)
    return {"voices": desk, "ui_settings": UiSettings(AppSettings(home=home), {"voice.voice": follower}, {})}


def _ears() -> Who:
    """The real register of voices, with ears that know people by their pitch."""
    folder = _folder()
    return Who(Profiles(Database(folder / "voices.db", [SPEAKER_TABLE]), SystemClock()), FakeVoiceprint())


def _wakes() -> Wakes:
    """Two wakes, with a hum for a voice; the later one just now."""
    folder, clock = _folder(), SystemClock()
    kept = Wakes(Database(folder / "wakes.db", [WAKE_TABLE]), folder / "wakes", clock, "hey jarvis")
    for room, score in (("kitchen", 0.93), ("den", 0.58)):
        sound = Pcm(tone(1.0), RATE)
        kept.keep(HeardWake(clock.now().isoformat(), "t0", "Ada", room, score, 0.5, sound))
    kept.start()
    kept.close()
    return kept


def _papers() -> Papers:
    """The real documents of a household that has none yet; `look` takes in what was sent."""
    home = _folder()
    database = Database(home / "data" / "documents.db", [DOCUMENT_TABLES])
    return papers_of(home, DocumentsSettings(), DocumentLibrary(home / "search"), database, SystemClock(), settled=0)


def _memory() -> Remembering:
    """The real memory, of an account named as the page's own."""
    folder, clock, events = _folder(), SystemClock(), Events()
    database = Database(folder / "memory.db", [TRUST_TABLES, PEOPLE_TABLES, *MEMORY_TABLES])
    accounts = Accounts(database)
    accounts.add("Ada", Role.ADULT)
    return Remembering(database, clock, FakeChat(), accounts, events, MemorySettings())


def _routines() -> Routines:
    """The real routines of a household with timers and announcements, and steps that are really understood."""
    actions = [action for skill in dry_skills(SystemClock(), UTC) for action in skill.actions]
    steps = Steps(Intents(actions), lambda: actions)
    return Routines(Database(_folder() / "routines.db", [ROUTINE_TABLE]), SystemClock(), lambda: steps)


def _keys() -> ProgramKeys:
    """The real keys of programs, of a house whose owner is the page's own."""
    database = Database(_folder() / "keys.db", [TRUST_TABLES, PEOPLE_TABLES, KEY_TABLE])
    Accounts(database).add("Ada", Role.OWNER)
    return ProgramKeys(database, SystemClock())


def tone(seconds: float, pitch: float = 330.0) -> bytes:
    """A voice-like tone that swells and fades five times a second: int16 little-endian mono at `RATE`."""
    count = int(seconds * RATE)
    loud = (abs(math.sin(math.pi * 5 * n / RATE)) for n in range(count))
    samples = (int(9_000 * level * math.sin(2 * math.pi * pitch * n / RATE)) for n, level in enumerate(loud))
    return struct.pack(f"<{count}h", *samples)


def wav(pcm: bytes) -> bytes:
    """The samples as a WAV file."""
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(pcm), b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    return head + struct.pack("<4sI", b"data", len(pcm)) + pcm


@dataclass
class Script:
    """How the stand-in behaves; tests change it."""

    signed_in: bool = True
    pin_needed: bool = False
    pace: float = 0.04
    """Seconds between two tokens."""
    clause_seconds: float = 0.6
    reply: str = "Okay! I told the snail. It says hello back, very slowly."
    tag: str = ""
    reason: str = ""
    provider: str = "cloud"
    notices: tuple[str, ...] = ()
    wake: bool = True
    wake_score: float = 0.3
    """What the meter shows."""
    fails: str = ""
    """A sentence: the turn ends as failed with it."""


@dataclass
class Seen:
    """What the page sent."""

    asked: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    """Which of BMO's questions each of them answered; empty for what was typed."""
    places: list[page.Place] = field(default_factory=list)
    listens: list[str] = field(default_factory=list)
    thresholds: list[float | None] = field(default_factory=list)
    """What each `listen` said of the wake score that counts."""
    meters: list[bool] = field(default_factory=list)
    frames: list[tuple[int, bytes]] = field(default_factory=list)
    """Since the last `listen`."""
    played: list[tuple[str, int]] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    pins: list[dict[str, Any]] = field(default_factory=list)
    stopped_alarms: int = 0
    said: list[str] = field(default_factory=list)
    """The voices that something was said in."""


class StandIn:
    """The app's outside, on a free port of this machine."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.seen = Seen()
        self.timers: dict[int, tuple[str, float, float]] = {}
        """By id: name, seconds, and when it rings (monotonic)."""
        self.pinned: dict[str, str] = {}
        self.door = threading.Event()
        """While it is not set, connections wait."""
        self.door.set()
        self._turns = 0
        self._quiet: set[str] = set()
        self._server: BaseWSGIServer | None = None
        self.app = Flask(__name__, static_folder=None)
        self.who = _ears()
        self.socket = SocketIO(self.app, async_mode="threading", async_handlers=False)
        self._routes()
        self._sockets()

    # Running

    def start(self, port: int = 0) -> str:
        """Serve in the background; returns the address."""
        self._server = make_server("127.0.0.1", port, self.app, threaded=True, request_handler=_Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Stop accepting; the threads of open sockets end with the process."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    # What the app would send

    def tell(self, line: page.Wire) -> None:
        """Send one line of a turn to every page."""
        self.socket.emit("turn", line.model_dump(), namespace="/voice")

    def tell_status(self) -> None:
        """Send the status to every page."""
        self.socket.emit("status", self.status().model_dump(), namespace="/voice")

    def tell_timers(self) -> None:
        """Send the timers to every page."""
        self.socket.emit("timers", self.timer_lines().model_dump(), namespace="/voice")

    def cut_lines(self) -> None:
        """Break every connection without a goodbye, as a network does."""
        for line in list(self.socket.server.eio.sockets.values()):
            line.close(wait=False, abort=True)

    def add_timer(self, name: str, seconds: float, left: float | None = None) -> int:
        """Set a timer and tell the pages."""
        number = max(self.timers, default=0) + 1
        self.timers[number] = (name, seconds, time.monotonic() + (seconds if left is None else left))
        self.tell_timers()
        return number

    def ring(self, number: int, sentence: str = "", audio: str = "/api/audio/alarm.wav") -> None:
        """Let a timer ring now."""
        name, seconds, _ = self.timers[number]
        self.timers[number] = (name, seconds, 0.0)
        line = next(line for line in self.timer_lines().timers if line.id == number)
        self.socket.emit(
            "alarm", page.Alarm(timer=line, sentence=sentence, audio=audio).model_dump(), namespace="/voice"
        )
        self.tell_timers()

    def timer_lines(self) -> page.Timers:
        """The timers as the page sees them."""
        lines = []
        for number, (name, seconds, due) in sorted(self.timers.items()):
            left = max(0.0, due - time.monotonic())
            when = (datetime.now(UTC) + timedelta(seconds=left)).isoformat()
            state = "running" if left > 0 else "ringing"
            lines.append(page.TimerLine(id=number, name=name, seconds=seconds, left=left, state=state, due=when))
        return page.Timers(timers=tuple(lines))

    def status(self) -> page.Status:
        """What GET /api/health answers."""
        script = self.script
        away = script.provider != "cloud"
        cloud = page.ServerBadge(
            name="cloud",
            state="down" if away else "ok",
            sentence="It has not answered for two minutes. I look again by myself." if away else "",
        )
        return page.Status(
            state="degraded" if away else "ok",
            version="0.1.0",
            servers=(cloud, page.ServerBadge(name="here", state="ok")),
            capabilities=tuple(
                page.CapabilityBadge(
                    capability=capability,
                    provider=self.pinned.get(capability) or script.provider,
                    reason=script.reason,
                    choices=("cloud", "here"),
                    pinned=self.pinned.get(capability, ""),
                )
                for capability in ("chat", "transcribe", "speak")
            ),
            notices=script.notices,
            wake=script.wake,
            pin_needed=script.pin_needed,
        )

    def run_turn(self, said: str, spoken: bool, aloud: bool = True) -> None:
        """One whole turn, as the app would tell it."""
        self._turns += 1
        turn = f"t{self._turns}"
        script = self.script
        self.tell(page.StateLine(state="thinking", turn=turn))
        if spoken:
            self.tell(page.ProviderLine(turn=turn, stage="transcribe", provider=script.provider, reason=script.reason))
        self.tell(page.TranscriptLine(turn=turn, text=said, final=True))
        time.sleep(script.pace * 5)
        if script.fails:
            self.tell(page.StateLine(state="error", turn=turn))
            self.tell(page.EndLine(turn=turn, outcome="failed", code="nobody_could", sentence=script.fails))
            return
        self.tell(page.ProviderLine(turn=turn, stage="chat", provider=script.provider, reason=script.reason))
        if script.tag:
            self.tell(page.TagLine(turn=turn, tag=script.tag))
        clauses = [clause + end for clause, end in _clauses(script.reply)]
        for number, clause in enumerate(clauses):
            for word in clause.split(" "):
                if turn in self._quiet:
                    self.tell(page.EndLine(turn=turn, outcome="cancelled", code="cancelled"))
                    return
                self.tell(page.ReplyLine(turn=turn, text=word + " "))
                time.sleep(script.pace)
            if aloud:
                self._say(turn, number)
        self.tell(page.TimingLine(turn=turn, stages={"first_word": 420.0, "first_audio": 610.0, "end": 1240.0}))
        self.tell(page.EndLine(turn=turn, outcome="done"))
        self.tell(page.StateLine(state="idle"))

    def _say(self, turn: str, number: int) -> None:
        if number == 0:
            self.tell(
                page.ProviderLine(turn=turn, stage="speak", provider=self.script.provider, reason=self.script.reason)
            )
            self.tell(page.StateLine(state="speaking", turn=turn))
        pcm = tone(self.script.clause_seconds)
        half = len(pcm) // 4 * 2
        for piece, last in ((pcm[:half], False), (pcm[half:], True)):
            self.tell(page.AudioLine(turn=turn, clause=number, rate=RATE, pcm=piece, last=last))

    # What the page may ask

    def _routes(self) -> None:
        app = self.app
        app.after_request(_strict)
        app.before_request(self._guard)
        app.get("/")(_file)
        app.get("/<path:name>")(_file)
        app.get("/api/session")(self._session)
        app.post("/sign-in/pin")(self._sign_in)
        app.post("/sign-out")(self._sign_out)
        app.add_url_rule("/api/health", "health", lambda: jsonify(self.status().model_dump()))
        app.add_url_rule("/api/timers", "timers", lambda: jsonify(self.timer_lines().model_dump()))
        app.post("/api/timers")(self._set_timer)
        app.delete("/api/timers/<int:number>")(self._cancel_timer)
        app.post("/api/timers/stop")(self._stop_alarm)
        app.post("/api/providers/pin")(self._pin_provider)
        app.post("/api/pin")(self._set_pin)
        app.add_url_rule("/api/satellites", "satellites", lambda: jsonify({"satellites": []}))
        problems.install(app)
        app.register_blueprint(people_voices.routes(cast(Parts, SimpleNamespace(who=self.who))))
        self.home = _folder()
        app.register_blueprint(voices.routes(cast(Parts, SimpleNamespace(**_voices(self.home)))))
        self.wakes = _wakes()
        app.register_blueprint(wakes.routes(cast(Parts, SimpleNamespace(wakes=self.wakes))))
        self.keys = _keys()
        trust = SimpleNamespace(keys=self.keys, accounts=Accounts(self.keys.database))
        app.register_blueprint(keys.routes(cast(Parts, SimpleNamespace(trust=trust))))
        self.memory = _memory()
        remembered = SimpleNamespace(settings=AppSettings(home=self.home), remembering=self.memory)
        app.register_blueprint(memory.routes(cast(Parts, remembered)))
        self.papers = _papers()
        app.register_blueprint(documents.routes(cast(Parts, SimpleNamespace(papers=self.papers))))
        self.routines = _routines()
        app.register_blueprint(routines.routes(cast(Parts, SimpleNamespace(routines=self.routines))))
        app.post("/api/say")(self._say_aloud)
        app.add_url_rule("/api/chat/clear", "clear", lambda: jsonify({}), methods=["POST"])
        app.add_url_rule("/api/audio/alarm.wav", "alarm", lambda: Response(wav(tone(1.0)), mimetype="audio/wav"))

    def _guard(self) -> tuple[Response, int] | None:
        request.environ[ENVIRON_KEY] = Visitor("session", Role.OWNER, "Ada")
        if request.method in {"POST", "PUT", "PATCH", "DELETE"} and request.path != "/sign-in/pin":
            if request.path.startswith("/socket.io") or request.headers.get("X-CSRF-Token") == CSRF:
                return None
            return _problem("csrf", "This page is too old. Please load it again.", 403)
        if request.path.startswith("/api/") and not self.script.signed_in:
            return _problem("denied", "Please sign in first.", 401)
        return None

    def _session(self) -> Response:
        return jsonify(
            {"signed_in": True, "csrf": CSRF, "pin_set": not self.script.pin_needed, "role": "owner", "name": "Ada"}
        )

    def _sign_in(self) -> Response | tuple[Response, int]:
        if request.get_json().get("pin") != PIN:
            return _problem("denied", "That is not the PIN. Try again?", 401)
        self.script.signed_in = True
        return jsonify({})

    def _sign_out(self) -> Response:
        self.script.signed_in = False
        return jsonify({})

    def _set_timer(self) -> Response:
        body = request.get_json()
        self.add_timer(body["name"], body["duration"])
        return jsonify({})

    def _cancel_timer(self, number: int) -> Response:
        self.timers.pop(number, None)
        self.tell_timers()
        return jsonify({})

    def _stop_alarm(self) -> Response:
        self.seen.stopped_alarms += 1
        self.timers = {number: timer for number, timer in self.timers.items() if timer[2] > time.monotonic()}
        self.tell_timers()
        return jsonify({})

    def _pin_provider(self) -> Response:
        body = request.get_json()
        self.seen.pins.append(body)
        self.pinned[body["capability"]] = body["provider"] or ""
        self.tell_status()
        return jsonify({})

    def _say_aloud(self) -> Response:
        self.seen.said.append(request.get_json()["voice"])
        return Response(wav(tone(0.2)), mimetype="audio/wav")

    def _set_pin(self) -> Response | tuple[Response, int]:
        if len(request.get_json()["pin"]) < 4:
            return _problem("refused", "A PIN needs at least four digits.", 400)
        self.script.pin_needed = False
        return jsonify({})

    def _sockets(self) -> None:
        on: Callable[[str], Any] = lambda event: self.socket.on(event, namespace="/voice")  # noqa: E731

        @on("connect")
        def connect(_auth: object = None) -> bool:
            self.door.wait(20)
            return self.script.signed_in

        @on("place")
        def place(message: dict[str, Any]) -> None:
            self.seen.places.append(page.Place.model_validate(message))

        @on("ask")
        def ask(body: dict[str, Any]) -> None:
            asked = page.Ask.model_validate(body)
            self.seen.asked.append(asked.text)
            self.seen.questions.append(asked.question)
            self.socket.start_background_task(self.run_turn, asked.text, False, asked.aloud)

        @on("listen")
        def listen(body: dict[str, Any]) -> None:
            wish = page.Listen.model_validate(body)
            mode = wish.mode
            self.seen.listens.append(mode)
            self.seen.thresholds.append(wish.threshold)
            if mode != "off":
                self.seen.frames.clear()
            if mode == "once":
                self.tell(page.StateLine(state="listening"))

        @on("meter")
        def meter(body: dict[str, Any]) -> None:
            wish = wake_wire.Meter.model_validate(body)
            self.seen.meters.append(wish.on)
            if wish.on:
                score = wake_wire.WakeScore(score=self.script.wake_score, threshold=0.5)
                self.socket.emit("wake_score", score.model_dump(), namespace="/voice")

        @on("frame")
        def frame(head: dict[str, Any], samples: bytes) -> None:
            self.seen.frames.append((page.FrameHead.model_validate(head).seq, samples))

        @on("played")
        def played(body: dict[str, Any]) -> None:
            heard = page.Played.model_validate(body)
            self.seen.played.append((heard.turn, heard.clause))

        @on("stop")
        def stop(body: dict[str, Any]) -> None:
            turn = page.Stop.model_validate(body).turn
            self.seen.stops.append(turn)
            self._quiet.add(turn)
            self.tell(page.StateLine(state="idle"))


class _Quiet(WSGIRequestHandler):
    """No line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _file(name: str = "index.html") -> Response:
    return send_from_directory(PAGE, name)


def _strict(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _problem(code: str, sentence: str, status: int) -> tuple[Response, int]:
    return jsonify(Problem(code=code, sentence=sentence).model_dump()), status


def _clauses(reply: str) -> list[tuple[str, str]]:
    """The reply cut after each full stop or exclamation mark."""
    clauses, start = [], 0
    for index, letter in enumerate(reply):
        if letter in ".!?":
            clauses.append((reply[start:index].strip(), letter))
            start = index + 1
    return clauses or [(reply, "")]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    stand_in = StandIn()
    stand_in.add_timer("spaghetti", 480)
    sys.stdout.write(stand_in.start(options.parse_args().port) + "\n")
    threading.Event().wait()
