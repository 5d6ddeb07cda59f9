"""Devices are chosen by name; what a device gives becomes frames of 80 ms at 16 kHz mono."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from bmo.capabilities.media import Pcm
from bmo.capabilities.sound import FRAME_BYTES
from bmo.core.clock import SystemClock
from bmo.core.errors import Broken, Unavailable
from bmo.hardware.rates import ToFrames, mono
from bmo.hardware.simulated import FileLoudspeaker, FileMicrophone
from bmo.hardware.simulated_room import SimulatedRoom
from bmo.hardware.sound_devices import Device, SoundDevices, choose
from sounds import file, tone

DEVICES = [
    Device(0, "HDA Intel", 48_000, 2),
    Device(1, "USB Microphone Pro", 44_100, 1),
    Device(4, "USB Microphone", 16_000, 1, default=True),
]


@pytest.mark.parametrize(("wanted", "index"), [("", 4), ("usb microphone", 4), ("Pro", 1), ("intel", 0), ("usb", 1)])
def test_a_device_is_found_by_a_part_of_its_name(wanted: str, index: int) -> None:
    assert choose(DEVICES, "microphone", wanted).index == index


def test_a_wrong_name_lists_the_names_there_are() -> None:
    with pytest.raises(Unavailable, match="HDA Intel, USB Microphone Pro, USB Microphone"):
        choose(DEVICES, "microphone", "ReSpeaker")


def test_without_portaudio_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(Broken, match="apt install libportaudio2"):
        SoundDevices().listed("microphone")


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_any_rate_becomes_frames_of_16_khz(rate: int) -> None:
    frames = ToFrames(rate)
    sound = np.rint(tone(440, 2.0, rate) * 32_767).astype("<i2").tobytes()

    made = [frame for start in range(0, len(sound), 2_000) for frame in frames.feed(sound[start : start + 2_000])]

    heard = np.frombuffer(b"".join(made), "<i2") / 32_768
    crossings = np.count_nonzero(np.diff(np.signbit(heard)))
    assert all(len(frame) == FRAME_BYTES for frame in made)
    assert 23 <= len(made) <= 25
    assert crossings / (len(heard) / 16_000) == pytest.approx(880, abs=8)


def test_stereo_becomes_its_mean() -> None:
    assert mono(np.array([100, 300, -5, 5], "<i2").tobytes(), 2) == np.array([200, 0], "<i2").tobytes()


def test_a_file_is_heard_at_the_pace_of_real_time(tmp_path: Path) -> None:
    path = tmp_path / "say.wav"
    path.write_bytes(file(tone(440, 0.4), subtype="PCM_16"))
    stop = threading.Event()
    began = time.monotonic()

    frames = []
    for frame in FileMicrophone(path, SystemClock()).listen(stop):
        frames.append(frame)
        if len(frames) == 8:
            stop.set()

    assert 0.6 <= time.monotonic() - began < 1.5
    assert [any(frame) for frame in frames] == [True] * 5 + [False] * 3


def test_a_file_that_is_removed_is_a_microphone_pulled_out(tmp_path: Path) -> None:
    path = tmp_path / "say.wav"
    path.write_bytes(file(tone(440, 0.4), subtype="PCM_16"))
    frames = FileMicrophone(path, SystemClock()).listen(threading.Event())
    next(frames)

    path.unlink()

    with pytest.raises(Unavailable, match="gone"):
        list(frames)
    with pytest.raises(Unavailable):
        next(FileMicrophone(path, SystemClock()).listen(threading.Event()))


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a wav file at all"])
def test_a_broken_file_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "say.wav"
    path.write_bytes(content)

    with pytest.raises(Broken, match="WAV"):
        next(FileMicrophone(path, SystemClock()).listen(threading.Event()))


def test_a_file_loudspeaker_keeps_what_it_played_and_tells_when(tmp_path: Path) -> None:
    heard = threading.Event()
    speaker = FileLoudspeaker(tmp_path / "heard.wav", lambda label: heard.set(), SystemClock())
    sound = np.full(4_800, 1_000, "<i2").tobytes()

    speaker.play(Pcm(sound, 24_000), "a", last=True)
    assert heard.wait(3)
    speaker.close()

    import wave

    with wave.open(str(tmp_path / "heard.wav")) as kept:
        played = kept.readframes(kept.getnframes())
    assert played.strip(b"\0").count(b"\xe8\x03") == 4_800


def test_in_the_simulated_room_what_is_played_is_heard_later_and_softer(tmp_path: Path) -> None:
    room = SimulatedRoom(tmp_path / "heard.wav", delay=0.2, gain=0.5, noise=0.0)
    speaker = room.loudspeaker(lambda _: None, SystemClock())
    stop = threading.Event()

    speaker.play(Pcm(np.full(12_000, 8_000, "<i2").tobytes(), 24_000), "a", last=True)
    levels = []
    for frame in room.listen(stop):
        levels.append(int(np.abs(np.frombuffer(frame, "<i2")).max()))
        if len(levels) == 14:
            stop.set()
    speaker.close()

    assert levels[0] < 100
    assert max(levels) == pytest.approx(4_000, rel=0.15)
