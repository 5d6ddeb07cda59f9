"""An owner makes a key for a program on the page, sees it once, and takes it away again."""

import pytest
from playwright.sync_api import Page, expect

from e2e.page_server import StandIn
from e2e.test_page import app, browser, context, kiosk

__all__ = ["app", "browser", "context", "kiosk"]
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]


def test_a_key_is_made_shown_once_and_taken_away(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_role("link", name="More").or_(kiosk.get_by_role("button", name="More")).first.click()
    kiosk.get_by_test_id("key-name").fill("Home Assistant")
    kiosk.get_by_test_id("key-name-send").click()

    key = kiosk.get_by_test_id("new-key-value").input_value()
    expect(kiosk.get_by_test_id("key-1")).to_contain_text("Home Assistant")
    assert app.keys.visitor(key) is not None
    kiosk.get_by_test_id("new-key-seen").click()
    expect(kiosk.get_by_test_id("new-key")).to_have_count(0)
    kiosk.get_by_test_id("take-key-1").click()
    kiosk.get_by_test_id("take-key-1-yes").click()
    expect(kiosk.get_by_test_id("key-1")).to_have_count(0)
    assert app.keys.visitor(key) is None
