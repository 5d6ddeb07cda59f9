"""The rule whether something may be done, in one place and in code. What a prompt says is never relied on.

A change is earned by the person's own words. What a model asks for without them is not even asked about; what it asks
for after text of others was read needs a yes, as everything dangerous does, whoever asks.
"""

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from bmo.assistant.asking import asks_for
from bmo.assistant.intents import Reading
from bmo.assistant.outside import Fence
from bmo.assistant.spelling import ENGLISH
from bmo.capabilities.action import Asked, Effect
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden, Refused


class Origin(StrEnum):
    """Where a wish came from."""

    WORDS = "words"
    """A command that was understood from the person's own words, without a model."""
    MODEL = "model"
    """A tool call of a model, whoever's it is: its word is data."""
    BUTTON = "button"
    """A button, or a program's call over REST."""
    STEP = "step"
    """A step of a routine or plan that was earned as a whole: its words are known before anything is read."""
    YES = "yes"
    """The person's yes to BMO's question; `OpenQuestions` has seen that it is theirs."""


class Verdict(StrEnum):
    """What to do with a wish that is not refused."""

    DO = "do"
    ASK = "ask"


class Unearned(Refused):
    """A model wants a change that nobody asked for; the sentence is for the model, people need not hear of it."""

    code = "unearned"


@dataclass(slots=True)
class Occasion:
    """One turn, as far as it decides what may be done in it."""

    asked: Asked
    words: str = ""
    """What the person said in this turn, and nothing else."""
    language: str = ENGLISH
    """In which they said it."""
    outside: bool = False
    """Whether text of others was read in this turn."""
    outside_before: bool = False
    """Whether the model sees text of others from earlier turns."""
    asking: bool = False
    """Whether BMO has asked for a yes in this turn."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when nobody wants the rest of the turn any more."""
    fence: Fence = field(default_factory=Fence)
    """Around the text of others that the model is given in this turn."""

    @property
    def tainted(self) -> bool:
        """Whether a model in this turn may be speaking for somebody else."""
        return self.outside or self.outside_before


def judge(reading: Reading, origin: Origin, occasion: Occasion) -> Verdict:
    """Whether to do this, or to ask for a yes first.

    Raises `Forbidden` when whoever asks may not, with a sentence that names who may, and `Unearned` for a model's wish
    that is not the person's.
    """
    action = reading.action
    occasion.asked = occasion.asked.for_role(action.least)
    if not occasion.asked.role.may(action.least):
        raise Forbidden(f"{WHO[action.least]} may have me do that.", code="role_too_low")
    if action.effect is Effect.READS or origin is Origin.YES:
        return Verdict.DO
    if origin is Origin.MODEL and not is_earned(reading, occasion):
        raise Unearned("The person did not ask for that in their own words. Answer them without it.")
    if action.effect is Effect.DANGEROUS or _spoken_for(origin, occasion):
        return Verdict.ASK
    return Verdict.DO


def is_earned(reading: Reading, occasion: Occasion) -> bool:
    """Whether the person's own words of this turn ask for something of the kind. That is known of English words only:
    in another language only what the templates understand is done."""
    return occasion.language == ENGLISH and asks_for(reading.action, occasion.words)


WHO = {
    Role.GUEST: "Everybody",
    Role.CHILD: "Only people I know",
    Role.ADULT: "Only a grown-up whom I know",
    Role.OWNER: "Only the owner",
}
"""Who may, by the least role."""


def _spoken_for(origin: Origin, occasion: Occasion) -> bool:
    """Whether text of others may be behind this wish. A command's words are the person's own, whatever the model reads;
    in the very turn that read something it is asked about all the same."""
    return occasion.tainted if origin is Origin.MODEL else occasion.outside and origin is not Origin.STEP
