"""Run, list, make and delete routines."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.people import Role
from bmo.capabilities.sentences import spoken
from bmo.capabilities.steps import Checked, Step, Then
from bmo.capabilities.threads import person_of
from bmo.capabilities.wording import Told, listed
from bmo.core.errors import Refused
from bmo.skills.routines.routine import Routine, name_of
from bmo.skills.routines.store import Routines

SAID = spoken(__package__)
HOW = "Say it in one go, such as: make a routine called dinner: tell everyone dinner is ready, and set a timer."
_TOLD = re.compile(r"(?P<name>.+?)(?:\s*[:;,.]\s+|\s+to\s+)(?P<steps>.+)", re.DOTALL)
"""A name and what follows it: "dinner: tell everyone dinner is ready"."""
Name = Annotated[str, Field(max_length=80, description="such as: good night"), AfterValidator(name_of)]


class Named(BaseModel):
    """Arguments of `routines.run` and `routines.delete`."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class MakeRoutine(BaseModel):
    """Arguments of `routines.make`."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    steps: str = Field(min_length=1, max_length=2_000, description="what shall be done, in the person's words")

    @model_validator(mode="before")
    @classmethod
    def _of_one_sentence(cls, given: Any) -> Any:
        """What is said in one breath is `told`: the name, and after a pause the steps."""
        if not isinstance(given, Mapping) or "told" not in given:
            return given
        told = _TOLD.fullmatch(str(given["told"]))
        if told is None:
            raise ValueError("a routine has a name and steps")
        return told.groupdict()


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


class NewRoutine(BaseModel):
    """Arguments of `routines.how`."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=80)


def routines_skill(routines: Routines) -> Skill:
    """Any step of a routine is judged when it is run, by the role of whoever runs it."""
    return Skill(
        "routines",
        (_run(routines), _ask(routines), _list(routines), _make(routines), _how(), _delete(routines)),
    )


def _run(routines: Routines) -> Action:
    def question(wanted: Named, _asked: Asked) -> str:
        routine = routines.named(wanted.name)
        return Told("Shall I run {name}: {steps}?", name=routine.name, steps=_numbered(routine.steps))

    def run(wanted: Named, _asked: Asked) -> Done:
        routine = routines.named(wanted.name)
        steps = tuple(Step(words=words) for words in routine.steps)
        return Done(
            routine.says or Told("Okay, {name}.", name=routine.name), {"routine": routine.name}, then=Then(steps)
        )

    return Action(
        "routines.run",
        "Run a routine or scene by its name.",
        Effect.CHANGES,
        Named,
        run,
        SAID["routines.run"],
        question=question,
        examples=(("run the good night routine", {"name": "good night"}),),
        cues=("run routine", "start routine", "kick routine", "routine going", "routine", "scene"),
    )


def _ask(routines: Routines) -> Action:
    def run(_: Nothing, _asked: Asked) -> Done:
        return Done(
            Told("Which one: {names}?", names=_names(routines.all())), {"expects": Told("run the routine")}, "thinking"
        )

    says = "Ask which routine to run."
    return Action("routines.ask", says, Effect.READS, Nothing, run, SAID["routines.ask"], asks=True)


def _list(routines: Routines) -> Action:
    def run(_: Nothing, _asked: Asked) -> Done:
        there = routines.all()
        told = [{"name": routine.name, "steps": list(routine.steps), "by": routine.person} for routine in there]
        return Done(Told("There are: {names}.", names=_names(there)), {"routines": told})

    return Action(
        "routines.list",
        "Say which routines and scenes there are.",
        Effect.READS,
        Nothing,
        run,
        SAID["routines.list"],
        outside=True,  # somebody else of the household named them
        examples=(("which routines are there?", {}),),
        cues=("what routines", "which routines", "list routines", "scenes"),
    )


def _make(routines: Routines) -> Action:
    def understood(wanted: MakeRoutine) -> tuple[Checked, ...]:
        steps = routines.check(routines.split(wanted.steps))
        if not any(step.says for step in steps):
            raise Refused(f"I know how to do none of that. {HOW}", code="no_step")
        return steps

    def question(wanted: MakeRoutine, _asked: Asked) -> str:
        steps = understood(wanted)
        gaps = [step.words for step in steps if step.problem]
        left = f" I cannot do yet, and leave out until I can: {'; '.join(gaps)}." if gaps else ""
        listed = _numbered([step.says or f"“{step.words}”" for step in steps])
        return f"The routine “{wanted.name}” is: {listed}.{left} Shall I keep that?"

    def run(wanted: MakeRoutine, asked: Asked) -> Done:
        steps = [step.words for step in understood(wanted)]
        kept = routines.add(wanted.name, steps, person_of(asked))
        return Done(f"Okay. Say “run the {kept.name} routine”.", {"id": kept.id, "steps": steps}, "happy")

    return Action(
        "routines.make",
        "Keep steps as a routine.",
        Effect.DANGEROUS,  # stored power: whoever runs it later has not said these words
        MakeRoutine,
        run,
        SAID["routines.make"],
        question=question,
        least=Role.ADULT,
        own_words=True,
    )


def _how() -> Action:
    def run(_: NewRoutine, _asked: Asked) -> Done:
        return Done(HOW, tag="thinking")

    says = "Say how a routine is made."
    return Action("routines.how", says, Effect.READS, NewRoutine, run, SAID["routines.how"], asks=True)


def _delete(routines: Routines) -> Action:
    def own(wanted: Named) -> Routine:
        routine = routines.named(wanted.name)
        if not routine.id:
            raise Refused(f"Every house has {routine.name}: make one of that name, and it counts instead.", code="own")
        return routine

    def question(wanted: Named, _asked: Asked) -> str:
        routine = own(wanted)
        return Told("Shall I delete the routine {name}: {steps}?", name=routine.name, steps=_numbered(routine.steps))

    def run(wanted: Named, _asked: Asked) -> Done:
        routine = own(wanted)
        routines.remove(routine.id)
        return Done(Told("The routine {name} is gone.", name=routine.name), {"id": routine.id})

    return Action(
        "routines.delete",
        "Delete a routine.",
        Effect.DANGEROUS,
        Named,
        run,
        SAID["routines.delete"],
        question=question,
        least=Role.ADULT,
        cues=("delete routine", "remove routine", "delete scene"),
    )


def _names(routines: Sequence[Routine]) -> str:
    return listed([routine.name if routine.id else Told(routine.name) for routine in routines], last=", ")


def _numbered(steps: Sequence[str]) -> str:
    return "; ".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
