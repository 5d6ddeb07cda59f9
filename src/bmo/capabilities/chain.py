"""Ask for a capability and get it from the first provider that can give it.

The cloud's AI server comes first because it is better; the one on this machine comes next because it is here.
Nothing above this module knows who answered, and only the *type* of an error decides what happens next:
`Unavailable` moves on to the next line, `Refused` stops (the request is wrong, not the server).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, Protocol, TypeVar

from bmo.capabilities.provider import Patience, Provider, Stream
from bmo.core.errors import NobodyCould, NotFound, Refused, Skipped, Unavailable
from bmo.core.trace import trace

SORRY = {
    "chat": "I cannot think just now. Try again in a moment.",
    "transcribe": "I cannot understand speech just now. Type it, or try again in a moment.",
    "speak": "I cannot speak just now. Try again in a moment.",
    "detect": "I cannot see just now. Try again in a moment.",
    "describe": "I cannot make out what I see just now. Try again in a moment.",
}
"""What people are told when nobody could, by capability; who failed and how is in the causes."""
SORRY_AT_ALL = "I cannot do that just now. Try again in a moment."

P = TypeVar("P", bound=Provider)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One provider was asked, or passed over."""

    capability: str
    provider: str
    failure: Unavailable | Refused | None = None
    """None if it answered. `Skipped` if it was not even asked: the sentence says why."""
    trace: str = ""
    """The turn it was for."""

    @property
    def skipped(self) -> bool:
        return isinstance(self.failure, Skipped)


class Gate(Protocol):
    """Knows whether a provider is worth asking, and learns from what came of it."""

    def refusal(self) -> Skipped | None:
        """Why it should not be asked now; None if it may be."""

    def succeeded(self) -> None:
        """It answered: a result, the first chunk of a stream, or that the request is wrong."""

    def failed(self, cause: Unavailable) -> None:
        """It failed, before the first chunk or in mid-stream."""

    def wait_until_back(self, cause: Unavailable) -> bool:
        """After `cause`, and with nobody else left: wait for a server that is being restarted.

        True when it is ready again and worth asking once more; False, at once, where waiting is no use.
        """


class AlwaysOpen:
    """The gate of a provider that nobody watches."""

    def refusal(self) -> Skipped | None:
        return None

    def succeeded(self) -> None:
        pass

    def failed(self, cause: Unavailable) -> None:
        pass

    def wait_until_back(self, cause: Unavailable) -> bool:  # noqa: ARG002
        return False


@dataclass(frozen=True, slots=True)
class Line(Generic[P]):
    """A provider and the gate in front of it."""

    provider: P
    gate: Gate = field(default_factory=AlwaysOpen)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who would be asked first if somebody asked now."""

    provider: str
    reason: str = ""
    """A sentence when it is not the first choice, else empty."""


class Chain(Generic[P]):
    """The lines of one capability, best first.

    `patience` binds every line that is asked but the last, which gets None: there is nobody left to turn to.
    The last line is asked even when its gate says no, so that BMO is never silent.
    """

    def __init__(
        self,
        capability: str,
        lines: Sequence[Line[P]],
        patience: Patience | None,
        witness: Callable[[Attempt], None],
    ) -> None:
        self.capability = capability
        self._lines = tuple(lines)
        self._patience = patience
        self._witness = witness
        self._pinned = ""
        self._lock = threading.Lock()
        if not lines:
            raise ValueError(f"{capability} has no provider")
        if len(set(self.choices)) < len(self._lines):
            raise ValueError(f"{capability} has two providers of one name: {', '.join(self.choices)}")

    @property
    def choices(self) -> tuple[str, ...]:
        """The names of all providers, in the order of the settings."""
        return tuple(line.provider.name for line in self._lines)

    @property
    def pinned(self) -> str:
        """The provider that a person wants first; empty when nobody said so."""
        return self._pinned

    def pin(self, name: str | None) -> None:
        """Ask this provider first from now on; the others stay behind it. None goes back to the usual order.

        Raises `NotFound` for a name that is not one of `choices`.
        """
        if name and name not in self.choices:
            raise NotFound(f"There is nobody called {name} to ask. Choose one of: {', '.join(self.choices)}.")
        with self._lock:
            self._pinned = name or ""

    def outlook(self) -> Outlook:
        """Who would be asked first now, and why it is not somebody better."""
        reasons: list[str] = []
        for line, skipped in self._plan():
            if skipped is None:
                return Outlook(line.provider.name, " ".join(reasons))
            reasons.append(skipped.sentence)
        return Outlook(self._ordered()[-1].provider.name, " ".join(reasons))

    def ask(self, call: Callable[[P, Patience | None], T]) -> T:
        """The first answer. Raises `Refused`, or `NobodyCould` with every cause, those not asked included."""
        return self._settle(call)[1]

    def stream(self, call: Callable[[P, Patience | None], Stream[T]]) -> Stream[T]:
        """Like `ask`, but the first chunk settles it: nobody else takes over a stream that has begun.

        Raises `Unavailable` in mid-stream when the one that had begun fails. Nothing is asked before the first `next`.
        """
        line, (head, rest) = self._settle(lambda provider, patience: _started(call(provider, patience)))
        with closing(rest):
            try:
                yield from head
                yield from rest
            except Unavailable as failure:
                self._failed(line, failure)
                raise

    def _settle(self, call: Callable[[P, Patience | None], T]) -> tuple[Line[P], T]:
        plan = list(self._plan())
        last = plan[-1][0]
        failures: list[Unavailable] = []
        for line, skipped in plan:
            if skipped is not None and line is not last:
                self._tell(line, skipped)
                failures.append(skipped)
                continue
            try:
                return line, self._try(line, call, None if line is last else self._patience)
            except Unavailable as failure:
                failures.append(failure)
        if last.gate.wait_until_back(failures[-1]):
            try:
                return last, self._try(last, call, None)
            except Unavailable as failure:
                failures.append(failure)
        raise NobodyCould(SORRY.get(self.capability, SORRY_AT_ALL), failures)

    def _try(self, line: Line[P], call: Callable[[P, Patience | None], T], patience: Patience | None) -> T:
        try:
            answer = call(line.provider, patience)
        except Unavailable as failure:
            self._failed(line, failure)
            raise
        except Refused as refusal:
            line.gate.succeeded()
            self._tell(line, refusal)
            raise
        line.gate.succeeded()
        self._tell(line, None)
        return answer

    def _plan(self) -> Iterator[tuple[Line[P], Skipped | None]]:
        return ((line, line.gate.refusal()) for line in self._ordered())

    def _ordered(self) -> tuple[Line[P], ...]:
        if not self._pinned:
            return self._lines
        return tuple(sorted(self._lines, key=lambda line: line.provider.name != self._pinned))

    def _failed(self, line: Line[P], failure: Unavailable) -> None:
        line.gate.failed(failure)
        self._tell(line, failure)

    def _tell(self, line: Line[P], failure: Unavailable | Refused | None) -> None:
        self._witness(Attempt(self.capability, line.provider.name, failure, trace()))


def _started(chunks: Stream[T]) -> tuple[list[T], Stream[T]]:
    """Wait for the first chunk, so that a provider that cannot start fails here and not later."""
    return list(islice(chunks, 1)), chunks
