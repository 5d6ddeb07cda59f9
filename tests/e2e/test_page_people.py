"""The owner lets a child in, on the real page of the real app: what the child sees, and what it may not do."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bmo.app.parts import BUILT_PAGE
from conftest import missing
from e2e.browser import CHROMIUM, QUIET
from e2e.test_app_server import until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]
KIOSK, PHONE = {"width": 800, "height": 480}, {"width": 390, "height": 780}
LEAST_TOUCH = 48
"""CSS pixels."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of an app that runs, in whose house only adults announce."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "config.yaml").write_text("people:\n  may: {announce: adult}\nvoice: {wake: false}\n")
    told = folder / "run" / "address"
    environment = {**os.environ, "BMO_HOME": str(folder), "BMO_APP__PORT": "0"}
    program = [sys.executable, "-c", "from bmo.cli import main; main()", "app"]
    with subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: told.exists() or process.poll() is not None, 60)
            assert told.exists(), "the app did not start"
            yield folder
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def address(home: Path) -> str:
    """A fresh one that signs in once."""
    url = (home / "run" / "address").read_text().split("/sign-in")[0]
    token = (home / "token").read_text().strip()
    answer = urllib3.request("POST", f"{url}/api/sign-in-address", headers={"Authorization": f"Bearer {token}"})
    return str(answer.json()["address"])


@pytest.fixture
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("Chromium is not installed (Debian package chromium)")
    if not (BUILT_PAGE / "index.html").exists():
        missing("the page is not built: run `make run` once")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Browser) -> Callable[[dict[str, int], str], Page]:
    """Opens an address in a browser of its own."""

    def open_(size: dict[str, Any], address: str) -> Page:
        page = browser.new_context(viewport=size).new_page()
        page.goto(address)
        return page

    return open_


def test_the_owner_adds_a_child_who_signs_in_and_may_do_what_a_child_may(
    address: str, tab: Callable[[dict[str, int], str], Page]
) -> None:
    owner = tab(KIOSK, address)
    owner.get_by_test_id("place-more").click()
    owner.get_by_test_id("new-person").fill("Mia")
    people = owner.get_by_test_id("people").locator("xpath=ancestor::section[1]")
    people.get_by_role("radio", name="Child").click()
    owner.get_by_test_id("new-person-pin").fill("2468")
    owner.get_by_test_id("new-person-add").click()
    expect(owner.get_by_test_id("person-Mia")).to_have_attribute("data-role", "child")
    owner.get_by_test_id("person-Mia-open").click()
    expect(owner.get_by_test_id("person-delete")).to_be_visible()
    assert _too_small(people) == []

    phone = tab(PHONE, address.split("/sign-in")[0])
    phone.get_by_test_id("pin").fill("2468")
    phone.get_by_test_id("pin-send").click()
    phone.get_by_test_id("place-more").click()
    expect(phone.get_by_test_id("person-Mia")).to_be_visible()
    for not_hers in ("person-owner", "new-person", "devices", "new-pin"):
        expect(phone.get_by_test_id(not_hers)).to_have_count(0)

    said = phone.evaluate(ANNOUNCE)
    assert said == [403, "In this house that is for the grown-ups."]
    phone.get_by_test_id("place-talk").click()
    phone.get_by_test_id("text-input").fill("Tell everyone dinner is ready")
    phone.get_by_test_id("send").click()
    expect(phone.get_by_test_id("conversation")).to_contain_text("grown-up")

    owner.get_by_test_id("person-delete").click()
    owner.get_by_test_id("person-delete-yes").click()
    expect(owner.get_by_test_id("person-Mia")).to_have_count(0)
    expect(phone.get_by_test_id("sign-in")).to_be_visible(timeout=15_000)


def test_an_invitation_opens_the_page_as_its_person(address: str, tab: Callable[[dict[str, int], str], Page]) -> None:
    owner = tab(KIOSK, address)
    owner.get_by_test_id("place-more").click()
    owner.get_by_test_id("new-person").fill("Ben")
    owner.get_by_test_id("new-person-add").click()
    owner.get_by_test_id("person-Ben-open").click()
    owner.get_by_test_id("person-invite").click()
    invitation = owner.get_by_test_id("invitation").locator("code").inner_text()

    phone = tab(PHONE, invitation)
    phone.get_by_test_id("place-more").click()

    expect(phone.get_by_test_id("person-Ben")).to_be_visible()


def test_a_screen_for_everybody_comes_in_by_its_code(
    address: str, home: Path, tab: Callable[[dict[str, int], str], Page]
) -> None:
    screen = tab(KIOSK, address.split("/sign-in")[0])
    screen.get_by_test_id("kiosk").click()
    screen.get_by_test_id("kiosk-token").fill("wrong")
    screen.get_by_test_id("kiosk-token-send").click()
    expect(screen.get_by_test_id("kiosk-token-wrong")).to_contain_text("does not open BMO")

    screen.get_by_test_id("kiosk-token").fill((home / "kiosk-token").read_text())
    screen.get_by_test_id("kiosk-token-send").click()

    expect(screen.locator("[data-link=on]")).to_be_visible()
    screen.get_by_test_id("place-more").click()
    expect(screen.get_by_test_id("people")).to_have_count(0)


ANNOUNCE = """async () => {
    const session = await (await fetch("/api/session")).json();
    const headers = {"X-CSRF-Token": session.csrf, "Content-Type": "application/json"};
    const answer = await fetch("/api/announce", {method: "POST", headers, body: '{"text": "hello"}'});
    return [answer.status, (await answer.json()).sentence];
}"""


def _too_small(card: Any) -> list[str]:
    """Names of what can be touched there and is too small for a finger."""
    touched = card.locator("button, input, [role=radio]")
    boxes = [(one.get_attribute("data-testid"), one.bounding_box()) for one in touched.all()]
    return [str(name) for name, box in boxes if box is None or box["height"] < LEAST_TOUCH]
