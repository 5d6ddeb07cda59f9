"""A WAV file whose length nobody knew when it began, in a real browser."""

import base64

import pytest

from bmo.ai_server.wav import streamed_head
from bmo.capabilities.speak import Utterance
from bmo.fakes.speak import FakeSpeak
from e2e.browser import chromium

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]

PLAYED = """
async (base64) => {
  const audio = new Audio('data:audio/wav;base64,' + base64);
  await new Promise((ended, failed) => {
    audio.onended = ended;
    audio.onerror = () => failed(new Error(audio.error.message));
    audio.play().catch(failed);
  });
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const decoded = await new OfflineAudioContext(1, 1, 24000).decodeAudioData(bytes.buffer);
  return {played: audio.currentTime, decoded: decoded.duration};
}
"""


def test_a_browser_plays_and_decodes_a_streamed_file_to_its_end() -> None:
    pieces = list(FakeSpeak().speak(Utterance("one two three")))
    streamed = streamed_head(pieces[0].rate) + b"".join(piece.samples for piece in pieces)

    with chromium() as (page, _):
        told = page.evaluate(PLAYED, base64.b64encode(streamed).decode())

    assert told["played"] == pytest.approx(0.6, abs=0.1)
    assert told["decoded"] == pytest.approx(0.6, abs=0.01)
