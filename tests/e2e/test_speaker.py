"""From sentences read aloud to a name: the AI server's own desk, the line to it, the register, and the decision."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from werkzeug.serving import make_server

from ai_servers import KEY
from bmo.ai_server.wiring import build
from bmo.capabilities.media import Pcm
from bmo.fakes.clock import ManualClock
from bmo.remote.server import Server
from bmo.remote.voiceprint import RemoteVoiceprint
from bmo.settings.ai_server import AiServerSettings
from bmo.store.database import Database
from bmo.voice.profiles import SPEAKER_TABLE, Profiles
from bmo.voice.who import Who
from models import SPEAKER, VAD, model_path, models_dir
from sounds import said

pytestmark = pytest.mark.real

SENTENCES = (
    "The quick little robot waters the plants on the window sill every single morning.",
    "Please remind me to call my grandmother before dinner, and to bring the old blue umbrella.",
    "When the rain stops we walk along the river, and count the boats.",
)
COMMANDS = ("Hey Jarvis. Set a timer for ten minutes, please.", "Hey Jarvis. What is the date on Friday?")
PEOPLE = {"Hannah": "heart", "Lou": "low"}
"""One voice, and the same three semitones lower: unlike enough for the network, and made in a moment."""


@pytest.fixture
def who(tmp_path: Path) -> Iterator[Who]:
    for model in (SPEAKER, VAD):
        model_path(model)
    off = {name: {"engine": "off"} for name in ("llm", "stt", "tts", "search")}
    settings = AiServerSettings.model_validate(
        {"home": tmp_path, "models_dir": models_dir(), "key": SecretStr(KEY), **off}
    )
    http = make_server("127.0.0.1", 0, build(settings), threaded=True)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    server = Server("here", f"http://127.0.0.1:{http.server_port}", KEY, supervised=True)
    database = Database(tmp_path / "bmo.db", [SPEAKER_TABLE])
    yield Who(Profiles(database, ManualClock()), RemoteVoiceprint(server))
    http.shutdown()
    thread.join()
    http.server_close()
    database.close()


def test_people_who_read_three_sentences_are_known_by_their_commands_and_others_are_not(who: Who) -> None:
    for person, voice in PEOPLE.items():
        for sentence in SENTENCES:
            who.learn(person, said(sentence, voice))

    named = {
        (person, command): who.identify(said(command, PEOPLE[person])) for person in PEOPLE for command in COMMANDS
    }
    assert {key: verdict.person for key, verdict in named.items()} == {key: key[0] for key in named}
    assert who.identify(said("Stop!")).person == ""  # too little to know anybody by
    who.profiles.remove("Lou")
    assert [who.identify(said(command, "low")).person for command in COMMANDS] == ["", ""]


def test_a_machine_without_the_model_says_so_and_knows_nobody(tmp_path: Path) -> None:
    off = {name: {"engine": "off"} for name in ("llm", "stt", "tts", "search")}
    settings = AiServerSettings.model_validate({"home": tmp_path, "key": SecretStr(KEY), **off})
    client = build(settings).test_client()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "audio/pcm;rate=16000"}

    answer = client.post("/voice/embed", data=Pcm(bytes(64_000), 16_000).samples, headers=headers)

    assert answer.status_code == 503
    assert "bmo models pull" in answer.json["sentence"]
