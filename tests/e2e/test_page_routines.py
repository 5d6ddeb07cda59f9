"""Routines on the page: written as sentences that are looked at at once, run, watched step by step, and stopped."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bmo.wire import page
from e2e.page_server import StandIn
from e2e.test_page import _until, app, browser, context, kiosk  # noqa: F401 - fixtures

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

STEPS = ("tell everyone dinner is ready", "set a timer for twenty minutes", "fly to the moon")


def test_a_routine_is_written_run_watched_and_stopped(kiosk: Page, app: StandIn, tmp_path: Path) -> None:  # noqa: F811
    kiosk.get_by_test_id("place-more").click()
    card = kiosk.get_by_test_id("routines")
    card.get_by_test_id("routine-new").click()
    form = card.get_by_test_id("routine-write")
    form.get_by_label("Name").fill("dinner")
    form.get_by_label("Steps, one a line").fill("\n".join(STEPS))
    expect(form).to_contain_text("say something aloud in every room: “Dinner is ready”")
    expect(form).to_contain_text("Left out: I cannot do that yet")
    kiosk.screenshot(path=tmp_path / "writing.png")
    form.get_by_role("button", name="Keep it").click()

    expect(form).to_have_count(0)
    assert app.routines.named("dinner").steps == STEPS

    app.script.pace = 0.4
    app.script.reply = "Okay, dinner. I am on it now and it takes a little while until all of it is done."
    card.get_by_test_id("routine-dinner").get_by_role("button", name="Run").click()
    _until(kiosk, lambda: app.seen.asked == ["Run the dinner routine"])
    expect(kiosk.get_by_test_id("reply")).to_contain_text("Okay")
    turn = kiosk.locator("[data-turn]").last.get_attribute("data-turn")
    for number, state in ((1, "waiting"), (2, "waiting"), (3, "waiting"), (1, "done"), (2, "doing")):
        words = STEPS[number - 1]
        app.tell(page.StepLine(turn=turn or "", number=number, of=3, words=words, state=state))  # type: ignore[arg-type]
    shown = kiosk.get_by_test_id("steps").get_by_role("listitem")
    expect(shown.nth(0)).to_have_attribute("data-state", "done")
    expect(shown.nth(1)).to_have_attribute("data-state", "doing")
    kiosk.screenshot(path=tmp_path / "running.png")
    kiosk.get_by_test_id("stop").click()

    expect(shown.nth(2)).to_have_attribute("data-state", "stopped")
    expect(shown.nth(0)).to_have_attribute("data-state", "done")
    assert app.seen.stops == [turn]


def test_a_routine_is_changed_and_deleted_and_one_of_every_house_becomes_the_households(
    kiosk: Page,  # noqa: F811
    app: StandIn,  # noqa: F811
) -> None:
    app.routines.add("tea", ["set a timer for three minutes"], "Bob")
    kiosk.get_by_test_id("place-more").click()
    card = kiosk.get_by_test_id("routines")
    tea = card.get_by_test_id("routine-tea")
    expect(tea).to_contain_text("Made by bob.")

    tea.get_by_role("button", name="Change").click()
    card.get_by_label("Steps, one a line").fill("set a timer for four minutes")
    card.get_by_role("button", name="Keep it").click()
    tea.get_by_role("button", name="Steps").click()
    expect(tea).to_contain_text("start a timer: duration 4 minutes")
    card.get_by_test_id("routine-movie").get_by_role("button", name="Make it yours").click()
    card.get_by_label("Steps, one a line").fill("[LED:red]")
    card.get_by_role("button", name="Keep it").click()
    expect(card.get_by_test_id("routine-movie")).to_contain_text("Made by ada.")
    tea.get_by_role("button", name="Delete").click()
    expect(tea).to_have_count(0)

    assert [routine.name for routine in app.routines.all() if routine.id] == ["movie"]


@pytest.mark.parametrize("size", [(800, 480), (390, 844), (1280, 800)])
def test_routines_fit_every_screen_and_fingers(
    kiosk: Page,  # noqa: F811
    app: StandIn,  # noqa: F811
    size: tuple[int, int],
    tmp_path: Path,
) -> None:
    app.routines.add("extraordinarilylongnameofaroutineindeed", [f"tell everyone {'snail' * 40}"], "Ada")
    kiosk.set_viewport_size({"width": size[0], "height": size[1]})
    kiosk.get_by_test_id("place-more").click()
    card = kiosk.get_by_test_id("routines")
    card.get_by_role("button", name="Steps").first.click()
    card.get_by_test_id("routine-new").click()
    card.get_by_test_id("routine-write").scroll_into_view_if_needed()
    kiosk.screenshot(path=tmp_path / "card.png")

    heights = [button.bounding_box()["height"] for button in card.get_by_role("button").all()]  # type: ignore[index]
    assert min(heights) >= 48
    assert kiosk.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert card.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
