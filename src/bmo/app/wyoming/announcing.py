"""Home Assistant finds `bmo wyoming` by itself: `_wyoming._tcp` by multicast DNS. Needs the extra `zeroconf`."""

import ipaddress
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from bmo.core.errors import Broken

log = logging.getLogger(__name__)

SERVICE = "_wyoming._tcp.local."
_MULTICAST = "224.0.0.251"


@contextmanager
def announced(host: str, port: int) -> Iterator[None]:
    """Tell the network for as long as this lasts. Raises `Broken` where that cannot be."""
    address = seen_address(host)
    try:
        from zeroconf import ServiceInfo, Zeroconf
    except ModuleNotFoundError as fault:
        raise Broken(
            "Announcing needs the package zeroconf: pip install 'bmo[zeroconf]'.", code="no_zeroconf"
        ) from fault
    name = f"BMO on {socket.gethostname()}.{SERVICE}"
    info = ServiceInfo(SERVICE, name, addresses=[ipaddress.ip_address(address).packed], port=port)
    try:
        network = Zeroconf(interfaces=[address])
    except OSError as fault:
        raise Broken(
            f"BMO cannot announce itself on {address}: {fault.strerror or fault}.", code="no_zeroconf"
        ) from fault
    try:
        network.register_service(info)
        log.info("announced as %s at %s port %d", name, address, port)
        yield
    finally:
        network.unregister_all_services()
        network.close()


def seen_address(host: str) -> str:
    """The address that others reach a listener on `host` at. Raises `Broken` when there is none."""
    if host not in ("0.0.0.0", "::", ""):
        address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0]
        if ipaddress.ip_address(str(address)).is_loopback:
            raise Broken(f"Nobody else reaches {host}: to be found, listen with --host 0.0.0.0.", code="not_reachable")
        return str(address)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_MULTICAST, 5353))  # sends nothing: it only asks which way that would go
        except OSError as fault:
            raise Broken(
                "This machine is on no network where it could announce itself.", code="not_reachable"
            ) from fault
        return str(probe.getsockname()[0])
