"""Rows that belong to people, by the name of their account in a column: counted, deleted, renamed."""

from bmo.store.database import Database


class Personal:
    """The rows of one table. Names are the same in any capitals. Everything raises `Broken`."""

    def __init__(self, database: Database, table: str, what: str, *, also: str = "NULL", only: str = "1") -> None:
        """`what` is what people call these rows, in the plural. `also` is an SQL expression with a second name, `only`
        one that tells which rows are meant. All of them are words of ours, never of a person.
        """
        self._database = database
        self._table = table
        self._what = what
        self._whose = f"({only}) AND (casefold(person) = ?1 OR casefold(coalesce({also}, '')) = ?1)"

    def count(self, person: str) -> dict[str, int]:
        """How many there are of a person."""
        rows = self._database.read(
            f"SELECT count(*) FROM {self._table} WHERE {self._whose}",  # noqa: S608 - see the constructor
            (person.casefold(),),
        )
        return {self._what: rows[0][0]}

    def forget(self, person: str) -> dict[str, int]:
        """Delete them; tells how many there were."""
        with self._database.transaction() as connection:
            gone = connection.execute(f"DELETE FROM {self._table} WHERE {self._whose}", (person.casefold(),))  # noqa: S608
        return {self._what: gone.rowcount}

    def rename(self, old: str, new: str) -> None:
        """They belong to this name now."""
        with self._database.transaction() as connection:
            connection.execute(
                # Where names are kept in lower case, they stay so.
                f"UPDATE {self._table} SET person = CASE person WHEN ?1 THEN ?2 ELSE ?3 END"  # noqa: S608
                " WHERE casefold(person) = ?1",
                (old.casefold(), new.casefold(), new),
            )
