"""What somebody may ask about themselves: whom BMO takes them for, and what that allows."""

from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.people import Role
from bmo.capabilities.sentences import spoken

SAID = spoken(__package__)
MOST = 5
"""Things that a person can listen to."""
ALLOWED: Mapping[Role, str] = {
    Role.GUEST: "You may do everyday things that harm nobody.",
    Role.CHILD: "You may do everything that people who live here may.",
    Role.ADULT: "You may do all that grown-ups may.",
    Role.OWNER: "You may do everything, and say who else may do what.",
}
CALLED: Mapping[Role, str] = {
    Role.GUEST: "a guest",
    Role.CHILD: "a child of the house",
    Role.ADULT: "a grown-up of the house",
    Role.OWNER: "an owner of the house",
}


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


def people_skill(actions: Callable[[], Sequence[Action]]) -> Skill:
    """`actions` are all that BMO can do, with the roles that this house asks for."""

    def run(_: Nothing, asked: Asked) -> Done:
        asked = asked.for_role(Role.OWNER)  # waits for the voice, where that may tell more
        beyond = [action for action in actions() if not asked.role.may(action.least)]
        allowed = ALLOWED[asked.role] + _but(beyond)
        name = asked.person or asked.speaker
        data = {"name": name, "role": asked.role.value, "may_not": [action.name for action in beyond]}
        return Done(f"{_who(asked, name)} {allowed}", data, "happy" if name else "thinking")

    return Skill(
        "people",
        (
            Action(
                "people.me",
                "Say who is asking, and what they may do.",
                Effect.READS,
                Nothing,
                run,
                SAID["people.me"],
                examples=(("who am I", {}), ("what am I allowed to do", {})),
                cues=("who am i", "my name", "my role", "am i allowed", "may i", "signed in"),
            ),
        ),
    )


def _who(asked: Asked, name: str) -> str:
    if name:
        return f"You are {name}, {CALLED[asked.role]}."
    known = "" if asked.role is Role.GUEST else f", so I treat you like {CALLED[asked.role]}"
    return f"I don't know who you are{known}."


def _but(beyond: Sequence[Action]) -> str:
    if not beyond:
        return ""
    told = [f"{action.says[:1].lower()}{action.says[1:].rstrip('.')}" for action in beyond[:MOST]]
    more = f"; and {len(beyond) - MOST} more things" if len(beyond) > MOST else ""
    return f" Not for you: {'; '.join(told)}{more}."
