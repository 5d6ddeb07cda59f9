"""The sound devices of this machine, by name. The one place that knows PortAudio and how it fails."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bmo.core.errors import Broken, Unavailable

log = logging.getLogger(__name__)

Kind: TypeAlias = Literal["microphone", "loudspeaker"]

_NO_PACKAGE = "Microphone and loudspeaker need a Python package: pip install 'bmo[device]'."
_NO_LIBRARY = "Microphone and loudspeaker need PortAudio: sudo apt install libportaudio2."


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone or a loudspeaker."""

    index: int
    """PortAudio's number; another one after the next plugging."""
    name: str
    rate: int
    """Hz it likes best."""
    channels: int
    """It has at most so many."""
    default: bool = False
    """Whether the system takes this one when nobody chooses."""


class SoundDevices:
    """PortAudio's list of devices. It is read once and does not see what is plugged in later, so it can be renewed."""

    def __init__(self) -> None:
        self._open = 0
        self._lock = threading.Lock()

    @property
    def library(self) -> Any:
        """`sounddevice`. Raises `Broken` when the package or PortAudio is missing."""
        try:
            import sounddevice
        except ImportError as fault:
            raise Broken(_NO_PACKAGE, code="no_sound_library") from fault
        except OSError as fault:
            raise Broken(_NO_LIBRARY, code="no_sound_library") from fault
        return sounddevice

    def listed(self, kind: Kind) -> list[Device]:
        """What there is of this kind. Raises `Broken` and `Unavailable`."""
        library = self.library
        side = "input" if kind == "microphone" else "output"
        with sound_faults(kind):
            usual = library.default.device[side]
            return [
                Device(number, str(one["name"]), round(one["default_samplerate"]), channels, number == usual)
                for number, one in enumerate(library.query_devices())
                if (channels := int(one[f"max_{side}_channels"])) > 0
            ]

    def chosen(self, kind: Kind, wanted: str) -> Device:
        """The device of this name. Raises `Unavailable` with the names there are, and `Broken`."""
        return choose(self.listed(kind), kind, wanted)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """A stream is open: the list must not be renewed under it."""
        with self._lock:
            self._open += 1
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1

    def renew(self) -> bool:
        """Look again what is plugged in; not while something plays or records. Raises `Broken`."""
        library = self.library
        with self._lock, sound_faults("microphone"):
            if self._open:
                return False
            library._terminate()  # PortAudio has no other way to see a new device
            library._initialize()
        return True


def choose(devices: Sequence[Device], kind: Kind, wanted: str) -> Device:
    """The device of exactly this name, else the first with this in its name; for "" what the system takes.

    Raises `Unavailable` with the names there are.
    """
    if not devices:
        raise Unavailable(f"There is no {kind} here. Plug one in.", code="no_device")
    if not wanted:
        return next((one for one in devices if one.default), devices[0])
    plain = wanted.casefold()
    found = [one for one in devices if one.name.casefold() == plain]
    found = found or [one for one in devices if plain in one.name.casefold()]
    if not found:
        names = ", ".join(dict.fromkeys(one.name for one in devices))
        raise Unavailable(f"There is no {kind} called {wanted!r} here. There are: {names}.", code="no_device")
    return found[0]


@contextmanager
def sound_faults(kind: Kind) -> Iterator[None]:
    """PortAudio's failures become `Unavailable`: what is unplugged now may be there in a minute."""
    try:
        yield
    except Exception as fault:
        if type(fault).__module__.partition(".")[0] not in ("sounddevice", "_sounddevice") and not isinstance(
            fault, OSError | ValueError
        ):
            raise
        raise Unavailable(f"The {kind} does not work: {fault}.", code="device_failed") from fault
