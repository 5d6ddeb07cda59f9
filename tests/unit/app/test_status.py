"""The status page tells who would answer, what is missing, and what goes away."""

import pytest

from bmo.app.status import StatusBoard
from bmo.capabilities.chain import Chain, Line
from bmo.capabilities.chat import PATIENCE, Chat
from bmo.core.errors import NotFound
from bmo.fakes.chat import FakeChat
from bmo.remote.server import Server
from bmo.remote.watch import Watch
from bmo.wire.ai import Health, HealthWord

CLOUD = Server("cloud", "http://127.0.0.1:9", "key")
HERE = Server("here", "http://127.0.0.1:9", "key", supervised=True)


def board(refused: str = "", /, **state: str) -> StatusBoard:
    """Two servers, looked at once, in these states."""

    def health(server: Server, _timeout: float) -> HealthWord:
        return Health.model_validate({"state": state.get(server.name, "ok"), "version": "1", "capabilities": {}})

    watch = Watch([CLOUD, HERE], health=health, probes={})
    lines: list[Line[Chat]] = [
        Line(FakeChat(server.name, "Hello."), watch.gate(server, "chat")) for server in (CLOUD, HERE)
    ]
    for lookout in watch._lookouts.values():
        lookout.tick()
    chain = Chain("chat", lines, PATIENCE, lambda _: None)
    told = ["The disk is nearly full."]
    return StatusBoard(watch, {"chat": chain}, told, wake=True, pin_set=lambda: False, voice_refused=lambda: refused)


def test_with_all_well_the_first_choice_answers() -> None:
    status = board().status()

    assert status.state == "ok"
    assert [(badge.provider, badge.reason) for badge in status.capabilities] == [("cloud", "")]
    assert status.notices == ("The disk is nearly full.",)
    assert status.pin_needed


def test_a_server_that_is_switched_off_is_told_in_a_sentence_and_the_next_one_answers() -> None:
    status = board(cloud="draining").status()

    assert status.capabilities[0].provider == "here"
    assert status.capabilities[0].reason == "cloud is being switched off."
    assert status.notices[-1] == "cloud is being switched off. I go on without it."


def test_a_voice_that_nobody_knows_is_told_with_the_setting_to_change() -> None:
    (_, told) = board("There is no voice named 'darth'.").status().notices

    assert told.startswith("I cannot speak: There is no voice named 'darth'. `voice.voice` in the settings")


def test_a_pinned_provider_comes_first_and_an_unknown_one_is_refused() -> None:
    asked = board()

    asked.pin("chat", "here")

    assert asked.status().capabilities[0].provider == "here"
    with pytest.raises(NotFound, match="nobody"):
        asked.pin("chat", "nobody")
    with pytest.raises(NotFound, match="dance"):
        asked.pin("dance", "here")
