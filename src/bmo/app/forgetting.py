"""Everything about a person, in all of BMO: counted, and deleted.

Each feature that keeps something of people registers how it forgets them, by one line in the wiring.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bmo.core.errors import BmoError, Broken

Forget: TypeAlias = Callable[[str], Mapping[str, int]]
"""Deletes what a feature keeps of a person (the name of the account, in any capitals); how many of what that was."""
Count: TypeAlias = Callable[[str], Mapping[str, int]]
"""How many of what a feature keeps of a person."""
Rename: TypeAlias = Callable[[str, str], None]
"""What was kept under the old name belongs to the new one."""


class Forgetting:
    """The registry of all that is kept of people."""

    def __init__(self, scrub: Callable[[], None] = lambda: None) -> None:
        """`scrub` is called at the end: nothing that was deleted may be left in the files."""
        self._scrub = scrub
        self._kept: list[tuple[Count, Forget]] = []

    def add(self, count: Count, forget: Forget) -> None:
        """One more feature that keeps something of people."""
        self._kept.append((count, forget))

    def known(self, person: str) -> dict[str, int]:
        """How much there is of a person. Raises `Broken`."""
        return _together([count(person) for count, _ in self._kept])

    def forget(self, person: str) -> dict[str, int]:
        """Delete all of it; how many of what that was. Safe to repeat.

        Raises `Broken` with what went wrong; what could be deleted is deleted all the same.
        """
        gone: list[Mapping[str, int]] = []
        failures: list[BmoError] = []
        for _, forget in self._kept:
            try:
                gone.append(forget(person))
            except BmoError as fault:
                failures.append(fault)
        self._scrub()
        if failures:
            told = " ".join(fault.sentence for fault in failures)
            raise Broken(f"Not everything could be deleted: {told} Try again.", code="not_forgotten")
        return _together(gone)


def _together(counts: list[Mapping[str, int]]) -> dict[str, int]:
    return {what: number for count in counts for what, number in count.items() if number}
