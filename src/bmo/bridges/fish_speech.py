"""Speak with a Fish Speech server (OpenAudio S1, S2) by its own HTTP API, in the voice of a recording.

`POST /v1/tts` takes JSON: `text`, `references` (each `audio` in base64 and its `text`), `streaming`, `format`, `seed`,
`use_memory_cache`; it answers WAV as it is made. The recording goes along with every request, and the server keeps
what it learnt from it: a GPU machine that was replaced a minute ago needs no setting up.

Its code is Apache-2.0; **its weights are CC BY-NC-SA 4.0: not for commercial use**.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from bmo.bridges.line import Line
from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Mood, References, Utterance, check
from bmo.core.errors import Malformed, NotFound, Refused

RATE = 44_100
"""Hz of the released models; for answers without a head, which versions of the server send when they stream."""
MARKS: Mapping[Mood, str] = {
    "happy": "joyful",
    "excited": "excited",
    "sad": "sad",
    "angry": "angry",
    "scared": "scared",
    "calm": "relaxed",
    "surprised": "surprised",
    "thinking": "curious",
    "alert": "serious",
    "sleepy": "soft tone",
    "love": "comforting",
    "laugh": "amused",
    "dramatic": "serious",
    "sassy": "sarcastic",
}
"""Moods as words of the emotion markers that the models were trained with."""
_SEED = 1
"""The same words in the same voice sound the same, so that they can be kept."""
_RIFF, _WAVE, _FORMAT, _DATA = b"RIFF", b"WAVE", b"fmt ", b"data"
_MAX_HEAD = 4_096


class FishSpeech:
    """One Fish Speech server. It knows moods; for speed and pitch, which are not in its API, wrap it in `Shaped`."""

    def __init__(
        self,
        url: str,
        references: References,
        key: str = "",
        *,
        brackets: str = "()",
        rate: int = RATE,
        name: str = "fish-speech",
    ) -> None:
        """`url` such as `http://127.0.0.1:8080`. `brackets` of the emotion markers: `()` for S1, `[]` for S2, nothing
        for models that would read them aloud. `rate` in Hz where the answer does not tell it."""
        self.name = name
        self._references = references
        self._line = Line(name, url, {"Authorization": f"Bearer {key}"} if key else {})
        self._brackets = brackets
        self._rate = rate

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`. Raises `Refused` for somebody without a recording, and for speed and pitch."""
        check(utterance)
        if utterance.speed != 1.0 or utterance.cents != 0.0:
            raise Refused("Fish Speech cannot change its speed or pitch.", code="not_possible")
        with self._line.streamed("/v1/tts", self._body(utterance), utterance.patience) as answer:
            yield from self._sound(answer)

    def _body(self, utterance: Utterance) -> dict[str, Any]:
        try:
            reference = self._references(utterance.voice)
        except NotFound as fault:
            raise Refused(
                f"There is no recording of {utterance.voice!r} here; send one with POST /tts/speakers/{{name}}.",
                code="unknown_voice",
            ) from fault
        return {
            "text": self._marked(utterance),
            "references": [{"audio": base64.b64encode(reference.wav).decode(), "text": reference.transcript}],
            "format": "wav",
            "streaming": True,
            "use_memory_cache": "on",
            "seed": _SEED,
        }

    def _marked(self, utterance: Utterance) -> str:
        if utterance.mood not in MARKS or not self._brackets:
            return utterance.text
        return f"{self._brackets[0]}{MARKS[utterance.mood]}{self._brackets[1]} {utterance.text}"

    def _sound(self, answer: Iterator[bytes]) -> Stream[Pcm]:
        rate, rest = self._head(answer)
        heard = False
        while True:
            whole = len(rest) - len(rest) % SAMPLE_WIDTH
            if whole:
                heard = True
                yield Pcm(rest[:whole], rate)
            piece = next(answer, b"")
            if not piece:
                break
            rest = rest[whole:] + piece
        if not heard:
            raise Malformed(f"{self.name} gave no sound.")

    def _head(self, answer: Iterator[bytes]) -> tuple[int, bytes]:
        """The rate, and the samples that came with it. The length in the head of a stream is zero and not looked at."""
        got = b""
        for piece in answer:
            got += piece
            if len(got) >= len(_RIFF) and not got.startswith(_RIFF):
                return self._rate, got
            if found := _parsed(got):
                return found
            if len(got) > _MAX_HEAD:
                break
        raise Malformed(f"{self.name} sent something that is not a WAV file.")


def _parsed(got: bytes) -> tuple[int, bytes] | None:
    """Rate and first samples, once the whole head is there. Raises `Malformed` for another kind of sound."""
    if len(got) < 12:
        return None
    if got[8:12] != _WAVE:
        raise Malformed("Fish Speech sent a RIFF file that is not WAV.")
    at, rate = 12, 0
    while len(got) >= at + 8:
        kind, size = got[at : at + 4], int.from_bytes(got[at + 4 : at + 8], "little")
        if kind == _DATA:
            return (rate or RATE), got[at + 8 :]
        if kind == _FORMAT and len(got) >= at + 24:
            form = [int.from_bytes(got[at + 8 + start : at + 8 + end], "little") for start, end in _FIELDS]
            if form[0] != 1 or form[1] != 1 or form[3] != 8 * SAMPLE_WIDTH:
                raise Malformed("Fish Speech sent another kind of sound than int16 mono.")
            rate = form[2]
        at += 8 + size
    return None


_FIELDS = ((0, 2), (2, 4), (4, 8), (14, 16))
"""Of the format chunk: coding, channels, rate, bits."""
