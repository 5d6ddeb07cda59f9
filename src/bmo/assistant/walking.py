"""Routines and plans, step by step: each is judged by itself, told as it goes, and what fails stops the rest."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from bmo.assistant.asking import question
from bmo.assistant.earned import Occasion, Origin, Verdict, judge
from bmo.assistant.intents import Command, Reading
from bmo.assistant.saying import Saying
from bmo.assistant.steps import Steps, step_of
from bmo.capabilities.action import Action, Asked, Done, Effect
from bmo.capabilities.steps import Step, StepState, Then
from bmo.capabilities.turn import Stepped, Tagged, Thought
from bmo.core.errors import BmoError, NotFound, Refused

ONLY_SHOWN = "This is only to be seen, and nobody is looking."
NESTED = "A step cannot make other steps."


class Rest(BaseModel):
    """The steps that wait for a yes. Made by BMO alone: no program and no model can call what takes it."""

    model_config = ConfigDict(frozen=True)

    steps: tuple[Step, ...]
    first: int = 1
    agreed: bool = False


def _go_on(rest: Rest, _asked: Asked) -> Done:
    return Done("", then=Then(rest.steps, rest.first, rest.agreed))


def wording_of(rest: Rest, _asked: Asked) -> str:
    """What BMO asks before it follows a plan."""
    return f"My plan is: {listed(rest.steps, rest.first)}. Shall I do that?"


def listed(steps: Sequence[Step], first: int = 1) -> str:
    """ "1. set a timer; 2. tell everyone"."""
    return "; ".join(f"{number}. {step.words}" for number, step in enumerate(steps, first))


GOING_ON = Action("plan.go_on", "Go on with a plan.", Effect.DANGEROUS, Rest, _go_on, question=wording_of)
"""Done only after a yes to the very steps."""
Ask = Callable[[str, Reading, Occasion], Done]
"""Asks the person a yes for this, in these words. Raises `Refused` where a question is open in this turn already."""
Do = Callable[[Sequence[Reading], Occasion, Origin], tuple[Reading, Done | BmoError]]
"""Does the first of these readings whose object exists, and tells what came of it or why nothing did."""


@dataclass(slots=True)
class _Way:
    """How far somebody is with some steps."""

    then: Then
    occasion: Occasion
    saying: Saying
    shown: bool
    left_out: list[str]

    def told(self, index: int, state: StepState, sentence: str = "") -> Stepped:
        """The word on one step."""
        before, step = self.then.first - 1, self.then.steps[index]
        return Stepped(before + index + 1, before + len(self.then.steps), step.words, state, sentence)

    def after(self, index: int, *, agreed: bool = False) -> Rest:
        """From this step on."""
        return Rest(steps=self.then.steps[index:], first=self.then.first + index, agreed=agreed)


class Walking:
    """Does steps one after another."""

    def __init__(self, steps: Steps, ask: Ask, do: Do) -> None:
        self._steps = steps
        self._ask = ask
        self._do = do

    def walk(
        self, then: Then, occasion: Occasion, saying: Saying, *, shown: bool = True
    ) -> Generator[Thought, None, None]:
        """Every step that can be done, until one fails, one needs a yes, or the turn is stopped.

        `shown`: whether somebody sees what a step shows.
        """
        way = _Way(then, occasion, saying, shown, [])
        yield from planned(then)
        for index in range(len(then.steps)):
            if occasion.stop.is_set():
                yield from (way.told(later, "stopped") for later in range(index, len(then.steps)))
                return
            yield way.told(index, "doing")
            if not (yield from self._step(way, index)):
                break
        if way.left_out:
            yield from saying.sentence(f"I left out: {'; '.join(way.left_out)}.")
        elif not saying.text:
            yield from saying.sentence("Okay.")

    def _step(self, way: _Way, index: int) -> Generator[Thought, None, bool]:
        """Returns whether to go on with the next."""
        step = way.then.steps[index]
        try:
            meant = self._steps.meant(step)
        except BmoError as gap:
            way.left_out.append(step.words)
            yield way.told(index, "left_out", gap.sentence)
            return True
        if isinstance(meant, Tagged):
            yield from _show(way, index, meant)
            return True
        try:
            return (yield from self._act(way, index, meant))
        except NotFound as nothing:  # there are no timers to cancel: the rest goes on
            yield from way.saying.refused(meant[0], nothing)
            yield way.told(index, "left_out", nothing.sentence)
            return True
        except BmoError as failure:
            yield from way.saying.refused(meant[0], failure)
            yield way.told(index, "failed", failure.sentence)
            yield from self._ask_on(way, index + 1)
            return False

    def _act(self, way: _Way, index: int, meant: Command) -> Generator[Thought, None, bool]:
        origin = Origin.YES if way.then.agreed and index == 0 else Origin.STEP
        first = meant[0]
        if judge(first, origin, way.occasion) is Verdict.ASK:
            special = first.action.question
            wording = special(first.arguments, way.occasion.asked) if special else question(first)
            done = self._ask(wording, Reading(GOING_ON, way.after(index, agreed=True)), way.occasion)
            yield from way.saying.done(Reading(first.action, first.arguments), done)
            yield way.told(index, "asks", wording)
            return False
        reading, came = self._do(meant, way.occasion, origin)
        if isinstance(came, BmoError):
            raise came
        if came.then is not None:
            raise Refused(NESTED, code="nested_steps")
        yield from way.saying.done(reading, came)
        yield way.told(index, "done", came.sentence)
        return True

    def _ask_on(self, way: _Way, index: int) -> Generator[Thought, None, None]:
        """Shall the rest be done without the step that failed?"""
        if index == len(way.then.steps):
            return
        rest = way.after(index)
        waiting = Reading(GOING_ON, rest)
        try:
            done = self._ask(f"Shall I go on without that: {listed(rest.steps, rest.first)}?", waiting, way.occasion)
        except Refused as busy:
            yield from way.saying.refused(waiting, busy)
        else:
            yield from way.saying.done(waiting, done)
            yield way.told(index, "asks")


def planned(then: Then) -> Generator[Stepped, None, None]:
    """What is about to be done."""
    of = then.first - 1 + len(then.steps)
    for number, step in enumerate(then.steps, then.first):
        yield Stepped(number, of, step.words)


def plan_of(readings: Sequence[Reading]) -> Reading:
    """Several wishes of a model as one plan, which a person says yes to once."""
    return Reading(GOING_ON, Rest(steps=tuple(map(step_of, readings))))


def _show(way: _Way, index: int, tagged: Tagged) -> Generator[Thought, None, None]:
    if way.shown:
        yield tagged
        yield way.told(index, "done")
    else:
        yield way.told(index, "left_out", ONLY_SHOWN)
