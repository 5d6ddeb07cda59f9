"""One whole fight at the table, run by a person on the page with no AI server at all; a player watches on a phone."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from playwright.sync_api import Browser, Locator, Page, Response, expect, sync_playwright

from bmo.app.parts import BUILT_PAGE
from conftest import missing
from e2e.browser import CHROMIUM, QUIET
from e2e.test_app_server import until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]
KIOSK, PHONE = {"width": 800, "height": 480}, {"width": 390, "height": 780}
LEAST_TOUCH = 48
"""CSS pixels."""
HEROES = {"Mira": "Mia", "Tor": "Ada", "Selene": ""}
"""Who plays them."""


class House:
    """A running app without any AI server."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = (home / "run" / "address").read_text().split("/sign-in")[0]

    def post(self, path: str, **body: str) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {(self.home / 'token').read_text().strip()}"}
        return dict(urllib3.request("POST", self.url + path, json=body, headers=bearer).json())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    tmp_path = tmp_path_factory.mktemp("home")
    (tmp_path / "config.yaml").write_text("voice: {wake: false}\n")
    told = tmp_path / "run" / "address"
    environment = {**os.environ, "BMO_HOME": str(tmp_path), "BMO_APP__PORT": "0"}
    program = [sys.executable, "-c", "from bmo.cli import main; main()", "app"]
    with subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: told.exists() or process.poll() is not None, 60)
            yield House(tmp_path)
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("Chromium is not installed (Debian package chromium)")
    if not (BUILT_PAGE / "index.html").exists():
        missing("the page is not built: run `make run` once")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield chromium
        chromium.close()


class Master:
    """The Dungeon Master's hands on the kiosk."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def touch(self, test_id: str) -> None:
        self.page.get_by_test_id(test_id).click()

    def card(self, name: str) -> Locator:
        return self.page.get_by_test_id("creature").filter(has_text=name)

    def begin(self, name: str) -> None:
        self.touch("place-table")
        self.page.get_by_test_id("campaign-name").fill(name)
        self.touch("campaign-name-send")
        self.touch("begin-session")

    def seat(self, name: str, player: str) -> None:
        self.touch("add")
        self.page.get_by_role("radio", name="By numbers").click()
        for field, value in (("name", name), ("hp", "12"), ("ac", "14"), ("player", player)):
            self.page.get_by_test_id(f"numbers-{field}").fill(value)
        self.touch("numbers-add")
        expect(self.card(name)).to_be_visible()

    def hide_goblins(self) -> None:
        self.touch("add")
        self.page.get_by_test_id("monster").fill("goblin w")
        self.touch("monster-one-more")
        self.touch("monster-hidden")
        self.page.locator("[data-testid=monster-hit][data-name='Goblin Warrior']").click()
        expect(self.card("Goblin Warrior")).to_have_count(2)

    def hurt(self, name: str, amount: str) -> None:
        self.card(name).click()
        self.touch("do-damage")
        for digit in amount:
            self.touch(f"pad-{digit}")
        self.touch("damage-do")
        expect(self.page.get_by_test_id("dialog")).to_have_count(0)

    def attacks(self, target: str) -> None:
        """Whoever's turn it is, at somebody."""
        self.page.locator("[data-testid=creature][data-now=true]").click()
        self.page.get_by_test_id("attack").first.click()
        self.page.get_by_role("dialog").get_by_role("button", name=target).click()
        expect(self.page.get_by_test_id("dialog")).to_have_count(0)


class Eavesdropper:
    """Everything that the app sends to a page."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("websocket", lambda line: line.on("framereceived", lambda frame: self.heard.append(str(frame))))
        page.on("response", self._answered)

    def _answered(self, answer: Response) -> None:
        if "/api/dnd" in answer.url:
            self.heard.append(answer.text())

    def patches(self) -> int:
        return sum("dnd_patch" in one for one in self.heard)

    def everything(self) -> str:
        return "\n".join(self.heard)


def test_a_fight_from_initiative_to_experience_and_the_player_never_hears_of_what_is_hidden(
    house: House, browser: Browser
) -> None:
    page = browser.new_context(viewport=KIOSK).new_page()
    page.goto(house.post("/api/sign-in-address")["address"])
    master = Master(page)
    master.begin("The Lost Mine")
    for name, player in HEROES.items():
        master.seat(name, player)
    mia, heard = player_on_a_phone(house, browser, page)

    master.hide_goblins()
    master.touch("start-encounter")
    expect(page.get_by_test_id("round")).to_contain_text("Round 1")
    expect(page.locator(".one-turn")).to_have_count(5)
    expect(mia.get_by_test_id("creature")).to_have_count(3)
    before = heard.patches()

    for _ in range(5):  # once around the table, hidden goblins included
        master.touch("next-turn")
    expect(page.get_by_test_id("round")).to_contain_text("Round 2")
    until(lambda: heard.patches() > before or mia.wait_for_timeout(50))
    assert "oblin" not in heard.everything()
    assert set(ids(heard)) == {"mira", "tor", "selene"}

    for goblin in ("Goblin Warrior 1", "Goblin Warrior 2"):
        master.card(goblin).click()
        master.touch("do-reveal")
        expect(mia.get_by_test_id("creature").filter(has_text=goblin)).to_be_visible()
    mia.get_by_test_id("creature").filter(has_text="Goblin Warrior 1").click()
    expect(mia.get_by_test_id("sheet-hp")).to_have_text("unhurt")
    assert mia.get_by_test_id("do-damage").count() == 0

    while "Goblin" in (page.locator("[data-testid=creature][data-now=true]").text_content() or ""):
        master.touch("next-turn")
        expect(page.get_by_test_id("next-turn")).to_be_enabled()
    master.attacks("Goblin Warrior 1")
    expect(page.get_by_test_id("said")).to_contain_text(re.compile("attacks Goblin Warrior 1.*(hit|misses)"))

    master.card("Tor").click()
    master.touch("do-condition")
    page.get_by_role("dialog").get_by_role("button", name="prone").click()
    master.touch("dialog-close")
    expect(master.card("Tor")).to_contain_text("prone")
    expect(mia.get_by_test_id("said")).to_contain_text("Tor is prone.")

    master.hurt("Tor", "12")
    expect(master.card("Tor").get_by_test_id("death-saves")).to_be_visible()
    master.touch("do-death-save")
    expect(page.get_by_test_id("said")).to_contain_text("Tor rolls a death save")
    master.touch("undo")
    expect(master.card("Tor").get_by_role("img")).to_have_attribute("aria-label", "Death saves: 0 good, 0 bad")

    for goblin in ("Goblin Warrior 1", "Goblin Warrior 2"):
        master.hurt(goblin, "30")
        expect(master.card(goblin)).to_have_attribute("data-life", "dead")
    master.touch("end-encounter")
    master.card("Mira").click()
    expect(page.get_by_test_id("xp")).to_have_text(re.compile(r"^\d+ XP$"))
    expect(page.get_by_test_id("start-encounter")).to_be_visible()

    page.reload()
    page.get_by_test_id("campaign").filter(has_text="The Lost Mine").click()
    expect(page.get_by_test_id("who")).to_contain_text("Tor")
    page.get_by_test_id("tab-log").click()
    expect(page.get_by_test_id("log").first).to_contain_text("The fight is over.")


def test_every_button_of_the_table_is_large_enough_for_a_finger(house: House, browser: Browser) -> None:
    page = browser.new_context(viewport=KIOSK).new_page()
    page.goto(house.post("/api/sign-in-address")["address"])
    master = Master(page)
    master.begin("Small hands")
    for name in ("Mira", "Tor"):
        master.seat(name, "")
    master.touch("start-encounter")

    for place in ("tab-dice", "tab-log", "tab-sheet"):
        master.touch(place)
        too_small(page)
    for asked in ("add", "menu", "do-damage", "do-heal", "do-condition", "do-check", "do-action", "do-more"):
        master.touch(asked)
        too_small(page)
        master.touch("dialog-close")


def test_dice_are_tapped_written_and_thrown_by_the_engine(house: House, browser: Browser) -> None:
    page = browser.new_context(viewport=KIOSK).new_page()
    page.goto(house.post("/api/sign-in-address")["address"])
    master = Master(page)
    master.begin("Dice")
    master.touch("tab-dice")

    for die in ("die-6", "die-6", "die-4"):
        master.touch(die)
    expect(page.get_by_test_id("dice-text")).to_have_value("2d6 + 1d4")
    master.touch("dice-roll")
    expect(page.get_by_test_id("dice-shown").locator(".face-of")).to_have_count(3)
    page.get_by_test_id("dice-text").fill("4d6kh")
    master.touch("dice-roll")
    expect(page.get_by_test_id("refused")).to_be_visible()
    page.get_by_test_id("dice-text").fill("4d6kh3")
    master.touch("dice-roll")

    expect(page.get_by_test_id("dice-shown").locator(".face-of")).to_have_count(4)
    assert 3 <= int(page.locator(".dice-shown .roll-total").inner_text()) <= 18


def player_on_a_phone(house: House, browser: Browser, owner: Page) -> tuple[Page, Eavesdropper]:
    """Mia, a child of the house, who plays Mira."""
    owner.evaluate(
        """async (person) => {
            const csrf = (await (await fetch("/api/session")).json()).csrf;
            const headers = {"X-CSRF-Token": csrf, "Content-Type": "application/json"};
            await fetch("/api/people", {method: "POST", headers, body: JSON.stringify(person)});
        }""",
        {"name": "Mia", "role": "child", "pin": "2468"},
    )
    page = browser.new_context(viewport=PHONE).new_page()
    heard = Eavesdropper(page)
    page.goto(house.url)
    page.get_by_test_id("pin").fill("2468")
    page.keyboard.press("Enter")
    page.get_by_test_id("place-table").click()
    page.get_by_test_id("campaign").filter(has_text="The Lost Mine").click()
    expect(page.get_by_test_id("table")).to_have_attribute("data-seat", "player")
    expect(page.get_by_test_id("creature")).to_have_count(3)
    until(lambda: heard.patches() > 0 or page.wait_for_timeout(50))
    return page, heard


def ids(heard: Eavesdropper) -> list[str]:
    """Of every creature that was told of."""
    return re.findall(r'\\?"id\\?":\\?"([^"\\]*)', heard.everything())


def too_small(page: Page) -> None:
    """Raises for a button of the table that is smaller than a finger."""
    sizes = page.locator("[data-testid=table] :is(button, a)").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect(), one.textContent])"
        ".filter(([box]) => box.width > 0).map(([box, text]) => [Math.min(box.width, box.height), text])"
    )
    assert sizes
    assert [one for one in sizes if one[0] < LEAST_TOUCH - 0.5] == []
