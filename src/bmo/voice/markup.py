"""Takes out what is written for eyes only: Markdown, HTML, addresses, pictures."""

import html
import re
import unicodedata


def unmarked(text: str) -> str:
    """The words of a clause without markup, emoji or addresses; may be empty."""
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    text = "".join(character for character in html.unescape(text) if not _is_picture(character))
    text = re.sub(r"\s+([,.!?;:])", r"\1", " ".join(text.split()))
    return text if any(character.isalnum() for character in text) else ""


def _is_picture(character: str) -> bool:
    return (
        character != "°" and unicodedata.category(character) in ("So", "Sk", "Cs", "Co", "Cn", "Cf")
    ) or 0xFE00 <= ord(character) <= 0xFE0F


_MARKUP = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"^\s*(?:```|~~~)\w*\s*$|```\w*", " "),  # code fences
        (r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)", r"\1"),  # links and pictures: their text
        (r"https?://(?:www\.)?([\w.-]+\w)[^\s)\]>,]*", r"\1"),  # addresses: the site
        (r"</?[a-zA-Z][^<>]*>", " "),
        (r"^\s*(?:#{1,6}\s+|>+\s*|[-*+•]\s+(?:\[[ xX]\]\s+)?)", ""),  # headings, quotes, bullets
        (r"^\s*[-*_=]{3,}\s*$|^\s*\|?(?:\s*:?-{2,}:?\s*\|)+.*$", " "),  # rules, table heads
        (r"(?<!\w):[a-z]+(?:_[a-z]+)*:(?!\w)", " "),  # :smile:
        (r"(?<=\d) ?\* ?(?=\d)", " times "),
        (r"(\*{1,3}|_{1,3}|~~|`+)(?=\S)(.*?\S)\1(?!\w)", r"\2"),
        (r"\*\*|~~|`|(?<!\w)_+|_+(?!\w)|(?<!\w)\*(?!\w)|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)", ""),  # their halves
        (r"\s*\|\s*", ", "),
        (r"^[\s,]+|[\s,]+$", ""),
    )
)
"""In this order; what is left of markup whose other half is in another clause goes too."""
