"""Whether BMO knows who is talking, and how it learns a voice."""

from pydantic import BaseModel, ConfigDict

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import spoken


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


SAID = spoken(__package__)


def voices_skill() -> Skill:
    """What can be asked about voices. Learning itself is done on the page, where people are signed in."""
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
                "Say how a voice is learnt.",
                Effect.READS,
                Nothing,
                lambda _, asked: _learn(asked),
                SAID["voices.learn"],
                examples=(("Learn my voice.", {}),),
                cues=("voice",),
            ),
        ),
    )


def _whose(asked: Asked) -> Done:
    if asked.speaker:
        return Done(f"You are {asked.speaker}. I know your voice.", {"speaker": asked.speaker}, "happy")
    return Done("I can't tell by this voice. I learn voices on my page, under More.", {"speaker": ""}, "thinking")


def _learn(asked: Asked) -> Done:
    known = f"I know you already, {asked.speaker}. " if asked.speaker else ""
    return Done(f"{known}Open More on my page and read three sentences to me: then I know your voice.", {}, "happy")
