"""Which role each action asks for: what the action says itself, or what the house says in `people.may`."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bmo.capabilities.action import Action, Effect, Skill
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden

WHO: Mapping[Role, str] = {
    Role.GUEST: "anybody",
    Role.CHILD: "people who live here",
    Role.ADULT: "the grown-ups",
    Role.OWNER: "the owner",
}


class Permissions:
    """The skills as this house wants them. A dangerous action never asks for less than an adult."""

    def __init__(self, skills: Sequence[Skill], may: Mapping[str, Role]) -> None:
        """`may` by the name of a skill or of an action, which counts more."""
        self._may = dict(may)
        self.skills = tuple(replace(skill, actions=tuple(self._applied(skill))) for skill in skills)
        self.actions: tuple[Action, ...] = tuple(action for skill in self.skills for action in skill.actions)
        self._least = {action.name: action.least for action in self.actions}
        known = [*self._least, *(skill.name for skill in skills)]
        self.notices = tuple(_unknown(key, known) for key in may if key not in known)
        """A sentence for each name in `may` that nothing has."""

    def check(self, action: str, role: Role) -> None:
        """Raises `Forbidden` when this role may not do it. What is not a skill's is everybody's."""
        least = self._least.get(action, Role.GUEST)
        if not role.may(least):
            raise Forbidden(f"In this house that is for {WHO[least]}.", code="role")

    def _applied(self, skill: Skill) -> Iterator[Action]:
        for action in skill.actions:
            least = self._may.get(action.name, self._may.get(skill.name, action.least))
            if action.effect is Effect.DANGEROUS and not least.may(Role.ADULT):
                least = Role.ADULT
            yield replace(action, least=least)


def _unknown(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"people.may names {key[:64]!r}, which is no skill and no action.{meant}"
