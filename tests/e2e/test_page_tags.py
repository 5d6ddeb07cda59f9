"""An answer full of response tags, from the model's words to what a person sees and hears."""

import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect

from bmo.app.lines import line
from bmo.assistant.dice import Cup
from bmo.assistant.tags import Tags
from bmo.capabilities.action import Asked
from bmo.capabilities.media import SAMPLE_WIDTH
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Ended, Said, Thought, TurnEvent
from bmo.core.clock import SystemClock
from bmo.core.events import Events
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.voice.effects import effect
from bmo.voice.fixed import Fixed
from bmo.voice.tag_desk import TagDesk
from bmo.voice.turn import Turns
from bmo.wire.page import EndLine
from e2e.page_server import StandIn
from e2e.test_page import _until, app, browser, context, kiosk  # noqa: F401 - fixtures

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

ANSWER = (
    "[happy][LED:blue breathing] Welcome! [SOUND:horn] [FACE:alert] Somebody comes. "
    "[FACE:combat][LED:red][NPC:gruff_dwarf] Give me biscuits! [EMOTION:dramatic][SOUND:sword] You swing. "
    "[ROLL:2d6+1] [MUSIC:battle] [CONDITION:dwarf prone] He trips. [FACE:sleeping][LED:off][NOPE:x][SOUND:bang] "
    "All sleep."
)
WATCH = """() => {
    const face = document.querySelector("[data-testid=face]");
    window.faces = [];
    window.lights = [];
    window.plays = [];
    new MutationObserver(() => {
        const light = face.querySelector("[data-testid=glow]")?.dataset;
        window.faces.push(face.dataset.pose);
        if (light) window.lights.push(`${light.colour} ${light.pattern}`);
    }).observe(face, { attributes: true, childList: true, subtree: true });
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (...at) {
        window.plays.push(this.buffer.length);
        return start.apply(this, at);
    };
}"""


class Model:
    """Writes the answer, cut in odd places."""

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        tags = Tags()
        for start in range(0, len(ANSWER), 7):
            yield from tags.feed(ANSWER[start : start + 7])
        yield from tags.finish()

    def whole(self, text: str, asked: Asked) -> bool:
        return True


@pytest.fixture
def answer(tmp_path: Path) -> Iterator[TurnEvent]:
    desk = TagDesk({"roll": Cup(Random(7)).roll}, lambda name: name == "npc_gruff_dwarf")
    turns = Turns(
        FakeTranscribe(), Model(), FakeSpeak(), SystemClock(), Events(), Fixed(tmp_path, FakeSpeak()), tags=desk
    )
    return turns.typed(Said("Where are we?"), True, threading.Event())


def test_faces_lights_sounds_and_dice_come_in_their_places_and_no_tag_is_read(
    kiosk: Page,  # noqa: F811
    app: StandIn,  # noqa: F811
    answer: Iterator[TurnEvent],
) -> None:
    kiosk.evaluate(WATCH)
    for event in answer:
        if not isinstance(event, Ended):
            app.tell(line(event, "t1"))
    _until(kiosk, lambda: kiosk.get_by_test_id("face").get_attribute("data-pose") == "sleeping", 20.0)
    app.tell(EndLine(turn="t1", outcome="done"))

    faces, lights, plays = (kiosk.evaluate(f"window.{name}") for name in ("faces", "lights", "plays"))
    order = [face for number, face in enumerate(faces) if face != (faces[number - 1] if number else "")]
    wanted = ["happy", "alert", "combat", "sleeping"]
    assert [face for face in order if face in wanted] == wanted
    assert list(dict.fromkeys(lights)) == ["blue breathing", "red static"]
    for name in ("horn", "sword"):
        assert plays.count(len(effect(name).samples) // SAMPLE_WIDTH) == 1, name
    expect(kiosk.get_by_test_id("rolls")).to_contain_text("2d6+1")
    assert "[" not in kiosk.locator("main").inner_text()
    assert "Give me biscuits!" in kiosk.get_by_test_id("reply").inner_text()
