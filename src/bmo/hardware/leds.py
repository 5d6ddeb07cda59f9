"""Lights: the LEDs of the Freenove computer case for the Raspberry Pi 5 (FNK0100, FNK0107), and a simulator.

The LEDs hang on a controller on the I2C bus, which moves the light by itself; so a pattern costs the Pi nothing.
"""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from bmo.capabilities.glow import OFF, Glow, Pattern
from bmo.core.errors import Broken, Unavailable

BUS = 1
ADDRESS = 0x21
BRAND, BRAND_BYTES = 0xFD, 9
"""Where the board says who made it."""
ALL, MODE = 0x02, 0x03
"""Registers: red, green, blue of all LEDs; what they do."""
MODES: dict[Pattern, int] = {"static": 1, "follow": 2, "breathing": 3, "rainbow": 4}
MODE_OFF = 0


class Bus(Protocol):
    """The part of `smbus2.SMBus` that is used."""

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        """Raises `OSError`."""

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int) -> list[int]:
        """Raises `OSError`."""

    def close(self) -> None:
        """Let the bus go."""


class FreenoveLeds:
    """The LEDs of the case. Thread-safe."""

    def __init__(self, bus: Bus) -> None:
        """Raises `Unavailable` when no such board answers on this bus."""
        self._bus = bus
        self._lock = threading.Lock()
        self._careful(lambda: bus.read_i2c_block_data(ADDRESS, BRAND, BRAND_BYTES))

    def show(self, glow: Glow) -> None:
        """See `capabilities.glow.Leds`."""
        mode = MODE_OFF if glow.colour == "off" else MODES[glow.pattern]
        with self._lock:
            self._careful(lambda: self._bus.write_i2c_block_data(ADDRESS, ALL, list(glow.rgb)))
            self._careful(lambda: self._bus.write_i2c_block_data(ADDRESS, MODE, [mode]))

    def close(self) -> None:
        """See `capabilities.glow.Leds`."""
        try:
            self.show(OFF)
        finally:
            self._bus.close()

    def _careful(self, call: Callable[[], Any]) -> None:
        try:
            call()
        except OSError as fault:
            raise Unavailable(
                f"The lights do not answer on I2C bus {BUS} at {ADDRESS:#x}: {fault.strerror or fault}. "
                "Is the case's cable plugged in, and I2C switched on in raspi-config?",
                code="no_lights",
            ) from fault


class SimulatedLeds:
    """Writes each change into a file, one JSON object a line: `colour`, `pattern`, `rgb`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def show(self, glow: Glow) -> None:
        """See `capabilities.glow.Leds`. Raises `Unavailable` where the file cannot be written."""
        told = {"colour": glow.colour, "pattern": glow.pattern, "rgb": glow.rgb}
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")
        except OSError as fault:
            raise Unavailable(f"{self._path} cannot be written: {fault.strerror}.", code="no_lights") from fault

    def close(self) -> None:
        """See `capabilities.glow.Leds`."""
        self.show(OFF)


def freenove_leds() -> FreenoveLeds:
    """The LEDs of this machine's case. Raises `Broken` without the library, `Unavailable` without the board."""
    try:
        from smbus2 import SMBus
    except ModuleNotFoundError as fault:
        raise Broken("device.leds needs the package smbus2: pip install 'bmo[leds]'.") from fault
    try:
        return FreenoveLeds(SMBus(BUS))
    except OSError as fault:
        raise Unavailable(
            f"There is no I2C bus {BUS} here: {fault.strerror or fault}. Switch it on in raspi-config.",
            code="no_lights",
        ) from fault
