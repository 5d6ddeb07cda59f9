"""BMO's voice, chosen on the page."""

import pytest
import yaml
from playwright.sync_api import Page, expect

from e2e.page_server import StandIn
from e2e.test_page import app, browser, context, kiosk  # noqa: F401 - fixtures

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]


def test_a_voice_is_chosen_heard_and_still_chosen_when_the_page_comes_back(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    kiosk.get_by_test_id("place-more").click()
    name = kiosk.get_by_test_id("own-voice")
    expect(name).to_have_value("bmo")

    with kiosk.expect_response("**/api/settings"):
        name.select_option(label="Gruff dwarf")
    kiosk.get_by_test_id("hear-voice").click()
    expect(kiosk.get_by_test_id("hear-voice")).to_be_enabled()
    kiosk.reload()
    kiosk.get_by_test_id("place-more").click()

    expect(name).to_have_value("npc_gruff_dwarf")
    assert app.seen.said == ["npc_gruff_dwarf"]
    assert yaml.safe_load((app.home / "config.d" / "ui.yaml").read_text()) == {"voice": {"voice": "npc_gruff_dwarf"}}


def test_a_voice_that_config_yaml_sets_cannot_be_changed_and_says_why(kiosk: Page, app: StandIn) -> None:  # noqa: F811
    (app.home / "config.yaml").write_text("voice: {voice: bmo}")

    kiosk.get_by_test_id("place-more").click()

    expect(kiosk.get_by_test_id("own-voice")).to_be_disabled()
    expect(kiosk.get_by_test_id("voice-choice")).to_contain_text("voice.voice is set in config.yaml")
