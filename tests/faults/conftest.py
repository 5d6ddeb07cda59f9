from collections.abc import Iterator

import pytest

from bmo.fakes.chat import FakeChat
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from faults.proxy import FaultProxy
from faults.tiny_server import TinyServer

HERE_SAYS = "HERE GOES ON WITH ITS OWN WORDS. THEN IT STOPS."


@pytest.fixture
def cloud() -> Iterator[TinyServer]:
    """The AI server that is asked first."""
    with TinyServer() as server:
        yield server


@pytest.fixture
def here() -> Iterator[TinyServer]:
    """The AI server beside the app, with a voice and words of its own."""
    ears, voice = FakeTranscribe("here", "what was heard here"), FakeSpeak("here", rate=16_000)
    with TinyServer(FakeChat("here", HERE_SAYS), ears, voice) as server:
        yield server


@pytest.fixture
def proxy(cloud: TinyServer) -> Iterator[FaultProxy]:
    """What stands between BMO and the cloud."""
    with FaultProxy(("127.0.0.1", cloud.port)) as proxy:
        yield proxy
