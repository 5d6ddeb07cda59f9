"""The page as one of several in a house: rooms, announcements, listening on, and falling silent at once."""

import time

import pytest
from playwright.sync_api import Page, expect

from bmo.wire.page import Alarm, Announcement, EndLine, FollowUpLine, Place, ReplyLine, StateLine, TimerLine, WakeLine
from e2e.page_server import StandIn
from e2e.test_page import _until, app, browser, context, kiosk  # noqa: F401 - fixtures

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

NOTE_THE_CUT = """() => {
    const stop = AudioBufferSourceNode.prototype.stop;
    AudioBufferSourceNode.prototype.stop = function (at) {
        const ahead = Math.max(0, at - this.context.currentTime) * 1000;
        window.silentAt ??= performance.timeOrigin + performance.now() + ahead;
        return stop.call(this, at);
    };
}"""
"""Notes when (Unix time in ms) the first sound that was playing is cut off."""


@pytest.mark.parametrize("how", ["wake", "cancelled"])
def test_the_voice_falls_silent_within_200_milliseconds(kiosk: Page, app: StandIn, how: str) -> None:  # noqa: F811
    app.script.clause_seconds = 20.0
    app.run_turn("a story", spoken=False)
    expect(kiosk.locator("[data-testid=face][data-state=speaking]")).to_be_visible()
    kiosk.evaluate(NOTE_THE_CUT)

    told = time.time() * 1000
    if how == "wake":
        app.tell(WakeLine(turn="t9", score=0.9))
    else:
        app.tell(EndLine(turn="t1", outcome="cancelled", code="cancelled", sentence="Stopped."))
    kiosk.wait_for_function("window.silentAt")

    assert kiosk.evaluate("window.silentAt") - told < 200


def test_it_listens_on_with_the_question_in_sight_and_leaves_nothing_behind(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    app.tell(ReplyLine(turn="t1", text="For how long?"))
    app.tell(EndLine(turn="t1", outcome="done"))
    app.tell(StateLine(state="idle", turn=""))
    app.tell(FollowUpLine(turn="t2", seconds=8))
    app.tell(StateLine(state="listening", turn="t2"))

    expect(kiosk.locator("[data-testid=face][data-state=listening]")).to_be_visible()
    expect(kiosk.get_by_test_id("reply")).to_have_text("For how long?")

    app.tell(EndLine(turn="t2", outcome="nothing_heard", code="nothing_meant"))
    app.tell(StateLine(state="idle", turn=""))
    expect(kiosk.locator("[data-testid=face][data-state=idle]")).to_be_visible()
    expect(kiosk.get_by_test_id("reply")).to_have_text("For how long?")
    expect(kiosk.get_by_test_id("ending")).to_have_count(0)


def test_an_announcement_is_read_until_somebody_puts_it_away(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    word = Announcement(text="Dinner is ready", person="ada", audio="/api/audio/alarm.wav")
    with kiosk.expect_response("**/api/audio/alarm.wav"):
        app.socket.emit("announcement", word.model_dump(), namespace="/voice")

    expect(kiosk.get_by_test_id("announcement")).to_contain_text("ada: Dinner is ready")
    kiosk.get_by_test_id("announcement").get_by_role("button").click()
    expect(kiosk.get_by_test_id("announcement")).to_have_count(0)


def test_the_room_is_told_to_the_app_and_known_when_the_page_comes_back(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    kiosk.get_by_test_id("place-more").click()
    kiosk.get_by_test_id("room").fill("Kitchen")
    kiosk.get_by_test_id("room").blur()
    kiosk.get_by_test_id("follow-up").get_by_text("Always").click()
    _until(kiosk, lambda: app.seen.places[-1] == Place(room="Kitchen", follow_up="always"))

    kiosk.reload()

    _until(kiosk, lambda: len(app.seen.places) == 4)
    assert app.seen.places[-1] == Place(room="Kitchen", follow_up="always")


def test_what_rings_in_another_room_is_shown_and_not_heard(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    kiosk.evaluate("() => { window.played = 0; OscillatorNode.prototype.start = () => window.played++ }")
    timer = TimerLine(id=1, name="pasta", seconds=60, left=0, state="ringing", due="2026-01-01T00:00:00Z", room="hall")

    alarm = Alarm(timer=timer, sentence="The pasta timer is done.", aloud=False)
    app.socket.emit("alarm", alarm.model_dump(), namespace="/voice")

    expect(kiosk.get_by_test_id("alarm")).to_contain_text("pasta")
    assert kiosk.evaluate("window.played") == 0
