"""What is wrong with a field, in words that fit requests, socket events and settings alike."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Facts = Mapping[str, Any]
"""What pydantic tells besides the type of an error: limits, choices."""

WORDS: Mapping[str, Callable[[Facts], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not known here",
    "string_too_short": lambda _: "is empty",
    "string_too_long": lambda facts: f"is too long: at most {facts['max_length']:,} characters",
    "string_pattern_mismatch": lambda facts: _pattern(facts["pattern"]),
    "too_short": lambda facts: f"needs at least {facts['min_length']:,}",
    "too_long": lambda facts: f"holds too many: at most {facts['max_length']:,}",
    "greater_than": lambda facts: f"must be more than {_number(facts['gt'])}",
    "greater_than_equal": lambda facts: f"must be at least {_number(facts['ge'])}",
    "less_than": lambda facts: f"must be less than {_number(facts['lt'])}",
    "less_than_equal": lambda facts: f"must be at most {_number(facts['le'])}",
    "literal_error": lambda facts: f"must be one of {facts['expected']}",
    "enum": lambda facts: f"must be one of {facts['expected']}",
    "union_tag_invalid": lambda facts: f"must have {facts['discriminator']} set to one of {facts['expected_tags']}",
    "value_error": lambda facts: str(facts["error"]),
}
KINDS: tuple[tuple[str, str], ...] = (
    ("string", "must be text"),
    ("int", "must be a whole number"),
    ("float", "must be a number"),
    ("finite", "must be a number"),
    ("bool", "must be on or off"),
    ("tuple", "must be a list"),
    ("list", "must be a list"),
    ("dict", "must hold names and values"),
    ("model", "must hold names and values"),
    ("bytes", "must be binary"),
)
"""How the types of errors begin that tell of a wrong type, and what is wanted instead."""
NOT_JSON = "This is not valid JSON: look for a missing quote, comma or bracket, and send it as UTF-8."
NOT_AN_OBJECT = "Send a JSON object, such as {}."


def words(error: "ErrorDetails") -> str:
    """What is wrong, to be put behind the name of the field."""
    kind = error["type"]
    if kind in WORDS:
        return WORDS[kind](error.get("ctx", {}))
    return next((wanted for start, wanted in KINDS if kind.startswith(start)), "does not fit")


def sentence(fault: "ValidationError") -> str:
    """The first field of a message that is wrong."""
    error = fault.errors(include_input=False, include_url=False)[0]
    if error["type"] == "json_invalid":
        return NOT_JSON
    # A union names its branches too, such as `constrained-str`: those are ours, not the sender's.
    where = ".".join(str(part) for part in error["loc"] if isinstance(part, int) or str(part).isidentifier())
    return f"{where} {words(error)}." if where else NOT_AN_OBJECT


def _number(limit: float) -> str:
    return f"{limit:,}".removesuffix(".0")


def _pattern(pattern: str) -> str:
    return "must begin with http:// or https://" if "https?://" in pattern else "is not written as it should be"
