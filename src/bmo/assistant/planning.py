"""Plan mode: "plan: tell everyone dinner is ready, then set a timer" is shown as steps, and done after one yes."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.assistant.builtin import SAID
from bmo.assistant.ranking import begins_an_order
from bmo.assistant.walking import Rest, wording_of
from bmo.capabilities.action import Action, Asked, Done, Effect
from bmo.capabilities.steps import MOST_STEPS, Checked, ReadsSteps, Step, Then
from bmo.core.errors import Refused


def _an_order(text: str) -> str:
    if not begins_an_order(text):
        raise ValueError("a plan is what shall be done: set a timer and tell everyone")
    return text


class Plan(BaseModel):
    """Arguments of `plan.make`."""

    model_config = ConfigDict(extra="forbid")

    steps: Annotated[
        str, Field(max_length=2_000, description="what shall be done, in the person's words"), AfterValidator(_an_order)
    ]


def planning(reads: Callable[[], ReadsSteps]) -> Action:
    """The plan that a person says themselves. `reads` makes steps of their words."""

    def checked(plan: Plan) -> list[Checked]:
        found = [reads().check(words) for words in reads().split(plan.steps)]
        if not any(one.says for one in found):
            raise Refused("I know how to do none of that.", code="no_step")
        if len(found) > MOST_STEPS:
            raise Refused(f"That is too long for a plan: at most {MOST_STEPS} steps.", code="too_many_steps")
        return found

    def question(plan: Plan, asked: Asked) -> str:
        found = checked(plan)
        steps = tuple(Step(words=one.says[:300]) for one in found if one.says)
        gone = [one.words for one in found if not one.says]
        left = f" I would leave out: {'; '.join(gone)}." if gone else ""
        return f"{wording_of(Rest(steps=steps), asked)}{left}"

    def run(plan: Plan, _asked: Asked) -> Done:
        return Done("", then=Then(tuple(Step(words=one.words) for one in checked(plan))))

    return Action(
        "plan.make",
        "Show several steps as a plan, and do them after one yes.",
        Effect.DANGEROUS,
        Plan,
        run,
        SAID["plan.make"],
        question=question,
        own_words=True,
    )
