"""Announcements: one person's word for everybody at home."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.people import Role
from bmo.capabilities.sentences import spoken

LONGEST = 300
"""Characters: what people listen to when nobody asked."""

SAID = spoken(__package__)


_TOLD = re.compile(
    r"about\b|(?:an?|another|some|the|my|your|what|how|who|why)\b.*\b(?:story|stories|tales?|jokes?|riddles?|secret|time|do)\b",
    re.IGNORECASE,
)
"""What BMO is asked to tell by itself: "tell the kids a story"."""


def _a_word(value: str) -> str:
    """Something to say: not nothing, and not the rest of a command that was not understood."""
    text = " ".join(value.split()).strip(" .,:;")
    if not any(letter.isalnum() for letter in text):
        raise ValueError("there is nothing to announce")
    if _TOLD.match(text):
        raise ValueError("this is a wish for a story, not an announcement")
    return text[:1].upper() + text[1:]


class Announce(BaseModel):
    """Arguments of `announce.say`."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, AfterValidator(_a_word), Field(max_length=LONGEST, description="what everybody shall hear")]


def announce_skill(announce: Callable[[str, Asked], int]) -> Skill:
    """`announce` begins to say a text in all rooms and tells how many loudspeakers will."""

    def run(wanted: Announce, asked: Asked) -> Done:
        loudspeakers = announce(wanted.text, asked)
        said = "Okay, I am telling everyone." if loudspeakers else "There is nobody I could tell it to."
        return Done(said, {"text": wanted.text, "satellites": loudspeakers})

    return Skill(
        "announce",
        (
            Action(
                "announce.say",
                "Say something aloud in every room.",
                Effect.CHANGES,
                Announce,
                run,
                SAID["announce.say"],
                least=Role.CHILD,
                examples=(("tell everyone dinner is ready", {"text": "Dinner is ready"}),),
                cues=(
                    "tell everyone",
                    "tell everybody",
                    "tell family",
                    "announce",
                    "announcement",
                    "every room",
                    "all rooms",
                    "let everyone know",
                    "let everybody know",
                    "everyone hear",
                    "everybody hear",
                    "whole house",
                    "whole household",
                    "through house",
                    "all speakers",
                    "over speakers",
                    "proclaim",
                    "spread word",
                    "told speakers",
                    "broadcast",
                ),
            ),
        ),
    )
