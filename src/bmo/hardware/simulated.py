"""Files in place of devices, at the pace of real time: the same programs run without any, and tests know the truth."""

import threading
import wave
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.sound import FRAME_BYTES, FRAME_SAMPLES
from bmo.core.clock import Clock
from bmo.core.errors import Broken, Unavailable
from bmo.hardware.playlist import Playlist
from bmo.hardware.rates import ToFrames

FRAME_SECONDS = FRAME_SAMPLES / SPEECH_RATE
RATE = 24_000
"""Hz of what is played into a file."""
BLOCK_SECONDS = 0.02


class FileMicrophone:
    """Hears a WAV file (16 bit, any rate) once from its beginning, then silence. No file is an unplugged device."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    @property
    def name(self) -> str:
        return str(self._path)

    def listen(self, stop: threading.Event) -> Stream[bytes]:
        """See `capabilities.sound.Microphone`; like a device it is gone when the file is removed."""
        frames = iter(_frames_of(self._path))
        due = self._clock.monotonic()
        while not stop.is_set():
            if not self._path.exists():
                raise Unavailable(f"The microphone {self._path} is gone.", code="device_gone")
            due += FRAME_SECONDS
            if not stop.wait(max(0.0, due - self._clock.monotonic())):
                yield next(frames, bytes(FRAME_BYTES))


class FileLoudspeaker:
    """Plays into a WAV file (24 kHz), silence between sounds included; the file can be read at any time."""

    def __init__(
        self,
        path: Path,
        played: Callable[[str], None],
        clock: Clock,
        also: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        """`also` gets what is played, block by block, like the air of the room. Raises `Broken`."""
        self._path = path
        self._clock = clock
        self._also = also
        self._playlist = Playlist(RATE, played, clock)
        self._over = threading.Event()
        try:
            self._file = wave.open(str(path), "wb")  # noqa: SIM115 - closed by its thread
        except OSError as fault:
            raise Broken(f"{path} cannot be written: {fault.strerror}.") from fault
        self._file.setnchannels(1)
        self._file.setsampwidth(SAMPLE_WIDTH)
        self._file.setframerate(RATE)
        self._thread = threading.Thread(target=self._write, name="loudspeaker", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        return str(self._path)

    def play(self, sound: Pcm, label: str = "", *, last: bool = False) -> None:
        """See `capabilities.sound.Loudspeaker`."""
        self._playlist.add(sound, label, last=last)

    def drop(self, label: str = "") -> None:
        """See `capabilities.sound.Loudspeaker`."""
        self._playlist.drop(label)

    def close(self) -> None:
        """See `capabilities.sound.Loudspeaker`."""
        self._over.set()
        self._thread.join(timeout=2.0)
        self._playlist.close()

    def _write(self) -> None:
        due = self._clock.monotonic()
        with closing(self._file):
            while not self._over.is_set():
                block = self._playlist.take(round(RATE * BLOCK_SECONDS), BLOCK_SECONDS)
                self._file.writeframes(block)  # keeps the header's length right at every block
                self._also(block)
                due += BLOCK_SECONDS
                self._over.wait(max(0.0, due - self._clock.monotonic()))


def _frames_of(path: Path) -> list[bytes]:
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != SAMPLE_WIDTH:
                raise Broken(f"{path} must be a WAV file of 16 bit.")
            samples = file.readframes(file.getnframes())
            return ToFrames(file.getframerate(), file.getnchannels()).feed(samples)
    except FileNotFoundError as fault:
        raise Unavailable(f"There is no microphone {path}.", code="no_device") from fault
    except (OSError, EOFError, wave.Error) as fault:
        raise Broken(f"{path} cannot be read as a WAV file: {fault}.") from fault
