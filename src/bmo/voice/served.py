"""Who served each stage of a turn, and why it was not the first choice. Read from the attempts that chains publish."""

from collections.abc import Callable
from typing import get_args

from bmo.capabilities.chain import Attempt
from bmo.capabilities.turn import Served, Stage
from bmo.core.errors import BmoError

STAGES = frozenset(get_args(Stage))
NOBODY = "nobody"
"""The provider of a stage that everybody failed at."""


class Serving:
    """Follows one turn by its trace id and tells each change of provider or reason once."""

    def __init__(self, trace: str, tell: Callable[[Served], None]) -> None:
        self._trace = trace
        self._tell = tell
        self._failures: dict[tuple[str, str], str] = {}
        self._told: dict[Stage, Served] = {}

    def note(self, attempt: Attempt) -> None:
        """A chain asked somebody. Attempts of other turns and other capabilities do not count."""
        if attempt.trace != self._trace or attempt.capability not in STAGES:
            return
        who = (attempt.capability, attempt.provider)
        if attempt.failure is not None:
            self._failures.setdefault(who, attempt.failure.sentence)
            return
        self._failures.pop(who, None)
        self._say(Served(_stage(attempt.capability), attempt.provider, self._reason(attempt.capability)))

    def nobody(self, stage: Stage, failure: BmoError) -> None:
        """Everybody failed at this stage."""
        self._say(Served(stage, NOBODY, self._reason(stage) or failure.sentence))

    def _reason(self, capability: str) -> str:
        """The sentence of whoever was asked first and failed; empty when nobody did."""
        return next((sentence for (asked, _), sentence in self._failures.items() if asked == capability), "")

    def _say(self, served: Served) -> None:
        if self._told.get(served.stage) != served:
            self._told[served.stage] = served
            self._tell(served)


def _stage(capability: str) -> Stage:
    return next(stage for stage in get_args(Stage) if stage == capability)
