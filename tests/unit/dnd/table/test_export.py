"""Sessions as files: written whole, taken back on a new branch, refused with the line when somebody edited them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bmo.core.errors import Broken, NotFound, Refused, TooLarge
from bmo.dnd.dice import SystemLuck
from bmo.dnd.table import export as exporting
from bmo.dnd.table.calls import CALL
from bmo.dnd.table.combatant import Combatant
from bmo.dnd.table.export import export, restore
from bmo.dnd.table.loading import load
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.dnd.table.roles import DM
from bmo.dnd.table.table import Table
from bmo.fakes.clock import ManualClock
from bmo.run.dnd_command import dnd
from bmo.store.database import Database


class NoBooks:
    def combatant(self, name: str) -> Combatant:
        raise NotFound(f"There is no {name}.")

    spell: Any = combatant


def log_in(folder: Path) -> Log:
    folder.mkdir(exist_ok=True)
    return Log(Database(folder / "bmo.db", [LOG_TABLES]), ManualClock())


def do(table: Table, **call: Any) -> None:
    outcome = table.do(CALL.validate_python(call), DM)
    assert outcome.refusal is None


def played(log: Log, folder: Path, name: str = "Phandalin") -> Table:
    table = Table(log, log.begin(name).id, SystemLuck(), NoBooks(), sessions=folder)
    do(table, call="begin_session", name="One", date="2026-11-22")
    do(table, call="add_creature", sheet={"name": "Lía", "max_hp": 12}, side="party", player="Ann", at=(2.5, 0, 0))
    do(table, call="damage", targets=["Lía"], amount="1d6", type="fire")
    do(table, call="note", text='a "quote"\nand a line\u2028end')
    do(table, call="end_session")
    return table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    played(log_in(tmp_path), tmp_path / "dnd_sessions")
    return tmp_path / "dnd_sessions" / "session_2026-11-22.json"


def test_the_end_of_a_session_leaves_a_file_that_anybody_can_read(file: Path) -> None:
    said = json.loads(file.read_text())

    assert said["campaign"] == "Phandalin"
    assert [line["event"]["type"] for line in said["events"]][-1] == "session_ended"
    assert said["count"] == len(said["events"])


def test_a_session_is_restored_on_another_machine(file: Path, tmp_path: Path) -> None:
    there = log_in(tmp_path / "there")

    done = restore(there, file)

    here = log_in(tmp_path)
    assert load(there, done.branch)[0] == load(here, here.campaigns()[0].head)[0]


def test_a_restore_makes_a_new_branch_from_where_the_game_went_another_way(file: Path, tmp_path: Path) -> None:
    log = log_in(tmp_path)
    campaign = log.campaigns()[0]
    Table(log, campaign.id, SystemLuck(), NoBooks()).retcon(2, "otherwise", DM)

    done = restore(log, file)

    assert (done.shared, log.campaign(campaign.id).head) == (2, done.branch)
    assert load(log, done.branch)[0] == load(log, campaign.head)[0]
    assert len(log.branches(campaign.id)) == 3


def edited(file: Path, number: int, old: str, new: str) -> None:
    lines = file.read_text().split("\n")
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new)
    file.write_text("\n".join(lines))


@pytest.mark.parametrize(
    ("line", "old", "new", "why"),
    [
        (1, '"bmo_dnd_session": 1', '"bmo_dnd_session": 2', "newer BMO"),
        (1, '"event_version": 1', '"event_version": 9', "newer BMO"),
        (1, "{", "[", "begins"),
        (3, '"max_hp":12', '"max_hp":120', "changed by hand"),
        (3, '"hp":12', '"hp":-3', "hp"),
        (3, '"type":"entered"', '"type":"conjured"', "conjured"),
        (3, '"v":1', '"v":2', "newer BMO"),
        (3, '"seq":2', '"seq":3', "event 2"),
        (3, '"player":"Ann"', '"player":"Ann","immortal":true', "immortal"),
        (4, '"id":"lía"', '"id":"nobody"', "not there"),
        (5, '{"seq"', '["seq"', "no event"),
    ],
)
def test_what_was_edited_is_refused_with_the_line_and_the_game_is_as_it_was(
    file: Path, tmp_path: Path, line: int, old: str, new: str, why: str
) -> None:
    edited(file, line, old, new)
    log = log_in(tmp_path)
    before = log.branches(1), log.campaigns()

    with pytest.raises(Refused, match=rf"Line {line} .*") as refusal:
        restore(log, file)

    assert why in refusal.value.sentence
    assert (log.branches(1), log.campaigns()) == before


def test_a_file_that_ends_early_is_refused(file: Path, tmp_path: Path) -> None:
    lines = file.read_text().split("\n")
    file.write_text("\n".join([*lines[:4], *lines[-2:]]))

    with pytest.raises(Refused, match=r"of the session file"):
        restore(log_in(tmp_path), file)


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"[" * 100_000, b"{}", b"{\n" * 50])
def test_what_is_no_session_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x.json").write_bytes(text)

    with pytest.raises(Refused):
        restore(log_in(tmp_path), tmp_path / "x.json")


def test_what_is_too_large_no_file_or_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_in(tmp_path)
    monkeypatch.setattr(exporting, "LARGEST_FILE", 10)
    (tmp_path / "large.json").write_bytes(b" " * 11)

    with pytest.raises(TooLarge):
        restore(log, tmp_path / "large.json")
    with pytest.raises(NotFound):
        restore(log, tmp_path / "nothing.json")
    with pytest.raises(Refused):
        restore(log, tmp_path)


def test_two_campaigns_of_one_day_have_files_of_their_own(file: Path, tmp_path: Path) -> None:
    log = log_in(tmp_path)

    played(log, file.parent, "Barovia")

    assert json.loads(file.read_text())["campaign"] == "Phandalin"
    assert json.loads((file.parent / "session_2026-11-22_2.json").read_text())["campaign"] == "Barovia"


def test_before_the_first_session_there_is_nothing_to_export(tmp_path: Path) -> None:
    log = log_in(tmp_path)

    with pytest.raises(Refused):
        export(log, log.begin("Phandalin").id, tmp_path)


def test_a_folder_that_cannot_be_written_is_told(file: Path, tmp_path: Path) -> None:
    with pytest.raises(Broken, match="cannot be written"):
        export(log_in(tmp_path), 1, file / "below")


def test_the_command_restores_and_says_what_it_did(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmo.run.dnd_command._log", lambda: log_in(tmp_path))

    told = CliRunner().invoke(dnd, ["restore", str(file)])

    assert told.exit_code == 0, told.output
    assert "0 events are from the file, 5 were there" in told.output
