"""A port that cannot be had is one sentence that says what to do."""

import os

import pytest

from bmo.core.errors import Broken
from bmo.core.listening import listen


def test_a_taken_port_names_the_setting_and_another_port() -> None:
    with listen("127.0.0.1", 0, "X") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Broken) as fault:
            listen("127.0.0.1", port, "BMO_APP__PORT")

    assert fault.value.code == "port_taken"
    assert f"Port {port} on 127.0.0.1 is taken by another program" in fault.value.sentence
    assert "for example BMO_APP__PORT=" in fault.value.sentence


def test_a_name_nobody_knows_is_said() -> None:
    with pytest.raises(Broken, match="knows no such name"):
        listen("nobody.invalid", 0, "X")


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(Broken) as fault:
        listen("192.0.2.1", 0, "X")

    assert fault.value.sentence == f"BMO cannot listen on 192.0.2.1 port 0: {os.strerror(99)}."
