"""The wake word on the page: how shy it is, a meter, and what woke BMO."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.page_server import StandIn
from e2e.test_page import app, browser, context, kiosk  # noqa: F401 - fixtures

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]


def until(page: Page, true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    pytest.fail("that never happened")


def test_a_page_is_as_shy_as_its_slider_says_also_when_it_comes_back(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    kiosk.get_by_test_id("always").click()
    until(kiosk, lambda: app.seen.listens == ["always"])
    kiosk.get_by_test_id("place-more").click()

    kiosk.get_by_test_id("wake-readiness").fill("0.2")
    until(kiosk, lambda: len(app.seen.listens) == 2)
    kiosk.reload()
    kiosk.get_by_test_id("always").click()
    until(kiosk, lambda: len(app.seen.listens) == 3)

    assert app.seen.thresholds == [None, 0.8, 0.8]


def test_the_meter_shows_scores_only_while_somebody_looks(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    app.script.wake_score = 0.64
    kiosk.get_by_test_id("always").click()
    until(kiosk, lambda: app.seen.listens == ["always"])
    kiosk.get_by_test_id("place-more").click()
    meter = kiosk.get_by_test_id("wake-meter")

    meter.get_by_role("button", name="Show me").click()
    expect(meter.get_by_role("meter")).to_have_attribute("aria-valuenow", "0.64")
    expect(meter.get_by_role("meter")).to_have_attribute("data-over", "true")
    kiosk.get_by_test_id("place-home").click()

    until(kiosk, lambda: app.seen.meters == [True, False])


def test_a_wake_is_played_called_wrong_and_deleted(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    kiosk.get_by_test_id("place-more").click()
    wake = kiosk.get_by_test_id("wake-2")
    expect(wake).to_contain_text("den, 58 %")

    with kiosk.expect_response("**/api/wakes/2.wav") as answer:
        wake.get_by_role("button", name="Play").click()
    wake.get_by_role("button", name="That was wrong").click()
    expect(wake).to_have_attribute("data-wrong", "true")
    called = [(one.id, one.wrong) for one in app.wakes.latest()]
    wake.get_by_role("button", name="Delete").click()

    expect(wake).to_have_count(0)
    assert answer.value.status in (200, 206)
    assert called == [(2, True), (1, False)]
    assert [one.id for one in app.wakes.latest()] == [1]
