"""The database: all or nothing, migrations once and in order, and sentences for what breaks."""

import sqlite3
import threading
from pathlib import Path

import pytest

from bmo.core.errors import Broken
from bmo.store.database import Database, Migration

PETS = Migration(10, "pets", "CREATE TABLE pet (name TEXT UNIQUE NOT NULL); CREATE INDEX pet_name ON pet (name);")
TOYS = Migration(20, "toys", "CREATE TABLE toy (name TEXT, pet TEXT REFERENCES pet (name)); -- with; a semicolon\n")


def names(database: Database) -> list[str]:
    return [row["name"] for row in database.read("SELECT name FROM pet ORDER BY name")]


def add(database: Database, name: str) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO pet VALUES (?)", (name,))


def test_what_a_transaction_wrote_is_there_after_reopening(tmp_path: Path) -> None:
    database = Database(tmp_path / "data" / "bmo.db", [PETS])
    add(database, "Jake")
    database.close()

    assert names(Database(tmp_path / "data" / "bmo.db", [PETS])) == ["Jake"]


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "bmo.db", [PETS])

    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.executemany("INSERT INTO pet VALUES (?)", [("Jake",), ("Jake",)])
    assert names(database) == []
    add(database, "Finn")
    assert names(database) == ["Finn"]


def test_foreign_keys_commits_and_the_journal_are_as_promised(tmp_path: Path) -> None:
    database = Database(tmp_path / "bmo.db", [PETS, TOYS])

    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.execute("INSERT INTO toy VALUES ('ball', 'nobody')")
    with database.transaction() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert (tmp_path / "bmo.db").stat().st_mode & 0o077 == 0


def test_migrations_are_applied_once_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    Database(tmp_path / "bmo.db", [TOYS, PETS]).close()
    database = Database(tmp_path / "bmo.db", [PETS, TOYS, Migration(11, "age", "ALTER TABLE pet ADD age INTEGER;")])

    assert [row["number"] for row in database.read("SELECT number FROM migration ORDER BY rowid")] == [10, 11, 20]


def test_a_migration_that_fails_half_way_leaves_no_half(tmp_path: Path) -> None:
    bad = Migration(20, "bad", "CREATE TABLE good (x); CREATE TABLE pet (x);")

    with pytest.raises(Broken):
        Database(tmp_path / "bmo.db", [PETS, bad])
    database = Database(tmp_path / "bmo.db", [PETS, Migration(20, "mended", "CREATE TABLE good (x);")])
    assert [row["name"] for row in database.read("SELECT name FROM migration")] == ["pets", "mended"]


def test_a_database_from_a_newer_program_is_refused_with_a_sentence(tmp_path: Path) -> None:
    Database(tmp_path / "bmo.db", [PETS, TOYS]).close()

    with pytest.raises(Broken, match=r"newer BMO .*20 toys") as refusal:
        Database(tmp_path / "bmo.db", [PETS])
    assert refusal.value.code == "database_newer"


@pytest.mark.parametrize("where", [0, 4096])
def test_a_damaged_file_is_refused_with_a_sentence_and_left_as_it_is(tmp_path: Path, where: int) -> None:
    path = tmp_path / "bmo.db"
    Database(path, [PETS, TOYS]).close()
    damaged = bytearray(path.read_bytes())
    damaged[where : where + 200] = b"\x07" * 200
    path.write_bytes(damaged)

    with pytest.raises(Broken, match=r"damaged\. Restore") as refusal:
        Database(path, [PETS, TOYS])
    assert refusal.value.code == "database_damaged"
    assert path.read_bytes() == bytes(damaged)


def test_a_full_disk_is_one_sentence_and_goes_away_by_itself(tmp_path: Path) -> None:
    database = Database(tmp_path / "bmo.db", [PETS])
    add(database, "Jake")
    with database.transaction() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(Broken, match="full: nothing was saved") as refusal:
        add(database, "B" * 100_000)
    assert refusal.value.code == "disk_full"
    assert names(database) == ["Jake"]
    with database.transaction() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    add(database, "Beemo" * 10_000)
    assert len(names(database)) == 2


def test_a_folder_where_the_file_should_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bmo.db").mkdir()

    with pytest.raises(Broken, match="cannot be opened"):
        Database(tmp_path / "bmo.db", [PETS])


def test_threads_write_one_after_the_other_and_lose_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "bmo.db", [PETS])
    threads = [threading.Thread(target=add, args=(database, f"pet {n:02}")) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(names(database)) == 24


def test_two_programs_may_have_the_file_open(tmp_path: Path) -> None:
    first, second = (Database(tmp_path / "bmo.db", [PETS]) for _ in range(2))
    add(first, "Jake")

    assert names(second) == ["Jake"]
