"""A voice is learnt on the page: three sentences into the microphone, then BMO knows who it is."""

import pytest
from playwright.sync_api import Page, expect

from bmo.wire.page import SpeakerLine, TranscriptLine
from e2e.page_server import StandIn
from e2e.test_page import app, browser, context, kiosk

__all__ = ["app", "browser", "context", "kiosk"]
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]


def read(tab: Page, button: str, seconds: float = 3.5) -> None:
    """Press, speak for a while, press again."""
    record = tab.get_by_test_id(button)
    record.click()
    expect(record).to_have_attribute("data-recording", "true")
    tab.wait_for_timeout(seconds * 1_000)
    record.click()


def test_three_sentences_read_aloud_make_a_voice_known(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_role("link", name="More").or_(kiosk.get_by_role("button", name="More")).first.click()
    kiosk.get_by_test_id("voice-name").fill("Anna")
    kiosk.get_by_test_id("voice-begin").click()
    sentences = set()
    for _ in range(3):
        sentence = kiosk.get_by_test_id("voice-sentence")
        words = sentence.inner_text()
        sentences.add(words)
        read(kiosk, "voice-record")
        expect(kiosk.get_by_text(words)).to_have_count(0)

    expect(kiosk.get_by_test_id("voice-learnt")).to_contain_text("Anna")
    kiosk.get_by_role("button", name="Good").click()
    expect(kiosk.get_by_test_id("voice-Anna")).to_contain_text("3 sentences")
    read(kiosk, "voice-try")
    expect(kiosk.get_by_test_id("voice-whose")).to_have_text("That was Anna!")
    assert len(sentences) == 3
    (anna,) = app.who.profiles.all()
    assert anna.clips == 3
    assert anna.seconds > 6

    kiosk.get_by_role("button", name="Forget").click()
    expect(kiosk.get_by_test_id("voice-Anna")).to_have_count(0)
    assert app.who.profiles.all() == ()


def test_whose_voice_it_was_stands_above_the_words(kiosk: Page, app: StandIn) -> None:
    app.tell(TranscriptLine(turn="t1", text="What time is it?", final=True))
    app.tell(SpeakerLine(turn="t1", person="Anna", likeness=0.9))

    expect(kiosk.get_by_test_id("speaker").first).to_have_text("Anna")

    app.tell(TranscriptLine(turn="t2", text="And now?", final=True))
    app.tell(SpeakerLine(turn="t2", person="", likeness=0.4))

    expect(kiosk.get_by_test_id("speaker").first).to_have_text("a voice I don't know")
