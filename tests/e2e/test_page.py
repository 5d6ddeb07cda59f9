"""The built page in a real browser, against a stand-in that speaks the app's messages."""

import math
import re
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from bmo.wire.page import StateLine
from conftest import missing
from e2e.page_server import PAGE, PIN, StandIn

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
FLAGS = ["--no-sandbox", *QUIET, "--no-first-run", "--autoplay-policy=no-user-gesture-required"]
MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
KIOSK = {"width": 800, "height": 480}
RATE = 16_000
"""Hz of the frames that the page sends."""
FRAME = 1_280
"""Samples of one frame: 80 ms."""
TONE = 1_000.0
"""Hz of the sound in front of the fake microphone."""
LOUD = 0.25
"""Its amplitude, 1 being full scale."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing("Chromium is not installed")
    if not (PAGE / "index.html").exists():
        missing("the page is not built: run `make run` once")
    sound = _tone(tmp_path_factory.mktemp("sound") / "tone.wav")
    with sync_playwright() as play:
        flags = [*FLAGS, *MICROPHONE, f"--use-file-for-fake-audio-capture={sound}"]
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def app() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=KIOSK, permissions=["microphone"]) as opened:
        yield opened


@pytest.fixture
def kiosk(context: BrowserContext, app: StandIn) -> Iterator[Page]:
    """The home page, signed in; whatever it complains about fails the test."""
    complaints: list[str] = []
    tab = context.new_page()
    tab.on("console", lambda message: _complain(message, complaints))
    tab.on("pageerror", lambda fault: complaints.append(str(fault)))
    tab.goto(app.start())
    expect(tab.locator("[data-link=on]")).to_be_visible()
    yield tab
    assert complaints == []


def test_typed_turn_shows_tokens_and_the_face_passes_thinking_speaking_idle(kiosk: Page, app: StandIn) -> None:
    app.script.clause_seconds, app.script.pace = 0.4, 0.25
    face, reply = kiosk.get_by_test_id("face"), kiosk.get_by_test_id("reply")
    kiosk.get_by_test_id("text-input").fill("Say hello to my snail")
    kiosk.get_by_test_id("send").click()

    expect(face).to_have_attribute("data-state", "thinking")
    expect(reply).to_have_text(re.compile("^Okay!(?!.*slowly)"))
    expect(face).to_have_attribute("data-state", "speaking")
    expect(kiosk.get_by_test_id("stop")).to_be_visible()
    expect(reply).to_have_text(app.script.reply)
    expect(face).to_have_attribute("data-state", "idle")
    expect(kiosk.get_by_test_id("transcript")).to_have_text("Say hello to my snail")
    expect(kiosk.get_by_test_id("badges")).to_contain_text("chat: cloud")
    expect(kiosk.get_by_test_id("badges")).to_contain_text("voice: cloud")
    expect(kiosk.get_by_test_id("timing")).to_contain_text("first")
    assert app.seen.asked == ["Say hello to my snail"]


def test_every_clause_is_reported_when_it_was_heard(kiosk: Page, app: StandIn) -> None:
    app.script.clause_seconds = 0.3
    kiosk.get_by_test_id("text-input").fill("hello")
    kiosk.keyboard.press("Enter")

    expect(kiosk.locator("[data-testid=face][data-state=speaking]")).to_be_visible()
    expect(kiosk.locator("[data-testid=face][data-state=idle]")).to_be_visible()
    assert app.seen.played == [("t1", 0), ("t1", 1), ("t1", 2)]


def test_stop_ends_the_voice_at_once_and_tells_the_app(kiosk: Page, app: StandIn) -> None:
    app.script.clause_seconds = 20.0
    kiosk.get_by_test_id("text-input").fill("hello")
    kiosk.get_by_test_id("send").click()
    expect(kiosk.locator("[data-testid=face][data-state=speaking]")).to_be_visible()
    kiosk.get_by_test_id("stop").click()

    expect(kiosk.locator("[data-testid=face][data-state=idle]")).to_be_visible(timeout=1_000)
    _until(kiosk, lambda: app.seen.stops == ["t1"])
    assert app.seen.played == []


def test_escape_ends_the_voice_and_then_an_alarm(kiosk: Page, app: StandIn) -> None:
    app.script.clause_seconds = 20.0
    app.run_turn("hello", spoken=False)
    expect(kiosk.locator("[data-testid=face][data-state=speaking]")).to_be_visible()
    kiosk.keyboard.press("Escape")
    expect(kiosk.locator("[data-testid=face][data-state=idle]")).to_be_visible()
    app.ring(app.add_timer("tea", 60))
    expect(kiosk.get_by_test_id("alarm")).to_be_visible()
    kiosk.keyboard.press("Escape")

    _until(kiosk, lambda: app.seen.stopped_alarms == 1)
    assert app.seen.stops == ["t1"]


def test_the_last_answer_is_said_again_without_asking_the_app(kiosk: Page, app: StandIn) -> None:
    app.script.clause_seconds = 0.3
    app.run_turn("hello", spoken=False)
    _until(kiosk, lambda: len(app.seen.played) == 3)
    kiosk.get_by_test_id("again").click()

    expect(kiosk.locator("[data-testid=face][data-state=speaking]")).to_be_visible()
    expect(kiosk.locator("[data-testid=face][data-state=idle]")).to_be_visible()
    assert len(app.seen.played) == 3


def test_a_long_answer_is_followed_until_somebody_scrolls_back(kiosk: Page, app: StandIn) -> None:
    app.script.reply, app.script.clause_seconds = "A long story about a snail and a robot. " * 20, 0.0
    kiosk.get_by_test_id("text-input").fill("tell me a story")
    kiosk.keyboard.press("Enter")
    words = kiosk.locator(".bubble-words")
    _until(kiosk, lambda: words.evaluate("box => box.scrollTop") > 100)
    followed = words.evaluate("box => box.scrollHeight - box.scrollTop - box.clientHeight")
    words.hover()
    kiosk.mouse.wheel(0, -5_000)
    expect(words).not_to_have_class(re.compile("has-above"))
    written = len(words.inner_text())
    _until(kiosk, lambda: len(words.inner_text()) > written + 40)

    assert followed < 2
    assert words.evaluate("box => box.scrollTop") == 0


def test_the_face_listens_alone_until_there_are_words(kiosk: Page, app: StandIn) -> None:
    app.run_turn("hello", spoken=False)
    expect(kiosk.locator("[data-layout=beside]")).to_be_visible()
    app.tell(StateLine(state="listening", turn="t9"))

    expect(kiosk.locator("[data-layout=alone]")).to_be_visible()
    expect(kiosk.get_by_test_id("face")).to_contain_text("listening")


def test_setting_a_pin_can_wait(kiosk: Page, app: StandIn) -> None:
    app.script.pin_needed = True
    app.tell_status()
    kiosk.get_by_role("button", name="Later").click()

    expect(kiosk.get_by_test_id("notices")).to_be_empty()


def test_another_provider_is_named_with_its_reason(kiosk: Page, app: StandIn) -> None:
    app.script.provider, app.script.reason = "here", "The cloud does not answer, so I thought for myself."
    kiosk.get_by_test_id("text-input").fill("hello")
    kiosk.get_by_test_id("send").click()

    expect(kiosk.get_by_test_id("badges")).to_contain_text("chat: here")
    expect(kiosk.get_by_test_id("reason")).to_have_text(app.script.reason)


def test_a_failed_turn_says_so_in_a_sentence_with_a_sorry_face(kiosk: Page, app: StandIn) -> None:
    app.script.fails = "Nobody could answer that just now. Give me a minute."
    kiosk.get_by_test_id("text-input").fill("sing")
    kiosk.get_by_test_id("send").click()

    expect(kiosk.get_by_test_id("ending")).to_have_text(app.script.fails)
    expect(kiosk.get_by_test_id("face")).to_have_attribute("data-state", "error")


def test_timers_are_set_counted_down_and_cancelled(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_test_id("place-timers").click()
    kiosk.get_by_test_id("timer-new-name").fill("eggs")
    kiosk.get_by_test_id("timer-new-5").click()

    expect(kiosk.get_by_test_id("timer-name")).to_have_text("eggs")
    expect(kiosk.get_by_test_id("timer-left")).to_have_text("4:58")
    kiosk.get_by_test_id("timer-cancel").click()
    expect(kiosk.get_by_test_id("timer")).to_have_count(0)
    assert app.timers == {}


def test_an_alarm_takes_the_screen_until_it_is_stopped(kiosk: Page, app: StandIn) -> None:
    app.ring(app.add_timer("spaghetti", 60), "Your spaghetti timer is done!")

    expect(kiosk.get_by_test_id("alarm")).to_contain_text("Your spaghetti timer is done!")
    expect(kiosk.get_by_test_id("face")).to_have_attribute("data-pose", "alert")
    kiosk.get_by_test_id("alarm-stop").click()
    expect(kiosk.get_by_test_id("alarm")).to_have_count(0)
    _until(kiosk, lambda: app.seen.stopped_alarms == 1)


def test_an_alarm_that_somebody_else_stops_goes_away(kiosk: Page, app: StandIn) -> None:
    number = app.add_timer("tea", 60)
    app.ring(number)
    expect(kiosk.get_by_test_id("alarm")).to_be_visible()
    del app.timers[number]
    app.tell_timers()

    expect(kiosk.get_by_test_id("alarm")).to_have_count(0)


def test_always_listening_sends_the_microphone_in_frames_without_gaps(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_test_id("always").click()
    _until(kiosk, lambda: len(app.seen.frames) >= 40)
    kiosk.get_by_test_id("always").click()
    _until(kiosk, lambda: app.seen.listens[-1] == "off")
    expect(kiosk.get_by_test_id("always")).to_have_attribute("data-microphone", "off")
    frames = list(app.seen.frames)

    assert app.seen.listens[0] == "always"
    assert [seq for seq, _ in frames] == list(range(len(frames)))
    assert {len(samples) for _, samples in frames} == {FRAME * 2}


def test_the_sound_that_arrives_is_the_sound_at_the_microphone(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_test_id("always").click()
    _until(kiosk, lambda: len(app.seen.frames) >= 40)
    samples = _samples(b"".join(pcm for _, pcm in app.seen.frames[15:40]))

    total = sum(sample * sample for sample in samples)
    assert _power(samples, TONE) / total > 0.95, "another tone, or noise"
    assert math.sqrt(total / len(samples)) == pytest.approx(LOUD / math.sqrt(2), rel=0.15)


def test_push_to_talk_listens_once_and_hands_in_at_the_second_push(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_test_id("mic").click()
    expect(kiosk.get_by_test_id("face")).to_have_attribute("data-state", "listening")
    _until(kiosk, lambda: len(app.seen.frames) >= 5)
    kiosk.get_by_test_id("mic").click()

    expect(kiosk.get_by_test_id("always")).to_have_attribute("data-microphone", "off")
    _until(kiosk, lambda: app.seen.listens == ["once", "off"])


def test_a_recording_that_is_handed_in_is_not_taken_back_by_the_switch(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_test_id("always").click()
    _until(kiosk, lambda: app.seen.listens == ["always"])
    kiosk.get_by_test_id("mic").click()
    _until(kiosk, lambda: len(app.seen.frames) >= 5)
    kiosk.get_by_test_id("mic").click()
    _until(kiosk, lambda: app.seen.listens == ["always", "once", "off"])
    app.run_turn("what time is it", spoken=True)

    _until(kiosk, lambda: app.seen.listens == ["always", "once", "off", "always"])
    expect(kiosk.get_by_test_id("always")).to_have_attribute("data-microphone", "always")


def test_the_microphone_goes_off_by_itself_when_the_app_has_understood(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_test_id("mic").click()
    _until(kiosk, lambda: len(app.seen.frames) >= 5)
    app.run_turn("what time is it", spoken=True)

    expect(kiosk.get_by_test_id("always")).to_have_attribute("data-microphone", "off")
    expect(kiosk.get_by_test_id("transcript")).to_have_text("what time is it")
    assert app.seen.listens == ["once"]


def test_strangers_see_how_to_come_in_and_a_pin_opens(context: BrowserContext, app: StandIn) -> None:
    app.script.signed_in = False
    tab = context.new_page()
    tab.goto(app.start())

    expect(tab.get_by_test_id("sign-in")).to_contain_text("bmo token --sign-in")
    tab.get_by_test_id("pin").fill("1111")
    tab.get_by_test_id("pin-send").click()
    expect(tab.get_by_test_id("pin-wrong")).to_have_text("That is not the PIN. Try again?")
    tab.get_by_test_id("pin").fill(PIN)
    tab.get_by_test_id("pin-send").click()
    expect(tab.get_by_test_id("text-input")).to_be_visible()


def test_signing_out_leaves_nothing_to_read(kiosk: Page, app: StandIn) -> None:
    app.script.clause_seconds = 0.1
    app.run_turn("my secret", spoken=False)
    expect(kiosk.get_by_test_id("transcript")).to_have_text("my secret")
    kiosk.get_by_test_id("place-more").click()
    with kiosk.expect_response("**/sign-out"):
        kiosk.get_by_test_id("sign-out").click()

    expect(kiosk.get_by_test_id("sign-in")).to_be_visible()
    expect(kiosk.get_by_text("my secret")).to_have_count(0)


def test_a_provider_is_pinned_and_let_go(kiosk: Page, app: StandIn) -> None:
    kiosk.get_by_test_id("place-more").click()
    chat = kiosk.get_by_test_id("capability-chat")
    chat.locator("[data-value=here]").click()
    expect(chat.locator("[data-value=here]")).to_have_attribute("aria-checked", "true")
    chat.locator("[data-value='']").click()

    expect(chat.locator("[data-value='']")).to_have_attribute("aria-checked", "true")
    assert [pin["provider"] for pin in app.seen.pins] == ["here", None]


def test_a_page_that_lost_its_line_says_so_and_catches_up(kiosk: Page, app: StandIn) -> None:
    app.door.clear()
    app.cut_lines()
    expect(kiosk.get_by_test_id("notices")).to_contain_text("coming right back")
    app.add_timer("tea", 120)
    app.door.set()

    expect(kiosk.get_by_test_id("notices")).to_be_empty(timeout=10_000)
    expect(kiosk.get_by_test_id("next-timer")).to_contain_text("tea")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(800, 480), (390, 844), (1440, 900)])
def test_home_never_scrolls_and_everything_to_touch_is_big(
    browser: Browser, app: StandIn, size: tuple[int, int], scheme: str
) -> None:
    app.script.reply, app.script.pace = "A very long story about a snail. " * 40, 0.0
    app.script.clause_seconds = 0.0
    app.script.notices, app.script.pin_needed = ("The cloud is away.",), True
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme) as context:
        tab = context.new_page()
        tab.goto(app.start())
        expect(tab.locator("[data-link=on]")).to_be_visible()
        expect(tab.get_by_test_id("notices")).not_to_be_empty()
        app.run_turn("tell me a story", spoken=True)
        expect(tab.get_by_test_id("timing")).not_to_be_empty()

        assert _scrolls(tab) == [0, 0]
        assert _smaller_than(tab, 48) == []


def _complain(message: ConsoleMessage, complaints: list[str]) -> None:
    # A refused sign-in and a cut line are part of what is tested; the browser reports every one of them.
    expected = ("401", "WebSocket connection")
    if message.type == "error" and not any(word in message.text for word in expected):
        complaints.append(message.text)


def _scrolls(tab: Page) -> list[int]:
    """Pixels that the document is larger than the window, across and down."""
    return tab.evaluate(
        "() => [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
    )


def _smaller_than(tab: Page, pixels: int) -> list[str]:
    """What can be touched but is too small for a finger."""
    sizes = tab.evaluate(
        """() => [...document.querySelectorAll("button, a, .write")].map(thing => {
            const box = thing.getBoundingClientRect();
            return [thing.className + ": " + thing.innerText, Math.min(box.width, box.height)];
        })"""
    )
    return [name for name, size in sizes if size < pixels]


def _until(tab: Page, condition: object, seconds: float = 10.0) -> None:
    """Wait for something on the app's side, while the browser goes on."""
    assert callable(condition)
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        tab.wait_for_timeout(50)
    pytest.fail("it did not happen")


def _tone(path: Path) -> Path:
    """A WAV of two seconds of `TONE` at 48 kHz, which Chromium plays in a loop: whole periods, so it never clicks."""
    count = 2 * 48_000
    samples = (round(32_767 * LOUD * math.sin(2 * math.pi * TONE * n / 48_000)) for n in range(count))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(struct.pack(f"<{count}h", *samples))
    return path


def _samples(pcm: bytes) -> list[float]:
    return [sample / 32_768 for sample in struct.unpack(f"<{len(pcm) // 2}h", pcm)]


def _power(samples: list[float], pitch: float) -> float:
    """The energy within 2 Hz steps of `pitch`, by correlation: the fake device's clock may be a little off."""

    def at(hertz: float) -> float:
        cosine = sum(s * math.cos(2 * math.pi * hertz * n / RATE) for n, s in enumerate(samples))
        sine = sum(s * math.sin(2 * math.pi * hertz * n / RATE) for n, s in enumerate(samples))
        return 2 * (cosine * cosine + sine * sine) / len(samples)

    return max(at(pitch + step / 4) for step in range(-4, 5))
