"""Somebody who was recorded for the cloud is spoken for at home while the cloud is away, and comes back with it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from ai_servers import KEY, room_of, served
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.speakers import RATE, Speakers
from bmo.app.chains import chains_of, voices_of, watch_over
from bmo.bridges.folder import FolderObjects
from bmo.capabilities.chain import Attempt
from bmo.capabilities.speak import ChainedSpeak, Utterance
from bmo.capabilities.turn import Served
from bmo.core.errors import TurnedAway
from bmo.core.events import Events
from bmo.core.trace import trace
from bmo.fakes.speak import FakeSpeak
from bmo.remote.server import Server
from bmo.remote.speakers import ask_speakers
from bmo.settings.app import AiSettings, VoiceSettings
from bmo.voice.phrases import Phrases
from bmo.voice.served import Serving
from sounds import pcm, syllables


@contextmanager
def cloud_with(speakers: Speakers, voice: FakeSpeak) -> Iterator[Server]:
    """An AI server whose voice speaks like recordings."""
    http = make_server("127.0.0.1", 0, create(room_of(speak=voice), Keys({"app": KEY}), speakers=speakers))
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Server("cloud", f"http://127.0.0.1:{http.server_port}", KEY)
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def test_grandma_is_heard_from_the_cloud_and_stood_in_for_at_home(tmp_path: Path) -> None:
    speakers = Speakers(FolderObjects(tmp_path / "objects"), ("bmo",), clones=True)
    speakers.add("grandma", pcm(syllables(4.0, RATE), RATE), "Hello there.")
    clone, small = FakeSpeak("fish", voices=("bmo",), references=speakers.reference), FakeSpeak(voices=("bmo",))
    events, told, ai = Events(), list[Served](), AiSettings()
    events.on(Attempt, Serving(trace(), told.append).note)

    with served(room_of(speak=small)) as here:
        with cloud_with(speakers, clone) as cloud:
            watch = watch_over([cloud, here], ai, "bmo", lambda: None)
            table = voices_of(VoiceSettings())
            chains = chains_of([cloud, here], watch, ai, events, table, Phrases(tmp_path / "phrases"))
            voice = ChainedSpeak(chains.speak)
            assert ask_speakers(cloud, 5.0) == ("bmo", "grandma")
            list(voice.speak(Utterance("Hello dear.", "grandma")))
        list(voice.speak(Utterance("Good night.", "grandma")))

    assert [utterance.voice for utterance in (*clone.utterances, *small.utterances)] == ["grandma", "bmo"]
    assert told[0] == Served("speak", "cloud")
    assert told[-1].provider == "server"
    assert "cloud" in told[-1].reason


def test_a_server_that_keeps_no_speakers_turns_the_question_away() -> None:
    with served(room_of()) as server, pytest.raises(TurnedAway) as fault:
        ask_speakers(server, 5.0)

    assert fault.value.status == 404
