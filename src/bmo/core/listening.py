"""A port to listen on, or one sentence that says why not and what to do."""

import errno
import socket

from bmo.core.errors import Broken

BACKLOG = 256


def listen(host: str, port: int, setting: str) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises `Broken`; `setting` names where another port is chosen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Connections inherit it. Without it, an answer's second part waits 40 ms for a sign that the first came.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as fault:
        raise _broken(host, port, setting, fault) from fault
    return listener


def _broken(host: str, port: int, setting: str, fault: OSError) -> Broken:
    if fault.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65_535 else 5_001
        return Broken(
            f"Port {port} on {host} is taken by another program: stop that one, or choose another port, "
            f"for example {setting}={other}.",
            code="port_taken",
        )
    if isinstance(fault, socket.gaierror):
        return Broken(f"BMO cannot listen on {host}: this machine knows no such name.", code="host_unknown")
    if fault.errno == errno.EACCES:
        return Broken(
            f"BMO may not listen on port {port}: choose one from 1024, for example {setting}=5000.", code="port"
        )
    reason = str(fault.strerror).partition(" (")[0]  # without the address, which the sentence has
    return Broken(f"BMO cannot listen on {host} port {port}: {reason}.", code="port")
