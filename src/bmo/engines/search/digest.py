"""Texts as 64-bit numbers."""

import hashlib


def digest(text: str) -> int:
    """The number a term or a text is known by; two texts of a library share one less than once in a billion."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")
