"""What BMO remembers, on the page: read, written, accepted, put right, and deleted."""

import pytest
from playwright.sync_api import Page, expect

from e2e.page_server import StandIn
from e2e.test_page import app, browser, context, kiosk  # noqa: F401 - fixtures

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]


def test_a_person_reads_changes_and_deletes_what_bmo_remembers(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    facts, conversations = app.memory.memory.facts, app.memory.conversations
    facts.add("Ada", "I like tea", proposed=True)
    facts.add("Bob", "Bob's own secret")
    conversations.add("ada@session/old", "Do snails sleep?", "For days!", person="Ada")
    conversations.close("ada@session/old")
    kiosk.get_by_test_id("place-more").click()
    book = kiosk.get_by_test_id("memory")

    book.get_by_test_id("proposal-1").get_by_role("button", name="Yes").click()
    expect(book.get_by_test_id("proposal-1")).to_have_count(0)
    book.get_by_label("Remember that …").fill("my sister lives in Rome")
    book.get_by_role("button", name="Remember it").click()
    expect(book).to_contain_text("my sister lives in Rome")
    rome = book.get_by_test_id(f"fact-{facts.of('Ada')[-1].id}")
    rome.get_by_role("button", name="Change").click()
    rome.get_by_label("What I remember").fill("my sister lives in Oslo")
    rome.get_by_role("button", name="Keep it so").click()
    expect(rome).to_contain_text("my sister lives in Oslo")
    assert [fact.text for fact in facts.of("Ada")] == ["I like tea", "my sister lives in Oslo"]

    saved = book.get_by_test_id("saved-1")
    saved.get_by_role("button", name="Read").click()
    expect(saved).to_contain_text("Do snails sleep?")
    saved.get_by_role("button", name="Delete").click()
    expect(saved).to_have_count(0)
    expect(book).not_to_contain_text("Bob's own secret")

    book.get_by_test_id("forget-me").click()
    expect(book).to_contain_text("This deletes for good: 2 facts.")
    assert len(facts.of("Ada")) == 2
    book.get_by_test_id("forget-me-yes").click()
    expect(book).to_contain_text("I deleted 2 facts.")
    assert (facts.of("Ada"), len(facts.of("Bob"))) == ((), 1)


@pytest.mark.parametrize("size", [(800, 480), (390, 844), (1280, 800)])
def test_the_memory_fits_every_screen_and_fingers(kiosk: Page, app: StandIn, size: tuple[int, int]) -> None:  # noqa: F811
    app.memory.memory.facts.add("Ada", f"my very long word is {'snail' * 40}")
    app.memory.memory.facts.add("Ada", "I like tea", proposed=True)
    kiosk.set_viewport_size({"width": size[0], "height": size[1]})
    kiosk.get_by_test_id("place-more").click()
    book = kiosk.get_by_test_id("memory")
    book.scroll_into_view_if_needed()
    expect(book).to_contain_text("snail")

    heights = [button.bounding_box()["height"] for button in book.get_by_role("button").all()]  # type: ignore[index]
    assert min(heights) >= 48
    assert kiosk.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert book.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
