"""One Wyoming client, from its first event to its last. It is told what went wrong, and nobody else is."""

import logging
from contextlib import closing

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, SelectProgram
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)
from wyoming.wake import Detect

from bmo.app.wyoming.detecting import Detecting
from bmo.app.wyoming.offer import NAME, Offer
from bmo.app.wyoming.speaking import Speaking
from bmo.bridges.wyoming import Peer, understood
from bmo.bridges.wyoming_sound import Resampled, sound_in
from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.capabilities.transcribe import Recording
from bmo.core.errors import BmoError, Malformed, NotFound, Refused, TooLarge, Unavailable
from bmo.core.trace import set_trace
from bmo.voice.endings import BROKEN

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""A client that sends no whole event for so long is told so and let go."""


class Visit:
    """What one client is in the middle of: a recording, a text, or listening for the wake word."""

    def __init__(self, peer: Peer, offer: Offer, idle: float = IDLE_SECONDS) -> None:
        self._peer = peer
        self._offer = offer
        self._idle = idle
        self._language = ""
        self._sound = bytearray()
        self._too_long = False
        self._speech = Resampled(SPEECH_RATE)
        self._detecting: Detecting | None = None
        self._streaming = False
        """Whether a text comes in pieces; `_speaking` is None then once it has failed."""
        self._speaking: Speaking | None = None

    def run(self) -> None:
        """Serve until it hangs up, falls silent, or sends what is no event."""
        with closing(self._peer):
            try:
                while (event := self._peer.read(self._idle)) is not None:
                    self._serve(event)
            except BmoError as failure:
                log.info("%s", failure)
                self._say_goodbye(failure)
            finally:
                self._stop_detecting()

    def _serve(self, event: Event) -> None:
        """Raises `Unavailable` only when the client is gone."""
        try:
            self._take(event)
        except BmoError as failure:
            log.info("%s wanted %s: %s", self._peer.name, event.type, failure)
            self._peer.send(Error(text=failure.sentence, code=failure.code))
        except Exception:
            log.exception("a Wyoming client's %s failed", event.type)
            self._peer.send(Error(text=BROKEN.sentence, code=BROKEN.code))

    def _say_goodbye(self, failure: BmoError) -> None:
        try:
            self._peer.send(Error(text=failure.sentence, code=failure.code))
        except Unavailable as gone:
            log.debug("nobody is there to be told: %s", gone)

    def _take(self, event: Event) -> None:
        """Events that nobody knows are dropped, as the protocol asks for: what comes next may be understood."""
        kind = event.type
        if Describe.is_type(kind):
            self._peer.send(self._offer.info())
        elif Ping.is_type(kind):
            self._peer.send(Pong(text=understood(Ping, event).text))
        elif SelectProgram.is_type(kind):
            self._select(understood(SelectProgram, event).name)
        elif AudioChunk.is_type(kind):
            self._hear(event)
        elif AudioStop.is_type(kind):
            self._heard()
        elif Transcribe.is_type(kind):
            self._begin_recording(understood(Transcribe, event).language)
        elif AudioStart.is_type(kind):
            self._speech = Resampled(SPEECH_RATE)
        elif Detect.is_type(kind):
            self._begin_detecting(understood(Detect, event).names)
        else:
            self._take_text(event)

    def _take_text(self, event: Event) -> None:
        kind = event.type
        if Synthesize.is_type(kind):
            if not self._streaming:  # else the same text once more, for servers that cannot stream
                self._say(understood(Synthesize, event))
        elif SynthesizeStart.is_type(kind):
            self._streaming, self._speaking = True, None
            self._speaking = self._voice(understood(SynthesizeStart, event))
        elif SynthesizeChunk.is_type(kind):
            self._say_more(_text(understood(SynthesizeChunk, event).text))
        elif SynthesizeStop.is_type(kind):
            self._say_the_rest()
        else:
            log.debug("%s sent %r, which nobody here knows", self._peer.name, kind)

    def _select(self, name: str) -> None:
        if name != NAME:
            raise NotFound(f"There is no program {str(name)[:100]!r} here, only {NAME!r}.")

    def _begin_recording(self, language: object) -> None:
        self._stop_detecting()
        self._forget()
        self._language = str(language or "").partition("-")[0].partition("_")[0].lower()

    def _begin_detecting(self, names: object) -> None:
        self._forget()
        if self._offer.ears is None:
            raise Refused("The wake word is switched off here.", code="no_wake_word")
        word = self._offer.wake_word
        if names and (not isinstance(names, list) or not any(word in str(name) for name in names)):
            raise NotFound(f"The only wake word here is {word!r}.")
        self._stop_detecting()
        self._detecting = Detecting(self._offer.ears, word, self._offer.threshold, self._peer.send)

    def _hear(self, event: Event) -> None:
        chunk = sound_in(event)
        samples = self._speech.feed(chunk.audio, chunk.rate)
        if self._detecting is not None:
            self._detecting.feed(samples)
        elif not self._too_long:
            self._sound += samples
            if len(self._sound) > self._offer.longest * SPEECH_RATE * SAMPLE_WIDTH:
                self._forget()
                self._too_long = True
                raise TooLarge(f"That is too long; at most {self._offer.longest:g} seconds are written down at a time.")

    def _heard(self) -> None:
        rest = self._speech.finish()
        if self._detecting is not None:
            self._detecting.feed(rest)
            self._detecting.finish()
            return
        sound, too_long = bytes(self._sound) + rest, self._too_long
        self._forget()
        if too_long:
            return
        set_trace()
        heard = self._offer.transcribe.transcribe(Recording(Pcm(sound, SPEECH_RATE), language=self._language))
        self._peer.send(Transcript(text=heard.text, language=heard.language))

    def _forget(self) -> None:
        self._sound.clear()
        self._too_long = False
        self._speech = Resampled(SPEECH_RATE)

    def _stop_detecting(self) -> None:
        if self._detecting is not None:
            self._detecting.close()
            self._detecting = None

    def _voice(self, wanted: Synthesize | SynthesizeStart) -> Speaking:
        set_trace()
        if wanted.text_format not in (None, "text"):
            raise Refused("I speak plain text only, no SSML.", code="no_ssml")
        voice = wanted.voice or SynthesizeVoice()
        name = voice.name if isinstance(voice.name, str) else ""
        return Speaking(self._offer.speak, name or self._offer.voices[0], self._peer.send)

    def _say(self, wanted: Synthesize) -> None:
        speaking = self._voice(wanted)
        speaking.feed(_text(wanted.text))
        speaking.finish()

    def _say_more(self, text: str) -> None:
        speaking, self._speaking = self._speaking, None
        if speaking is not None:
            speaking.feed(text)
            self._speaking = speaking

    def _say_the_rest(self) -> None:
        speaking, self._speaking = self._speaking, None
        self._streaming = False
        if speaking is not None:
            speaking.finish()
            self._peer.send(SynthesizeStopped())


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise Malformed("A text to speak must be text.")
    return text
