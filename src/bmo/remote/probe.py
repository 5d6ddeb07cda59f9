"""Questions that BMO asks a server on its own account: how are you, and can you really do it."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import TypeAlias

from pydantic import ValidationError

from bmo.capabilities import chat, speak, transcribe
from bmo.capabilities.chat import ChatRequest, Message
from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.capabilities.provider import Patience
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording
from bmo.core.errors import Malformed
from bmo.remote.chat import RemoteChat
from bmo.remote.server import Server, read_all
from bmo.remote.speak import RemoteSpeak
from bmo.remote.transcribe import RemoteTranscribe
from bmo.wire.ai import Health, HealthWord

Probe: TypeAlias = Callable[[Server], None]
"""One tiny inference. Returns if it worked; raises `Unavailable` if it did not."""

SUPERVISED_SECONDS = 60.0
"""People have no deadline for the server beside the app, as there is nobody behind it; a probe has this one."""
HELLO = ChatRequest((Message("user", "Hi"),), max_tokens=1)
SILENCE = Pcm(bytes(SPEECH_RATE * SAMPLE_WIDTH // 2), SPEECH_RATE)
"""Half a second."""


def ask_health(server: Server, seconds: float) -> HealthWord:
    """How the server says it is: `Health`, or only the word if it does not know our key. Raises `Unavailable`."""
    deadline = server.deadline(Patience(connect=seconds, first=seconds))
    with server.exchange("GET", "/health", deadline) as response:
        body = read_all(response, server)
    for kind in (Health, HealthWord):
        try:
            return kind.model_validate_json(body)
        except ValidationError:
            continue
    raise Malformed(f"{server.called} sent a health report that makes no sense.")


def make_probes(
    chat_patience: Patience = chat.PATIENCE,
    transcribe_patience: Patience = transcribe.PATIENCE,
    speak_patience: Patience = speak.PATIENCE,
    voice: str = "bmo",
    hello: ChatRequest = HELLO,
) -> Mapping[str, Probe]:
    """A probe for each capability, as patient as people's requests are: what is too slow for them is not back.

    `hello` is what chats are asked, best with the beginning that people's requests have.
    """

    def probe_chat(server: Server) -> None:
        asked = replace(hello, max_tokens=1, patience=_allowed(server, chat_patience))
        with closing(RemoteChat(server).chat(asked)) as chunks:
            for _ in chunks:
                pass

    def probe_transcribe(server: Server) -> None:
        patience = _allowed(server, transcribe_patience)
        RemoteTranscribe(server).transcribe(Recording(SILENCE, patience=patience))

    def probe_speak(server: Server) -> None:
        asked = Utterance("Hi.", voice, patience=_allowed(server, speak_patience))
        with closing(RemoteSpeak(server).speak(asked)) as pieces:
            for _ in pieces:
                pass

    return {"chat": probe_chat, "transcribe": probe_transcribe, "speak": probe_speak}


def _allowed(server: Server, patience: Patience) -> Patience:
    return Patience(patience.connect, SUPERVISED_SECONDS, SUPERVISED_SECONDS) if server.supervised else patience
