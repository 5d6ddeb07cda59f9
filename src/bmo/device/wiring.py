"""Which engines and devices the device programs run."""

import logging
from collections.abc import Callable
from pathlib import Path

from bmo.capabilities.sound import Loudspeaker, Microphone
from bmo.capabilities.wake import VoiceActivity, WakeWord
from bmo.catalogue.wake_words import WakeChoice
from bmo.core.clock import Clock
from bmo.core.errors import Broken, Unavailable
from bmo.device.lights import Lights
from bmo.engines.loudness import Loudness
from bmo.engines.microwakeword import MicroWakeWord
from bmo.engines.openwakeword import OpenWakeWord
from bmo.engines.silero import Silero
from bmo.hardware.leds import SimulatedLeds, freenove_leds
from bmo.hardware.loudspeaker import DeviceLoudspeaker
from bmo.hardware.microphone import DeviceMicrophone
from bmo.hardware.simulated import FileLoudspeaker, FileMicrophone
from bmo.hardware.simulated_room import SimulatedRoom
from bmo.hardware.sound_devices import SoundDevices

log = logging.getLogger(__name__)

WAKE_FOLDER = "openwakeword-hey-jarvis"
FILE, ROOM = "file:", "room:"
"""How simulators are asked for."""
ACTIVITY_FILE = Path("silero-vad") / "silero_vad.onnx"


def detectors(models: Path, *, wake: bool, choice: WakeChoice | None = None) -> tuple[WakeWord | None, VoiceActivity]:
    """New detectors for one microphone; `choice` is the wake word, if it is not the built-in one of openWakeWord.

    Raises `Broken` when the model of the wake word is missing or damaged. Without the other one, loudness has to do.
    """
    wake_word = _usable(models, choice or WakeChoice(models / "wake")) if wake else None
    return wake_word, _activity(models)


def _activity(models: Path) -> VoiceActivity:
    try:
        return Silero(_here(models / ACTIVITY_FILE))
    except Broken as failure:
        log.warning("%s Until then loudness alone tells me when somebody speaks.", failure.sentence)
        return Loudness()


def _usable(models: Path, choice: WakeChoice) -> WakeWord:
    """The wake word, or the built-in one in the place of a file that is no good: the button has to work too."""
    try:
        return wake_word(models, choice)
    except Broken as failure:
        if choice.built_in:
            raise
        log.warning("%s Until then I listen for the built-in word.", failure.sentence)
        return wake_word(models, choice.fallback)


def wake_word(models: Path, choice: WakeChoice) -> WakeWord:
    """A detector of exactly this word. Raises `Broken` with what is wrong with it."""
    match choice.engine:
        case "openwakeword":
            return OpenWakeWord(_here(models / WAKE_FOLDER), choice.file())
        case "microwakeword":
            return MicroWakeWord(choice.file())


def _here(path: Path) -> Path:
    if not path.exists():
        raise Broken("The models that listen are not here yet. `bmo models pull` fetches them.", code="no_models")
    return path


def sound(
    microphone: str, speaker: str, clock: Clock, devices: SoundDevices
) -> tuple[Microphone, Callable[[Callable[[str], None]], Loudspeaker]]:
    """A microphone, and what makes a loudspeaker once it is known whom it tells what was heard.

    Each is a part of a device's name, "" for the system's own, or a simulator: `file:NAME.wav`. The microphone
    `room:SECONDS` hears what a loudspeaker that is a file plays, so much later. Raises `Broken`.
    """
    if microphone.startswith(ROOM):
        room = SimulatedRoom(_file_of(speaker), _seconds(microphone.removeprefix(ROOM)))
        return room, lambda played: room.loudspeaker(played, clock)
    ears = (
        FileMicrophone(_file_of(microphone), clock) if _is_file(microphone) else DeviceMicrophone(microphone, devices)
    )
    if _is_file(speaker):
        return ears, lambda played: FileLoudspeaker(_file_of(speaker), played, clock)
    return ears, lambda played: DeviceLoudspeaker(speaker, devices, played, clock)


def lights(wanted: str) -> Lights | None:
    """The lights of the setting `device.leds`; None for none, and with a line in the log for those that do not answer.

    Raises `Broken` without the library for them.
    """
    if not wanted:
        return None
    if _is_file(wanted):
        return Lights(SimulatedLeds(_file_of(wanted)))
    try:
        return Lights(freenove_leds())
    except Unavailable as failure:
        log.warning("%s BMO does without lights.", failure.sentence)
        return None


def _is_file(wanted: str) -> bool:
    return wanted.startswith(FILE)


def _file_of(wanted: str) -> Path:
    if not _is_file(wanted):
        raise Broken("The simulated room needs a loudspeaker that is a file: --speaker file:heard.wav.")
    return Path(wanted.removeprefix(FILE))


def _seconds(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError as fault:
        raise Broken("The simulated room wants its delay in seconds: --microphone room:0.12.") from fault
