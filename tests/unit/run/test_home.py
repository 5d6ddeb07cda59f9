import socket
from pathlib import Path

import pytest

from bmo.core.errors import Broken
from bmo.core.filelock import only_one
from bmo.run.home import check_port, free_port, prepare, secret


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_folder_and_its_keys_are_for_their_owner_only(tmp_path) -> None:
    home = tmp_path / "bmo"

    prepare(home)

    assert [rights(home / name) for name in (".", "run", "logs", "data")] == [0o700] * 4
    assert [rights(home / name) for name in ("token", "kiosk-token")] == [0o600] * 2
    assert (home / "token").read_text() != (home / "kiosk-token").read_text()
    assert len((home / "token").read_text()) >= 40


def test_keys_are_made_once(tmp_path) -> None:
    first = secret(tmp_path / "token")

    assert secret(tmp_path / "token") == first


def test_a_key_that_others_can_read_is_closed_to_them(tmp_path) -> None:
    first = secret(tmp_path / "token")
    (tmp_path / "token").chmod(0o644)

    assert secret(tmp_path / "token") == first
    assert rights(tmp_path / "token") == 0o600


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Broken, match="Set BMO_HOME"):
        prepare(tmp_path / "file" / "bmo")


def test_a_taken_port_is_one_sentence_that_names_the_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Broken, match=rf"Port {port} on 127\.0\.0\.1 is taken .* BMO_APP__PORT") as fault:
            check_port("127.0.0.1", port, "BMO_APP__PORT")
    assert fault.value.code == "port_taken"


def test_a_free_port_passes() -> None:
    check_port("127.0.0.1", free_port(), "BMO_APP__PORT")


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with pytest.raises(Broken, match=r"cannot listen on 192\.0\.2\.1"):
        check_port("192.0.2.1", 5000, "BMO_APP__PORT")


def test_only_one_holds_the_lock_and_the_next_may_after_it(tmp_path) -> None:
    lock = tmp_path / "run" / "lock"
    with only_one(lock, "no"), pytest.raises(Broken, match="BMO already runs"), only_one(lock, "BMO already runs"):
        pytest.fail("two at once")

    with only_one(lock, "no"):
        pass
