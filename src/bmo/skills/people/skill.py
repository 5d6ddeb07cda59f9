"""What somebody may ask about themselves: whom BMO takes them for, and what that allows."""

from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.people import Role
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told, listed

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
        allowed = Told("{may}{but}", may=Told(ALLOWED[asked.role]), but=_but(beyond))
        name = asked.person or asked.speaker
        data = {"name": name, "role": asked.role.value, "may_not": [action.name for action in beyond]}
        return Done(
            Told("{who} {allowed}", who=_who(asked, name), allowed=allowed), data, "happy" if name else "thinking"
        )

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


def _who(asked: Asked, name: str) -> Told:
    called = Told(CALLED[asked.role])
    if name:
        return Told("You are {name}, {called}.", name=name, called=called)
    if asked.role is Role.GUEST:
        return Told("I don't know who you are.")
    return Told("I don't know who you are, so I treat you like {called}.", called=called)


def _but(beyond: Sequence[Action]) -> str:
    if not beyond:
        return ""
    told = listed(
        [Told(f"{action.says[:1].lower()}{action.says[1:].rstrip('.')}") for action in beyond[:MOST]], "; ", "; "
    )
    if len(beyond) > MOST:
        return Told(" Not for you: {deeds}; and {count} more things.", deeds=told, count=len(beyond) - MOST)
    return Told(" Not for you: {deeds}.", deeds=told)
