"""Whether BMO knows who is talking, and how it learns a voice."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


def _name(value: str) -> str:
    """ "Ben's" voice is Ben's."""
    return value.strip().removesuffix("'s")


class Learn(BaseModel):
    """Arguments of `voices.learn`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, AfterValidator(_name), Field(max_length=32, description="whose voice, or empty for who asks")
    ] = ""


SAID = spoken(__package__)


def voices_skill(begin: Callable[[str, Asked], str]) -> Skill:
    """What can be asked about voices. `begin` starts a lesson for somebody, and tells what BMO says first; it raises
    `Refused` where that voice cannot be learnt here."""
    return Skill(
        "voices",
        (
            Action(
                "voices.whose",
                "Say whose voice this is.",
                Effect.READS,
                Nothing,
                lambda _, asked: _whose(asked),
                SAID["voices.whose"],
                examples=(("Do you know my voice?", {}),),
                cues=("voice", "speaking"),
            ),
            Action(
                "voices.learn",
                "Learn a voice.",
                Effect.CHANGES,
                Learn,
                lambda wanted, asked: _learn(wanted, asked, begin),
                SAID["voices.learn"],
                examples=(("Learn my voice.", {}),),
                cues=("learn voice",),
            ),
        ),
    )


def _whose(asked: Asked) -> Done:
    if asked.speaker:
        return Done(Told("You are {name}. I know your voice.", name=asked.speaker), {"speaker": asked.speaker}, "happy")
    return Done("I can't tell by this voice. Say: learn my voice.", {"speaker": ""}, "thinking")


def _learn(wanted: Learn, asked: Asked, begin: Callable[[str, Asked], str]) -> Done:
    name = wanted.name or asked.person or asked.speaker
    if not name:
        return Done("What is your name?", {"expects": Told("learn the voice of")}, "happy")
    return Done(begin(name, asked), {"person": name, "waiting": True, "lesson": True}, "happy")
