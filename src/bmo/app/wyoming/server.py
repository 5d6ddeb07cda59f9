"""Where Home Assistant finds BMO's ears and voice: a port on the own network, a bounded number of connections."""

import ipaddress
import logging
import socket
import threading
from contextlib import suppress

from wyoming.error import Error

from bmo.app.wyoming.offer import Offer
from bmo.app.wyoming.visit import IDLE_SECONDS, Visit
from bmo.bridges.wyoming import Bounds, Peer
from bmo.core.errors import BmoError, Busy, Forbidden

log = logging.getLogger(__name__)

BOUNDS = Bounds(data=100_000)
"""What a client may send; it has less to say about itself than a service has."""
OWN_NETWORK = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Loopback, private and link-local addresses (RFC 1918, 3927, 4193, 4291)."""


def is_near(host: str) -> bool:
    """Whether this address is of the own network; False for what is no address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in OWN_NETWORK)


class WyomingServer:
    """Serves whoever comes from the own network, each in a thread. The protocol knows no keys."""

    def __init__(
        self, listener: socket.socket, offer: Offer, connections: int = 16, idle: float = IDLE_SECONDS
    ) -> None:
        """`listener` is closed with this; `idle` seconds without an event end a connection."""
        self._listener = listener
        self._offer = offer
        self._room = threading.BoundedSemaphore(connections)
        self._idle = idle
        self._closed = threading.Event()
        self._peers: set[Peer] = set()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    def serve(self) -> None:
        """Until `close`."""
        while not self._closed.is_set():
            try:
                connection, address = self._listener.accept()
            except OSError as fault:
                if self._closed.is_set():
                    return
                log.warning("a connection was lost before it began: %s", fault)
                self._closed.wait(0.1)  # out of descriptors, perhaps: some come back
                continue
            self._welcome(connection, str(address[0]))

    def close(self) -> None:
        """Hang up on everybody; `serve` returns."""
        self._closed.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for peer in self._peers:
                peer.hang_up()

    def _welcome(self, connection: socket.socket, host: str) -> None:
        connection.settimeout(1.0)
        peer = Peer(connection, f"the Wyoming client at {host}", BOUNDS)
        if not is_near(host):
            _turn_away(peer, Forbidden("BMO speaks Wyoming with its own network only.", code="not_from_here"))
        elif not self._room.acquire(blocking=False):
            _turn_away(peer, Busy("Too many are connected to BMO's Wyoming port. Try again in a moment."))
        else:
            with self._lock:
                self._peers.add(peer)
            threading.Thread(target=self._visit, args=(peer,), name=f"wyoming {host}", daemon=True).start()

    def _visit(self, peer: Peer) -> None:
        try:
            Visit(peer, self._offer, self._idle).run()
        finally:
            with self._lock:
                self._peers.discard(peer)
            self._room.release()


def _turn_away(peer: Peer, why: BmoError) -> None:
    log.info("%s: %s", peer.name, why)
    with suppress(BmoError):
        peer.send(Error(text=why.sentence, code=why.code))
    peer.close()
