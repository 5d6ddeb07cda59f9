"""What the status page and `/api/health` tell: who would serve what now, and what is missing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bmo import __version__
from bmo.capabilities.chain import Chain
from bmo.core.errors import NotFound
from bmo.remote.watch import Watch
from bmo.wire.page import CapabilityBadge, ServerBadge, Status


class StatusBoard:
    """Reads the chains and the watch at the moment it is asked; keeps nothing."""

    def __init__(
        self,
        watch: Watch,
        chains: Mapping[str, Chain[Any]],
        notices: Sequence[str],
        *,
        wake: bool,
        pin_set: Callable[[], bool],
        voice_refused: Callable[[], str] = str,
        troubles: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        """`chains` by capability name; `notices` are friendly lines that stay true while the app runs.

        `voice_refused` tells why the voice of the settings never speaks, in a sentence; empty while it does.
        `troubles` tells what else is wrong now, in sentences.
        """
        self._watch = watch
        self._chains = chains
        self._notices = tuple(notices)
        self._wake = wake
        self._pin_set = pin_set
        self._voice_refused = voice_refused
        self._troubles = troubles

    def status(self) -> Status:
        """Everything, for the page."""
        servers = tuple(ServerBadge(name=v.name, state=v.state, sentence=v.sentence) for v in self._watch.snapshot())
        states = {server.state for server in servers}
        return Status(
            state="ok" if states == {"ok"} else "degraded" if states & {"ok", "degraded", "unknown"} else "down",
            version=__version__,
            servers=servers,
            capabilities=tuple(self._badge(chain) for chain in self._chains.values()),
            notices=(*self._notices, *self._of_now(servers)),
            wake=self._wake,
            pin_needed=not self._pin_set(),
        )

    def ready(self) -> bool:
        """Whether somebody would answer a person's turn."""
        return self.status().state != "down"

    def pin(self, capability: str, provider: str | None) -> None:
        """Ask this provider first; None for the usual order. Raises `NotFound`."""
        chain = self._chains.get(capability)
        if chain is None:
            raise NotFound(f"There is no capability {capability!r}; there are {', '.join(self._chains)}.")
        chain.pin(provider)

    def _of_now(self, servers: Sequence[ServerBadge]) -> Iterator[str]:
        """Notices that come and go."""
        yield from (f"{server.sentence} I go on without it." for server in servers if server.state == "draining")
        if refused := self._voice_refused():
            yield f"I cannot speak: {refused} `voice.voice` in the settings says which voice I use."
        yield from self._troubles()

    def _badge(self, chain: Chain[Any]) -> CapabilityBadge:
        outlook = chain.outlook()
        return CapabilityBadge(
            capability=chain.capability,
            provider=outlook.provider,
            reason=outlook.reason,
            choices=chain.choices,
            pinned=chain.pinned,
        )
