"""Describe: a picture and a question in, words out."""

from dataclasses import dataclass, replace
from typing import Protocol

from bmo.capabilities.chain import Chain
from bmo.capabilities.media import Picture
from bmo.capabilities.provider import Patience, Provider

PATIENCE = Patience(connect=1.5, first=8.0)

WHAT_IS_THERE = "Describe what you see in one or two short sentences."
"""Asked by whoever has no question."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know about a picture."""

    picture: Picture
    text: str = WHAT_IS_THERE
    max_tokens: int = 256
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a vision model said."""

    text: str
    model: str = ""


class Describe(Provider, Protocol):
    """Says what is in a picture."""

    def describe(self, question: Question) -> Description:
        """Raises `Unavailable`, or `Refused` for a picture that is none."""


class ChainedDescribe:
    """Several describers that look like one."""

    name = "describe"

    def __init__(self, chain: Chain[Describe]) -> None:
        self._chain = chain

    def describe(self, question: Question) -> Description:
        """What whoever answers first says."""
        return self._chain.ask(lambda eyes, patience: eyes.describe(replace(question, patience=patience)))
