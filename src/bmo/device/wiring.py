"""Which engines the device programs run."""

from pathlib import Path

from bmo.capabilities.wake import VoiceActivity, WakeWord
from bmo.core.errors import Broken
from bmo.engines.openwakeword import OpenWakeWord
from bmo.engines.silero import Silero

WAKE_FOLDER = "openwakeword-hey-jarvis"
ACTIVITY_FILE = Path("silero-vad") / "silero_vad.onnx"


def detectors(models: Path, *, wake: bool) -> tuple[WakeWord | None, VoiceActivity]:
    """New detectors for one microphone. Raises `Broken` when a model is missing or damaged."""
    wanted = [models / ACTIVITY_FILE, *([models / WAKE_FOLDER] if wake else [])]
    if any(not path.exists() for path in wanted):
        raise Broken("The models that listen are not here yet. `bmo models pull` fetches them.", code="no_models")
    return OpenWakeWord(models / WAKE_FOLDER) if wake else None, Silero(models / ACTIVITY_FILE)
