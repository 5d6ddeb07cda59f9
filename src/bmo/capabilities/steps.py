"""Things done one after another: the steps of a routine, and of a plan that somebody said yes to."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

LONGEST_STEP = 300
"""Characters of one step."""
MOST_STEPS = 20
"""Of one routine or plan."""
StepState = Literal["waiting", "doing", "done", "failed", "left_out", "asks", "stopped"]
"""`asks`: BMO wants a yes before it goes on here. `stopped`: somebody said stop before it."""


class Step(BaseModel):
    """One of them: a sentence that is understood when its turn comes, or an action with its arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str = Field(min_length=1, max_length=LONGEST_STEP)
    """In the person's words, or a tag such as `[LED:off]`; of an action what it does, with its literal arguments."""
    action: str = ""
    """The name of the action; empty where the words tell."""
    arguments: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Then:
    """What is to be done after an action, because the action consists of it."""

    steps: tuple[Step, ...]
    first: int = 1
    """The number of the first of them, where some were done before."""
    agreed: bool = False
    """Whether the first of them has a yes of its own."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sentence would do as a step."""

    words: str
    says: str = ""
    """What BMO makes of it, with its literal arguments; empty where it makes nothing of it."""
    problem: str = ""
    """Why it would be left out; empty where it would be done."""
    asks: bool = field(default=False)
    """Whether it needs a yes every time."""


class ReadsSteps(Protocol):
    """Makes steps of what people say and write. Changes nothing."""

    def split(self, text: str) -> tuple[str, ...]:
        """The sentences in a text, one a step: "tell everyone dinner is ready and set a timer for ten minutes"."""

    def check(self, words: str) -> Checked:
        """What this sentence would do."""
