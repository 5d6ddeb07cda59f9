"""Who hears and who speaks."""

import logging
from collections.abc import Callable
from pathlib import Path

from bmo.ai_server.desk import Desk
from bmo.ai_server.desks.files import found
from bmo.ai_server.speakers import Speakers
from bmo.capabilities.media import wav_of
from bmo.capabilities.objects import Objects
from bmo.capabilities.speak import Reference, References, Speak, Utterance
from bmo.capabilities.transcribe import Transcribe
from bmo.core.errors import Broken, NotFound
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.ai_speech import FishSpeechTts, HibariTts, PiperTts, WhisperStt, WyomingStt, WyomingTts
from bmo.settings.app import Off

log = logging.getLogger(__name__)

BMO = "bmo"
BETTER_EARS = "faster-whisper-base"
"""Hears better than what comes by itself, and takes twice as long: whoever fetched it wants it."""
_SAID = (
    "Hello! I am BMO, and I live right here with you. Do you want to play a video game, or shall I set a timer for "
    "the pancakes? Oh, look, the sun is out. I like it when everybody is at home."
)
"""What BMO says for a voice that learns from a recording, when nobody recorded another one."""


def transcribe(settings: AiServerSettings) -> Desk[Transcribe]:
    match settings.stt:
        case WhisperStt() as stt:
            model = _ears(stt, settings.models_dir)
            load = _whisper(stt, model, settings.models_dir)
            return Desk("transcribe", model, load, queue=settings.queue, lifetime=stt)
        case WyomingStt() as stt:
            return Desk("transcribe", "wyoming", _wyoming_ears(stt), at_once=stt.at_once, queue=settings.queue)
        case Off():
            return Desk("transcribe")


def speakers(settings: AiServerSettings, objects: Objects) -> Speakers:
    """Whose voice can be asked for."""
    match settings.tts:
        case HibariTts() | PiperTts() | WyomingTts() as tts:
            return Speakers(objects, tuple(tts.voices))
        case FishSpeechTts():
            return Speakers(objects, (BMO,), clones=True)
        case Off():
            return Speakers(objects)


def speak(settings: AiServerSettings, references: References) -> Desk[Speak]:
    """`references`: the recorded speakers, for a voice that clones."""
    match settings.tts:
        case HibariTts() as tts:
            return Desk("speak", "hibari", _hibari(tts), queue=settings.queue, lifetime=tts)
        case PiperTts() as tts:
            return Desk("speak", tts.model, _piper(tts, settings.models_dir), queue=settings.queue, lifetime=tts)
        case FishSpeechTts() as tts:
            return Desk("speak", "fish-speech", _fish(tts, references), at_once=tts.at_once, queue=settings.queue)
        case WyomingTts() as tts:
            return Desk("speak", "wyoming", _wyoming_voice(tts), at_once=tts.at_once, queue=settings.queue)
        case Off():
            return Desk("speak")


def _ears(stt: WhisperStt, models_dir: Path) -> str:
    """The model that was named, or the better of those that are here."""
    if "model" not in stt.model_fields_set and (models_dir / BETTER_EARS).is_dir():
        return BETTER_EARS
    return stt.model


def _whisper(stt: WhisperStt, model: str, models_dir: Path) -> Callable[[], Transcribe]:
    def load() -> Transcribe:
        from bmo.engines.apart import Apart, TranscribeApart

        told = {
            "folder": str(found(model, models_dir)),
            "threads": stt.threads,
            "device": stt.device,
            "compute_type": stt.compute_type,
            "language": stt.language or None,
            "beam": stt.beam,
            "vad": stt.vad,
        }
        return TranscribeApart(Apart("whisper", told), "whisper")

    return load


def _hibari(tts: HibariTts) -> Callable[[], Speak]:
    def load() -> Speak:
        from bmo.engines.apart import Apart, SpeakApart

        voices = {name: (voice.model, voice.cents) for name, voice in tts.voices.items()}
        return SpeakApart(Apart("hibari", {"threads": tts.threads, "voices": voices}), "hibari")

    return load


def _piper(tts: PiperTts, models_dir: Path) -> Callable[[], Speak]:
    def load() -> Speak:
        from bmo.engines.piper import PROGRAM, Piper
        from bmo.engines.pitch import shift
        from bmo.engines.sox import Sox

        path = found(tts.model, models_dir)
        return Piper(
            _onnx(path) if path.is_dir() else path,
            program=tts.program or PROGRAM,
            voices=tts.voices,
            shift=Sox() if tts.shift == "sox" else shift,
        )

    return load


def _onnx(folder: Path) -> Path:
    files = sorted(folder.glob("*.onnx"))
    if len(files) != 1:
        raise Broken(f"{folder} should have one Piper voice (.onnx) in it, not {len(files)}.", code="model_missing")
    return files[0]


def _fish(tts: FishSpeechTts, references: References) -> Callable[[], Speak]:
    def load() -> Speak:
        from bmo.bridges.fish_speech import FishSpeech
        from bmo.engines.shaped import Shaped

        log.warning("Fish Speech's weights are CC BY-NC-SA 4.0: not for commercial use.")
        known = _with_bmo(references)
        key = tts.key.get_secret_value()
        return Shaped(FishSpeech(tts.url, known, key, brackets=tts.brackets, rate=tts.rate))

    return load


def _wyoming_ears(stt: WyomingStt) -> Callable[[], Transcribe]:
    def load() -> Transcribe:
        from bmo.bridges.wyoming_speech import WyomingTranscribe

        return WyomingTranscribe(stt.uri, model=stt.model, language=stt.language)

    return load


def _wyoming_voice(tts: WyomingTts) -> Callable[[], Speak]:
    def load() -> Speak:
        from bmo.bridges.wyoming_speech import ServiceVoice, WyomingSpeak
        from bmo.engines.shaped import Shaped

        voices = {name: ServiceVoice(voice.model, voice.speaker) for name, voice in tts.voices.items()}
        return Shaped(WyomingSpeak(tts.uri, voices), {name: voice.cents for name, voice in tts.voices.items()})

    return load


def _with_bmo(recorded: References) -> References:
    """BMO sounds like BMO on every server: when nobody recorded another `bmo`, the embedded voice is the reference."""
    made: list[Reference] = []

    def reference(name: str) -> Reference:
        try:
            return recorded(name)
        except NotFound:
            if name != BMO:
                raise
            if not made:
                made.append(_spoken_by_hibari())
            return made[0]

    return reference


def _spoken_by_hibari() -> Reference:
    """Raises `NotFound` when the embedded voice is not installed."""
    try:
        from bmo.engines.hibari import Hibari
    except ModuleNotFoundError as fault:
        raise NotFound("Nobody recorded bmo, and the embedded voice is not installed.") from fault
    return Reference(wav_of(list(Hibari().speak(Utterance(_SAID, BMO)))), _SAID)
