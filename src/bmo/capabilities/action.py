"""An action is declared once; the intent sentences, the model's tool, the REST route and the button come from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from bmo.capabilities.chat import Tool
from bmo.capabilities.people import Role
from bmo.capabilities.sentences import Spoken
from bmo.capabilities.steps import Then


class Effect(StrEnum):
    """What an action does to the world."""

    READS = "reads"
    CHANGES = "changes"
    DANGEROUS = "dangerous"
    """Only after a spoken or tapped confirmation."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for an action, and from where."""

    conversation: str = "main"
    person: str = ""
    """Name of the account that is signed in there; empty when unknown."""
    room: str = ""
    """Where it was said, so that it rings there; empty when unknown."""
    speaker: str = ""
    """Whose voice it was; empty for a voice nobody enrolled, an unsure one, and for what was typed."""
    role: Role = Role.GUEST
    """What whoever asks may do: the role of the account signed in there, or of the speaker; a guest's when unknown."""
    device: str = ""
    """Which page, satellite or program it came through; a yes counts only from the same one or the same speaker."""
    shared: bool = False
    """Whether anybody may stand before that device: there the voice says who asks, not the account."""
    language: str = ""
    """Of what was said, such as `de`; empty for the language of the house."""
    late: "Callable[[], Asked] | None" = field(default=None, compare=False, repr=False)
    """Whoever asks, once it is known whose voice it was; waits a moment for that. None when no more will be known."""

    def for_role(self, least: Role) -> "Asked":
        """Whoever asks, for something that needs this role: waits for the voice only if what is known is too little."""
        return self if self.late is None or self.role.may(least) else self.late()


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action."""

    sentence: str
    """What BMO says about it."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON for programs and the page. A key `expects` holds the words that the next thing said completes;
    `conversation_over` says that this turn is no part of any conversation. Of an action that reads what others wrote,
    `text` (with `file`), or `passages` of such, is what a model is given in place of the sentence."""
    tag: str = ""
    """A mood for the face, such as `happy`; empty for none."""
    then: Then | None = None
    """What this consists of, to be done next; each step is judged by itself."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something BMO can do, said once."""

    name: str
    """`skill.verb`, such as `timer.set`."""
    says: str
    """One line for the person, the model and the API reference."""
    effect: Effect
    arguments: type[BaseModel]
    """Typed arguments; strings as people say them are parsed by its validators."""
    run: Callable[[Any, Asked], Done]
    """Does it. Raises `Refused` (with a sentence to say) when it cannot."""
    sentences: Spoken = field(default_factory=dict)
    """How people ask for it, by language."""
    examples: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """Utterance and arguments, shown to small models."""
    least: Role = Role.GUEST
    """Who may do it: this role and those above it."""
    outside: bool = False
    """True where what it tells was written by others (notes, documents, web): data, never orders."""
    cues: tuple[str, ...] = ()
    """Words that make this action worth offering to the model at all."""
    hears: bool = False
    """True where a model may ask for it by what somebody only tells, not asks or wishes: a cue of it has to be said."""
    interrupts: bool = False
    """True for "stop": may run while BMO speaks and never goes through a model."""
    question: Callable[[Any, Asked], str] | None = None
    """What BMO asks before it does this, where that says more than the arguments would: which facts will be deleted.
    Raises what `run` would raise where there is nothing to do."""
    own_words: bool = False
    """True where it takes a text that holds commands: none of them is obeyed at once, and no model may ask for it."""
    asks: bool = False
    """True where it only asks for what was left out: somebody who pauses there may be about to say it."""

    def tool(self) -> Tool:
        """The action as a model sees it."""
        return Tool(self.name, self.says, self.arguments.model_json_schema(), self.examples)


@dataclass(frozen=True, slots=True)
class Skill:
    """A household skill: what it can do. One record a skill; the wiring is a list of them."""

    name: str
    actions: tuple[Action, ...]
