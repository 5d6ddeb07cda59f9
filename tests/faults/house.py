"""The chains of the app over real HTTP: the cloud first, here next, watched."""

import time
from collections.abc import Callable

from bmo.capabilities.breaker import Pace
from bmo.capabilities.chain import Attempt, Chain, Line
from bmo.capabilities.chat import ChainedChat, Chat, ChatRequest, Message, Words
from bmo.capabilities.continuation import ContinuedChat
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience
from bmo.capabilities.speak import ChainedSpeak, Speak, Utterance
from bmo.capabilities.transcribe import ChainedTranscribe, Recording, Transcribe
from bmo.remote.chat import RemoteChat
from bmo.remote.probe import make_probes
from bmo.remote.server import Server
from bmo.remote.speak import RemoteSpeak
from bmo.remote.standing import ServerView
from bmo.remote.transcribe import RemoteTranscribe
from bmo.remote.watch import Rhythm, Watch
from faults.tiny_server import TinyServer

PATIENCE = Patience(connect=0.3, first=0.4, between=0.4)
"""Tenths of what people get, so that the suite is fast."""
PACE = Pace(first=0.3, longest=2.4, steady=2.0)
RHYTHM = Rhythm(health=2.0, suspect=0.2, loading=0.05, waited_for=0.05, timeout=0.4, fresh=0.05, back=8.0)
ASK = ChatRequest((Message("user", "tell me a story"),))
SOUND = Recording(Pcm(b"\1\0" * 1_600, 16_000))


class House:
    """The three chains; `attempts` keeps what the witness saw, `views` what the status page was told."""

    def __init__(self, cloud: Server, here: Server) -> None:
        self.attempts: list[Attempt] = []
        self.views: list[tuple[ServerView, ...]] = []
        self.drained: list[str] = []
        servers = (cloud, here)
        self.watch = Watch(
            servers,
            pace=PACE,
            rhythm=RHYTHM,
            probes=make_probes(PATIENCE, PATIENCE, PATIENCE),
            on_change=self.views.append,
            on_draining=self.drained.append,
        )
        chats: list[Line[Chat]] = [Line(RemoteChat(one), self.watch.gate(one, "chat")) for one in servers]
        ears: list[Line[Transcribe]] = [
            Line(RemoteTranscribe(one), self.watch.gate(one, "transcribe")) for one in servers
        ]
        voices: list[Line[Speak]] = [Line(RemoteSpeak(one), self.watch.gate(one, "speak")) for one in servers]
        self.chat = ContinuedChat(ChainedChat(Chain("chat", chats, PATIENCE, self.attempts.append)))
        self.ears = ChainedTranscribe(Chain("transcribe", ears, PATIENCE, self.attempts.append))
        self.voice = ChainedSpeak(Chain("speak", voices, PATIENCE, self.attempts.append))

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_: object) -> None:
        self.watch.stop()

    def say(self, request: ChatRequest = ASK) -> str:
        return "".join(chunk.text for chunk in self.chat.chat(request) if isinstance(chunk, Words))

    def hear(self) -> str:
        return self.ears.transcribe(SOUND).text

    def rate(self) -> int:
        """Hz of the voice that speaks: 24,000 in the cloud, 16,000 here."""
        return {piece.rate for piece in self.voice.speak(Utterance("one two"))}.pop()

    def view(self, name: str) -> ServerView:
        return next(view for view in self.watch.snapshot() if view.name == name)


def house(cloud: TinyServer, here: TinyServer, url: str = "", *, here_url: str = "", supervised: bool = False) -> House:
    """The house with the cloud behind `url` (a proxy, say), and the other server behind `here_url`."""
    return House(cloud.server("cloud", url), here.server("here", here_url, supervised=supervised))


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition; fails with it when the time is up."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.005)


def seconds(call: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
