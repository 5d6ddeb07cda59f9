"""What BMO remembers of each person. Only people with an account have a memory, and nobody reaches another's."""

from collections.abc import Callable

from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role
from bmo.capabilities.threads import person_of
from bmo.capabilities.wording import Told
from bmo.core.errors import BmoError, NotFound, Refused
from bmo.skills.memory.matching import matching
from bmo.skills.memory.store import Fact, Facts

PROMPT_CHARACTERS = 240
"""Of facts that ride in a prompt: about 60 tokens, which a small machine reads in a second."""
WHO_ARE_YOU = "I remember things only for people I know. Sign in on my page, or let me learn your voice there."


class Memory:
    """The facts of everybody, by who asks."""

    def __init__(self, facts: Facts, known: Callable[[str], str]) -> None:
        """`known` gives the name of the account of somebody, by account or voice; empty for guests and strangers."""
        self.facts = facts
        self._known = known

    def whose(self, asked: Asked) -> str:
        """Whose memory is meant: waits for the voice where that decides. Raises `Refused` for nobody BMO knows."""
        name = person_of(asked.for_role(Role.CHILD))
        if not name or not (account := self._known(name)):
            raise Refused(WHO_ARE_YOU, code="no_memory")
        return account

    def about(self, person: str, about: str) -> list[Fact]:
        """The person's facts about something, or all of them, the newest first. Raises `NotFound`."""
        facts = self.facts.of(person)
        found = matching(facts, about) if about else list(reversed(facts))
        if not found:
            raise NotFound(
                Told("You have not told me anything about {about}.", about=about)
                if about
                else "You have not told me anything yet.",
                code="no_fact",
            )
        return found

    def for_prompt(self, asked: Asked, text: str) -> str:
        """What a model should know of the person for what they say now, for the end of its prompt; empty for nothing.

        Their own words, told or accepted by them: data, no orders. Never waits and never fails.
        """
        try:
            account = self._known(person_of(asked))
            found = matching(self.facts.of(account), text) if account else []
        except BmoError:  # a turn goes on without its memory
            return ""
        told, room = list[str](), PROMPT_CHARACTERS
        for fact in found:
            room -= len(fact.text) + 2
            if room < 0:
                break
            told.append(fact.text)
        return f"What {account} told you before: {'; '.join(told)}." if told else ""
