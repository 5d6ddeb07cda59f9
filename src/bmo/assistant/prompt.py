"""The end of a prompt, which is another one in every turn, and whether the model's server read all of it.

A server whose context is too small cuts the prompt without a word, rules and tools first. It counts what it read,
though: where that is far less than what was sent, somebody is told.
"""

import json
import logging
from datetime import datetime

from bmo.assistant.spelling import ENGLISH
from bmo.assistant.tongues import IN_ENGLISH
from bmo.capabilities.action import Asked
from bmo.capabilities.chat import ChatRequest, Finished

CONTEXT = 4_096
"""Tokens for prompt and answer, always sent: a server's own default may be half of what BMO says."""
CHARACTERS = 4
"""Of a token, in English; a tokenizer of ours for every model there is would be wrong as well."""
LEAST = 0.6
"""Of the tokens that we estimate: a server that read fewer has cut something away."""
SMALLEST = 200
"""Tokens: of shorter prompts our estimate is too rough, and nobody cuts them."""
CUT = "The model's server reads only a part of what I tell it: give its model a context of at least {} tokens."

log = logging.getLogger(__name__)


def note_of(asked: Asked, now: datetime, known: str = "", language: str = ENGLISH) -> str:
    """When, where and who: what only the end of a prompt may hold, so that its beginning stays cached.

    `known` is what else matters for what was said.
    """
    parts = [f"It is {now:%A, %B} {now.day}, {now.year}, {now:%H:%M}."]
    if asked.room:
        parts.append(f"Said in: {asked.room}.")
    if who := asked.speaker or asked.person:
        parts.append(f"Said by: {who}.")
    parts += [known] if known else []
    return " ".join([*parts, *([f"Answer in {IN_ENGLISH[language]}."] if language in IN_ENGLISH else [])])


def estimated(request: ChatRequest) -> int:
    """About how many tokens a prompt has."""
    words = sum(len(message.text) for message in request.messages) + len(request.note)
    tools = sum(len(tool.name + tool.description + json.dumps(dict(tool.parameters))) for tool in request.tools)
    return (words + tools) // CHARACTERS


class Evaluated:
    """Compares what servers say that they read with what they were sent."""

    def __init__(self) -> None:
        self.notice = ""
        """A sentence while the last prompt was cut; empty otherwise."""

    def check(self, request: ChatRequest, end: Finished) -> None:
        """Take notice of the end of an answer. A server that counts nothing is believed."""
        read = end.usage.get("prompt_tokens", 0) + end.usage.get("left_out_tokens", 0)
        sent = estimated(request)
        if read <= 0 or sent < SMALLEST:
            return
        self.notice = CUT.format(CONTEXT) if read < LEAST * sent else ""
        if self.notice:
            log.warning("%s read %d tokens of a prompt of about %d: its context is too small", end.model, read, sent)
