"""Documents on the page: sent, refused, replaced, searched, deleted."""

import pytest
from playwright.sync_api import Page, expect

from e2e.page_server import StandIn
from e2e.test_page import app, browser, context, kiosk
from papers import BOAT, BOILER

__all__ = ["app", "browser", "context", "kiosk"]
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]


def choose(kiosk: Page, name: str, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    kiosk.get_by_test_id("document-file").set_input_files([{"name": name, "mimeType": "text/markdown", "buffer": data}])


def test_a_document_is_sent_found_replaced_and_deleted(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_role("link", name="More").or_(kiosk.get_by_role("button", name="More")).first.click()
    with kiosk.expect_response("**/api/documents?**"):
        choose(kiosk, "boiler.md", BOILER)
    app.papers.documents.look()
    expect(kiosk.get_by_test_id("document-boiler.md")).to_be_visible(timeout=10_000)

    for place in ("documents", "document-drop"):
        for button in kiosk.get_by_test_id(place).get_by_role("button").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 48

    kiosk.get_by_test_id("document-words").fill("boiler pressure")
    kiosk.get_by_test_id("document-search").click()
    expect(kiosk.get_by_test_id("document-found")).to_contain_text("boiler.md › The boiler › Maintenance")
    kiosk.get_by_test_id("document-words").fill("submarines")
    kiosk.get_by_test_id("document-search").click()
    expect(kiosk.get_by_test_id("document-found")).to_have_text("I found nothing about that in your documents.")

    choose(kiosk, "boiler.md", BOAT)
    with kiosk.expect_response("**/api/documents?**"):
        kiosk.get_by_test_id("document-replace").click()
    app.papers.documents.look()
    kiosk.get_by_test_id("document-words").fill("mainsail")
    kiosk.get_by_test_id("document-search").click()
    expect(kiosk.get_by_test_id("document-found")).to_contain_text("boiler.md › Boat › Sails")

    entry = kiosk.get_by_test_id("document-boiler.md")
    entry.get_by_role("button", name="Delete").click()
    with kiosk.expect_response("**/api/documents?**"):
        entry.get_by_role("button", name="Yes, delete it").click()
    app.papers.documents.look()
    expect(entry).to_have_count(0, timeout=10_000)
