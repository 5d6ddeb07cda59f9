"""What programs and buttons ask for by its name: the same actions, roles and yes as for what is said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bmo.capabilities.action import Action, Asked, Done, Effect
from bmo.core.errors import Forbidden, NotFound

NEEDS_A_PERSON = "This needs a person's yes. Say or tap it on one of BMO's own devices; a program cannot."

Act: TypeAlias = Callable[[str, Mapping[str, Any], Asked], Done]
"""Does an action by its name; `data` holds `waiting` and the id of the `question` where a yes has to come first.
Raises `NotFound`, `Refused`, `Forbidden`, and what the action raises."""
Yes: TypeAlias = Callable[[str, Asked], Done]
"""The yes to a question, by its id. Raises `NotFound` when nothing waits for the yes of this visitor."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """The door of programs and buttons to the actions."""

    actions: Callable[[], Sequence[Action]]
    """All that BMO can do now."""
    act: Act
    yes: Yes

    def listed(self, asked: Asked) -> tuple[Action, ...]:
        """The actions that whoever asks may do."""
        return tuple(action for action in self.actions() if asked.role.may(action.least))

    def unattended(self, name: str, arguments: Mapping[str, Any], asked: Asked) -> Done:
        """Do it for a program that nobody may be sitting at.

        Raises what `act` does, and `Forbidden` for what is dangerous: a program cannot say yes for a person.
        """
        action = next((action for action in self.actions() if action.name == name), None)
        if action is None:
            raise NotFound(f"BMO cannot do {name[:60]!r}.", code="unknown_action")
        if action.effect is Effect.DANGEROUS:
            raise Forbidden(NEEDS_A_PERSON, code="needs_a_person")
        return self.act(name, arguments, asked)
