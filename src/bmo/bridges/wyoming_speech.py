"""Hear and speak with a Wyoming service: wyoming-faster-whisper, wyoming-piper, Home Assistant add-ons, another BMO."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

from wyoming.asr import Transcribe as Asked
from wyoming.asr import Transcript as Told
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Info
from wyoming.tts import Synthesize, SynthesizeVoice

from bmo.bridges.wyoming import CONNECT_SECONDS, Peer, asked_about, complaint, connect, understood
from bmo.bridges.wyoming_sound import sound_in
from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.provider import Patience, Stream
from bmo.capabilities.speak import Utterance, check
from bmo.capabilities.transcribe import Recording, Segment, Transcript
from bmo.core.errors import Malformed, Refused, Unavailable

LONGEST = Patience(CONNECT_SECONDS, first=300.0, between=60.0)
"""For who has no patience of their own: a service may load a large model first, but a dead one holds nobody."""
_PIECE_SECONDS = 0.1
"""Of sound in one event, as satellites send it."""


class _Service:
    """One Wyoming service: where it is and what it said about itself."""

    def __init__(self, uri: str, name: str) -> None:
        self.name = name
        self._uri = uri
        self._info: Info | None = None
        self._lock = threading.Lock()

    def connect(self, patience: Patience) -> Peer:
        """Raises `Unavailable`."""
        try:
            return connect(self._uri, self.name, patience.connect)
        except Unavailable:
            self._info = None  # what comes up there next may be another one
            raise

    def info(self, patience: Patience) -> Info:
        """What it can do; asked once. Raises `Unavailable`."""
        with self._lock:
            if self._info is None:
                self._info = asked_about(self._uri, self.name, min(patience.first, CONNECT_SECONDS))
            return self._info


class WyomingTranscribe:
    """A Wyoming speech-to-text service (`capabilities.transcribe.Transcribe`). The protocol has no segments, no times
    and no doubts: the whole is one segment, and no words mean that nobody spoke."""

    def __init__(self, uri: str, *, model: str = "", language: str = "", name: str = "wyoming") -> None:
        """`uri` such as `tcp://192.168.1.20:10300`; `model` and `language` as the service names them, empty for
        its usual ones."""
        self.name = name
        self._service = _Service(uri, name)
        self._model = model
        self._language = language

    def transcribe(self, recording: Recording) -> Transcript:
        """As `Transcribe.transcribe`. Raises `Refused` for a language that the service says it does not know."""
        patience = recording.patience or LONGEST
        left = _countdown(patience.first)
        info = self._service.info(replace(patience, first=left()))
        model, language = self._model_of(info, recording.language), recording.language or self._language
        with closing(self._service.connect(patience)) as peer:
            peer.send(Asked(name=self._model or None, language=language or None))
            _send_sound(peer, recording.sound)
            told = self._told(peer, left)
        text = told.text.strip()
        heard = (Segment(text, 0.0, recording.sound.seconds),) if text else ()
        return Transcript(text, told.language or language or "en", 0.0 if text else 1.0, model, heard)

    def _model_of(self, info: Info, language: str) -> str:
        models = [model for program in info.asr for model in program.models if model.installed]
        if not models:
            raise Unavailable(f"{self.name} does not turn speech into text.")
        wanted = [model for model in models if model.name == self._model] or models
        if language and not any(language in model.languages for model in wanted):
            raise Refused(f"{self.name} does not know the language {language!r}.", code="unknown_language")
        return str(wanted[0].name)

    def _told(self, peer: Peer, left: Callable[[], float]) -> Told:
        while (event := peer.read(left())) is not None:
            if Told.is_type(event.type):
                told = understood(Told, event)
                if not isinstance(told.text, str):
                    raise Malformed(f"{self.name} sent a transcript without words.")
                return told
            if Error.is_type(event.type):
                raise complaint(event, self.name)
        raise Malformed(f"{self.name} hung up before it told what it heard.")


@dataclass(frozen=True, slots=True)
class ServiceVoice:
    """A voice as the service calls it."""

    name: str = ""
    """Empty for the service's usual one."""
    speaker: str = ""
    """One of several in the same voice."""


class WyomingSpeak:
    """A Wyoming text-to-speech service. For moods, speed and pitch, which the protocol lacks, wrap it in `Shaped`."""

    def __init__(self, uri: str, voices: Mapping[str, ServiceVoice], *, name: str = "wyoming") -> None:
        """`uri` such as `tcp://192.168.1.20:10200`; `voices` by the names they are asked for."""
        self.name = name
        self._service = _Service(uri, name)
        self._voices = dict(voices)

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`. Raises `Refused` for a voice that is not listed, and for speed and pitch."""
        check(utterance)
        if utterance.speed != 1.0 or utterance.cents != 0.0:
            raise Refused("A Wyoming voice cannot change its speed or pitch.", code="not_possible")
        if utterance.voice not in self._voices:
            raise Refused(f"There is no voice named {utterance.voice!r} here.", code="unknown_voice")
        patience = utterance.patience or LONGEST
        with closing(self._service.connect(patience)) as peer:
            peer.send(Synthesize(utterance.text, voice=_named(self._voices[utterance.voice])))
            yield from self._sound(peer, patience)

    def _sound(self, peer: Peer, patience: Patience) -> Stream[Pcm]:
        left, rate = _countdown(patience.first), 0
        while (event := peer.read(left())) is not None:
            if AudioStop.is_type(event.type):
                break
            if Error.is_type(event.type):
                raise complaint(event, self.name)
            piece = _piece(event)
            if piece is None:
                continue
            if rate not in (0, piece.rate):
                raise Malformed(f"{self.name} changed the rate of its sound in mid-sentence.")
            rate = piece.rate
            yield piece
            left = _countdown(patience.between)
        if event is None:
            raise Malformed(f"{self.name} hung up in mid-sentence.")
        if not rate:
            raise Malformed(f"{self.name} gave no sound.")


def _countdown(seconds: float) -> Callable[[], float]:
    """How much of so many seconds is left; never below zero."""
    ends = time.monotonic() + seconds
    return lambda: max(0.0, ends - time.monotonic())


def _send_sound(peer: Peer, sound: Pcm) -> None:
    form = {"rate": sound.rate, "width": SAMPLE_WIDTH, "channels": 1}
    peer.send(AudioStart(**form))
    size = int(sound.rate * _PIECE_SECONDS) * SAMPLE_WIDTH
    for start in range(0, len(sound.samples), size):
        peer.send(AudioChunk(audio=sound.samples[start : start + size], **form))
    peer.send(AudioStop())


def _named(voice: ServiceVoice) -> SynthesizeVoice | None:
    return SynthesizeVoice(name=voice.name, speaker=voice.speaker or None) if voice.name else None


def _piece(event: Event) -> Pcm | None:
    """The sound of this event, if it has any."""
    if not AudioChunk.is_type(event.type):
        return None
    chunk = sound_in(event)
    return Pcm(chunk.audio, chunk.rate) if chunk.audio else None
