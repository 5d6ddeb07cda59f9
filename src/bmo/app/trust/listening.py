"""Beyond loopback only with a PIN."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def listening_host(wanted: str, pin_set: bool) -> tuple[str, str]:
    """Where to listen, and a notice when that is less than was wanted."""
    if wanted in LOOPBACK or pin_set:
        return wanted, ""
    return "127.0.0.1", f"BMO listens on this machine only, not on {wanted}: set a PIN first, then start it again."
