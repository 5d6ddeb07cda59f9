"""What BMO can do without any skill: be quiet, and say what it can do."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told, listed

MOST_EXAMPLES = 8
"""Sentences that a person can listen to."""


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


SAID = spoken(__package__)


def builtin_skill(actions: Sequence[Action]) -> Skill:
    """Stop and help; help lists the first example of each of these actions."""
    return Skill("bmo", (_stop(), _help(actions)))


def _stop() -> Action:
    def run(_: Nothing, _asked: Asked) -> Done:
        return Done("Okay.")

    return Action("bmo.stop", "Be quiet.", Effect.READS, Nothing, run, SAID["bmo.stop"], interrupts=True)


def _help(actions: Sequence[Action]) -> Action:
    examples = [action.examples[0][0] for action in actions if action.examples][:MOST_EXAMPLES]

    def run(_: Nothing, _asked: Asked) -> Done:
        told = listed([Told(example) for example in examples], "; ", "; ")
        template = "You can say: {examples}. Or just talk to me." if examples else "Or just talk to me."
        return Done(Told(template, examples=told), {"examples": examples}, "happy")

    return Action("bmo.help", "Say what BMO can do.", Effect.READS, Nothing, run, SAID["bmo.help"])
