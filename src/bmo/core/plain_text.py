"""Bytes of a text file as text: UTF-8, UTF-16 or Latin-1, and nothing that only looks like one."""

import codecs

from bmo.core.errors import WrongType

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Files that say themselves what they are; the mark of UTF-32 begins like that of UTF-16."""
_CONTROL = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1b\x08")
_SAMPLE = 4_096
_ZEROS = 0.3
"""Of Western text in UTF-16, every second byte is zero; so many of them in one half tell it without a mark."""
_NOT_TEXT = "it is not plain text"


def decoded(data: bytes) -> str:
    """The text, with line ends as `\\n`. Raises `WrongType` for what is not text.

    UTF-8 has to be without a fault, or almost: a long text in which a few bytes are damaged is still read, with
    replacement signs. What has no zero and no control bytes otherwise is Latin-1 (as Windows writes it, 1252).
    """
    text = _decoded(data).lstrip("\ufeff")
    if any(sign in _CONTROL for sign in text[:_SAMPLE]):
        raise WrongType(_NOT_TEXT)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return _strictly(data, encoding)
    sample = data[:_SAMPLE]
    if 0 in sample:
        return _strictly(data, _two_bytes(sample))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _not_utf8(data)


def _not_utf8(data: bytes) -> str:
    """Damaged UTF-8 where most of what is not ASCII makes sense as UTF-8, Windows' Latin-1 otherwise."""
    lenient = data.decode("utf-8", "replace")
    broken = lenient.count("\ufffd")
    other = sum(1 for sign in lenient if ord(sign) > 127) - broken
    return lenient if other > broken else data.decode("cp1252", "replace")


def _two_bytes(sample: bytes) -> str:
    """Which UTF-16 a text without a mark is, by where its zeros stand. Raises `WrongType` when it is none."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    if odd / half > _ZEROS and even == 0:
        return "utf-16-le"
    if even / half > _ZEROS and odd == 0:
        return "utf-16-be"
    raise WrongType(_NOT_TEXT)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise WrongType(_NOT_TEXT) from fault
