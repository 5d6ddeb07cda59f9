"""Decides who answers: commands are obeyed without any model; everything else is a talk with one."""

import logging
import threading
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from bmo.assistant.acting import Acting
from bmo.assistant.builtin import builtin_skill
from bmo.assistant.conversation import Conversations
from bmo.assistant.intents import Intents, Reading
from bmo.assistant.questions import Open, OpenQuestions, is_yes
from bmo.assistant.saying import Saying
from bmo.assistant.talking import Talking
from bmo.assistant.tools import requested
from bmo.capabilities.action import Action, Asked, Done, Skill
from bmo.capabilities.chat import Chat, Message
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Said, Thought
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Refused, TooLarge

LONGEST_TEXT = 4_000
"""Characters of what a person says in one turn."""

log = logging.getLogger(__name__)


class Assistant:
    """Implements `capabilities.turn.Brain` over a chat, which may be a whole chain, and what the skills can do."""

    def __init__(
        self,
        chat: Chat,
        skills: Sequence[Skill],
        conversations: Conversations,
        clock: Clock,
        *,
        without_model: str = "",
    ) -> None:
        """`without_model` tells people why no model answers, such as that it is switched off; empty for no reason."""
        actions = [action for skill in skills for action in skill.actions]
        self.actions: tuple[Action, ...] = (*actions, *builtin_skill(actions).actions)
        self._conversations = conversations
        self._intents = Intents(self.actions)
        self._questions = OpenQuestions(clock)
        self._acting = Acting(self._questions)
        self._talking = Talking(chat, self.actions, self._acting, without_model)

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        """Thoughts as they come; ends early when `stop` is set, and remembers what was said until then.

        Raises `Refused` for an empty or too long text, and `Unavailable` with a sentence to say when nobody can think.
        """
        text = _accepted(said.text)
        saying = Saying()
        try:
            yield from self._answer(text, said.asked, stop, saying)
        finally:
            self._remember(said.asked.conversation, text, saying.text.strip())

    def whole(self, text: str, asked: Asked) -> bool:
        """Whether this is a command that leaves nothing out, or the whole answer to what BMO asked back."""
        waiting = self._questions.look(asked)
        if isinstance(waiting, Reading) and is_yes(text):
            return True
        commands = self._commands(text, waiting)
        return bool(commands) and not any(readings[0].action.asks for readings in commands)

    def interrupts(self, text: str) -> bool:
        """Whether this may be obeyed while BMO speaks, such as "stop"."""
        return self._intents.interrupts(text)

    def act(self, name: str, arguments: Mapping[str, Any], asked: Asked) -> Done:
        """What a program or a button asks for. Raises `NotFound`, `Refused`, or what the action raises."""
        reading = requested(self.actions, name, arguments)
        return reading.action.run(reading.arguments, asked)

    def clear(self, conversation: str) -> None:
        """Forget what was said in a conversation. Raises `Broken`."""
        self._conversations.clear(conversation)

    def _answer(self, text: str, asked: Asked, stop: threading.Event, saying: Saying) -> Generator[Thought, None, None]:
        waiting = self._questions.take(asked)
        if isinstance(waiting, Reading) and is_yes(text):
            yield from self._acting.carry_out([waiting], asked, saying, confirmed=True)
            return
        commands = self._commands(text, waiting)
        for readings in commands:
            if stop.is_set():
                return
            yield from self._acting.carry_out(readings, asked, saying)
        if not commands:
            yield from self._talking.answer(text, self._history(asked.conversation), asked, stop, saying)

    def _commands(self, text: str, waiting: Open | None) -> list[list[Reading]]:
        """The commands in a text; it may be what an earlier one lacked."""
        commands = self._intents.understand(text)
        if not commands and isinstance(waiting, str):
            commands = self._intents.understand(f"{waiting} {text}")
        return commands

    def _history(self, conversation: str) -> tuple[Message, ...]:
        try:
            return self._conversations.messages(conversation)
        except BmoError as fault:
            log.warning("BMO talks on without its memory: %s", fault.sentence)
            return ()

    def _remember(self, conversation: str, text: str, answered: str) -> None:
        if not answered:
            return
        try:
            self._conversations.add(conversation, text, answered)
        except BmoError as fault:
            log.warning("BMO will not remember this turn: %s", fault.sentence)


def _accepted(text: str) -> str:
    text = text.replace("\0", " ").strip()
    if not text:
        raise Refused("I did not get any words. Say or type something.", code="empty_text")
    if len(text) > LONGEST_TEXT:
        raise TooLarge(f"That is too long for me: at most {LONGEST_TEXT:,} characters at a time.", code="text_too_long")
    return text
