"""Lights by name, on the case's controller and in a file."""

import errno
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.glow import COLOURS, OFF, Glow, Leds, glow_of
from bmo.core.errors import Refused, Unavailable
from bmo.hardware.leds import ADDRESS, ALL, MODE, FreenoveLeds, SimulatedLeds


class Board:
    """The controller on the other end of the bus."""

    def __init__(self) -> None:
        self.registers: dict[int, list[int]] = {}
        self.gone = False
        self.closed = False

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: Sequence[int]) -> None:
        self._answer(i2c_addr)
        self.registers[register] = list(data)

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int) -> list[int]:
        self._answer(i2c_addr)
        return list(b"Freenove "[:length])

    def close(self) -> None:
        self.closed = True

    def _answer(self, address: int) -> None:
        if self.gone or address != ADDRESS:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")


@pytest.mark.parametrize(
    ("text", "glow"),
    [
        ("blue", Glow("blue")),
        ("Breathing RED", Glow("red", "breathing")),
        ("purple pulse", Glow("purple", "breathing")),
        ("rainbow", Glow("white", "rainbow")),
        ("green chase", Glow("green", "follow")),
        ("off", OFF),
        ("off static", OFF),
    ],
)
def test_a_light_is_a_colour_and_a_pattern(text: str, glow: Glow) -> None:
    assert glow_of(text) == glow


@pytest.mark.parametrize("text", ["", "red blue", "pulse rainbow", "mauve", "#ff0000", "red red"])
def test_another_light_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        glow_of(text)


@given(st.sampled_from(sorted(COLOURS)), st.sampled_from(["static", "breathing", "follow", "rainbow"]))
def test_a_light_reads_as_it_is_written(colour: str, pattern: str) -> None:
    glow = glow_of(f"{colour} {pattern}")

    assert str(glow_of(str(glow))) == str(glow)


@pytest.mark.parametrize(
    ("glow", "rgb", "mode"),
    [
        (Glow("red"), [255, 0, 0], [1]),
        (Glow("blue", "breathing"), [0, 60, 255], [3]),
        (Glow("green", "follow"), [0, 220, 40], [2]),
        (Glow("white", "rainbow"), [255, 240, 220], [4]),
        (OFF, [0, 0, 0], [0]),
    ],
)
def test_the_board_is_told_its_colour_and_its_mode(glow: Glow, rgb: list[int], mode: list[int]) -> None:
    board = Board()
    FreenoveLeds(board).show(glow)

    assert (board.registers[ALL], board.registers[MODE]) == (rgb, mode)


def test_a_board_that_does_not_answer_is_told_and_not_taken_for_zeros() -> None:
    board = Board()
    leds = FreenoveLeds(board)
    board.gone = True

    with pytest.raises(Unavailable, match="I2C bus 1 at 0x21: Remote I/O error"):
        leds.show(OFF)
    with pytest.raises(Unavailable):
        FreenoveLeds(board)


def test_closed_lights_are_dark_and_the_bus_is_free() -> None:
    board = Board()
    leds: Leds = FreenoveLeds(board)
    leds.show(Glow("red"))
    leds.close()

    assert (board.registers[MODE], board.closed) == ([0], True)


def test_the_simulator_keeps_what_it_showed(tmp_path: Path) -> None:
    leds = SimulatedLeds(tmp_path / "leds.jsonl")
    leds.show(Glow("blue", "breathing"))
    leds.close()

    lines = [json.loads(line) for line in (tmp_path / "leds.jsonl").read_text().splitlines()]
    assert lines == [
        {"colour": "blue", "pattern": "breathing", "rgb": [0, 60, 255]},
        {"colour": "off", "pattern": "static", "rgb": [0, 0, 0]},
    ]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        SimulatedLeds(tmp_path / "nowhere" / "leds.jsonl").show(OFF)
