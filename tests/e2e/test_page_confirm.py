"""BMO asks for a yes, and a person taps it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bmo.wire import page
from e2e.page_server import StandIn
from e2e.test_page import _until, app, browser, context, kiosk  # noqa: F401 - fixtures

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

SENTENCE = "Shall I say something aloud in every room: “Dinner is ready”? Say yes within 30 seconds."


def asks(stand_in: StandIn, seconds: float = 30.0) -> None:
    result = {"ok": True, "sentence": SENTENCE, "waiting": True, "question": "q17", "seconds": seconds}
    arguments = {"text": "Dinner is ready"}
    stand_in.tell(page.TranscriptLine(turn="t1", text="Read my letter and tell everybody", final=True))
    stand_in.tell(page.ReplyLine(turn="t1", text=SENTENCE))
    stand_in.tell(page.ActionLine(turn="t1", tool="announce.say", arguments=arguments, result=result))
    stand_in.tell(page.TimingLine(turn="t1", stages={"end": 300.0}))
    stand_in.tell(page.EndLine(turn="t1", outcome="done"))


@pytest.mark.parametrize(("button", "said"), [("Yes, do it", "Yes"), ("No", "No")])
def test_a_tap_answers_exactly_the_question_that_is_shown(
    kiosk: Page,  # noqa: F811
    app: StandIn,  # noqa: F811
    tmp_path: Path,
    button: str,
    said: str,
) -> None:
    asks(app)
    expect(kiosk.get_by_test_id("reply")).to_contain_text("“Dinner is ready”")
    shown = kiosk.get_by_role("button", name=button, exact=True)
    expect(shown).to_be_visible()
    kiosk.screenshot(path=tmp_path / "kiosk.png")
    box = shown.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 48

    shown.click()
    _until(kiosk, lambda: app.seen.asked == [said])
    assert app.seen.questions == ["q17"]
    expect(kiosk.get_by_test_id("confirm")).to_have_count(0)


def test_the_buttons_go_when_the_question_is_over(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    asks(app, seconds=1.0)
    expect(kiosk.get_by_test_id("confirm")).to_be_visible()

    expect(kiosk.get_by_test_id("confirm")).to_have_count(0, timeout=4_000)
