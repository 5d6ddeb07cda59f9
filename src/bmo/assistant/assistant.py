"""Decides who answers: commands are obeyed without any model; everything else is a talk with one."""

import logging
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import nullcontext
from datetime import tzinfo
from typing import Any

from bmo.assistant.acting import Acting
from bmo.assistant.builtin import builtin_skill
from bmo.assistant.conversation import Conversations
from bmo.assistant.earned import Occasion, Origin
from bmo.assistant.intents import Reading
from bmo.assistant.lately import Lately
from bmo.assistant.planning import planning
from bmo.assistant.questions import OpenQuestions, Question, is_no, is_yes
from bmo.assistant.saying import Saying
from bmo.assistant.spelling import ENGLISH
from bmo.assistant.starting_over import conversation_skill
from bmo.assistant.steps import Steps
from bmo.assistant.summaries import Summaries
from bmo.assistant.talking import Talking
from bmo.assistant.tongues import LanguageName, Tongues
from bmo.assistant.tools import requested
from bmo.capabilities.action import Action, Asked, Done, Skill
from bmo.capabilities.chat import Chat, Message
from bmo.capabilities.provider import Stream
from bmo.capabilities.threads import person_of, thread_of
from bmo.capabilities.turn import Said, Thought
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, NotFound, Refused, TooLarge

LONGEST_TEXT = 4_000
"""Characters of what a person says in one turn."""

OVER = "That question is over. Ask me again."
LEFT = "Okay, I leave it."

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
        summaries: Summaries | None = None,
        recall: Callable[[Asked, str], str] = lambda _asked, _text: "",
        zone: tzinfo | None = None,
        language: LanguageName = ENGLISH,
    ) -> None:
        """`without_model` tells people why no model answers, such as that it is switched off; empty for no reason.

        `zone`: where the house stands; None for this machine's. `summaries` waits while somebody talks.
        `recall` tells what is known of whoever asks that matters for a text. `language`: of the house.
        """
        actions = [action for skill in (*skills, conversation_skill(self.clear)) for action in skill.actions]
        self._own: tuple[Action, ...] = (
            *actions,
            *builtin_skill(actions).actions,
            planning(lambda: self.steps),
        )
        self.actions = self._own
        """All that BMO can do now."""
        self._conversations = conversations
        self._summaries = summaries
        self.before_clear: list[Callable[[Asked], None]] = []
        """Called before a conversation is cleared, to save what belongs to it; one that raises keeps it as it is."""
        self._tongues = Tongues(self.actions, language)
        self._lately = Lately(clock)
        self._questions = OpenQuestions(clock)
        self.steps = Steps(self._tongues, lambda: self.actions)
        """Makes steps of sentences, for routines."""
        self._acting = Acting(self._questions, self.steps)
        self._talking = Talking(chat, self.actions, self._acting, without_model, clock, zone, recall)

    def offer(self, actions: Sequence[Action]) -> None:
        """These beside the skills' own: actions of servers that come and go. No sentence asks for them, but models,
        programs and buttons may."""
        self.actions = (*self._own, *actions)
        self._talking.offer(self.actions)

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        """Thoughts as they come; ends early when `stop` is set, and remembers what was said until then.

        Raises `Refused` for an empty or too long text, and `Unavailable` with a sentence to say when nobody can think.
        """
        text = _accepted(said.text)
        language = self._tongues.named(said.asked.language, spoken=said.sound is not None)
        occasion, saying = Occasion(said.asked, text, language, stop=stop), Saying(language)
        with self._summaries.turn() if self._summaries else nullcontext():
            try:
                yield from self._answer(said, occasion, stop, saying)
            finally:
                if said.before is None:
                    self._remember(occasion, saying)

    def whole(self, text: str, asked: Asked) -> bool:
        """Whether this is a command that leaves nothing out, or the whole answer to what BMO asked back."""
        waiting = self._questions.look(asked)
        languages = [self._tongues.named(asked.language)] if asked.language else [self._tongues.home, ENGLISH]
        return any(self._is_whole(text, waiting, asked, language) for language in dict.fromkeys(languages))

    def interrupts(self, text: str) -> bool:
        """Whether this may be obeyed while BMO speaks, such as "stop"."""
        return self._tongues.interrupts(text)

    def act(self, name: str, arguments: Mapping[str, Any], asked: Asked) -> Done:
        """What a program or a button asks for; the answer may be a question, see `confirm`.

        Raises `NotFound`, `Refused`, `Forbidden`, or what the action raises.
        """
        return self._acting.done(requested(self.actions, name, arguments), Occasion(asked), Origin.BUTTON)

    def confirm(self, question: str, asked: Asked) -> Done:
        """The yes to a question of `act`, from the same device. Raises `NotFound`, or what the action raises."""
        waiting = self._questions.take(asked, question) if question else None
        if waiting is None or not isinstance(waiting.open, Reading):
            raise NotFound(OVER, code="question_over")
        return self._acting.done(waiting.open, Occasion(waiting.asked), Origin.YES)

    @property
    def notice(self) -> str:
        """A sentence for people while a model's server cuts what it is told; empty otherwise."""
        return self._talking.evaluated.notice

    def clear(self, asked: Asked) -> int:
        """Save what was said in a conversation and begin anew; tells how many turns were saved.

        Raises `Broken`, and what a listener of `before_clear` raises; then nothing is cleared.
        """
        for listener in self.before_clear:
            listener(asked)
        return self._conversations.close(thread_of(asked))

    def _answer(
        self, said: Said, occasion: Occasion, stop: threading.Event, saying: Saying
    ) -> Generator[Thought, None, None]:
        text, tapped = occasion.words, said.question
        waiting = self._questions.take(occasion.asked, tapped)
        if tapped or _answers(waiting, text, occasion.language):
            yield from self._answered(waiting, _agrees(text, occasion.language), occasion, saying)
            return
        commands, full = self._commands(text, waiting, occasion.asked, occasion.language)
        self._lately.keep(occasion.asked, full)
        for readings in commands:
            if stop.is_set():
                return
            yield from self._acting.carry_out(readings, occasion, saying)
        if not commands:
            yield from self._talking.answer(text, self._history(said, occasion), occasion, stop, saying)

    def _answered(
        self, waiting: Question | None, yes: bool, occasion: Occasion, saying: Saying
    ) -> Generator[Thought, None, None]:
        """A yes or no to BMO's question. It is done for whoever asked for it, as they asked for it."""
        if waiting is None or not isinstance(waiting.open, Reading):
            yield from saying.sentence(OVER)
        elif yes:
            wanted = Occasion(waiting.asked, language=occasion.language, stop=occasion.stop)
            yield from self._acting.carry_out([waiting.open], wanted, saying, Origin.YES)
            occasion.outside = wanted.outside
        else:
            yield from saying.sentence(LEFT)

    def _is_whole(self, text: str, waiting: Question | None, asked: Asked, language: LanguageName) -> bool:
        if _answers(waiting, text, language):
            return True
        commands, _ = self._commands(text, waiting, asked, language)
        return bool(commands) and not any(readings[0].action.asks for readings in commands)

    def _commands(
        self, text: str, waiting: Question | None, asked: Asked, language: str
    ) -> tuple[list[list[Reading]], str]:
        """The commands in a text, and their words in full: it may be what an earlier one lacked, or go on with it."""
        full, intents = text, self._tongues.of(self._tongues.named(language))
        commands = intents.understand(text)
        if not commands and waiting is not None and isinstance(waiting.open, str):
            full = f"{waiting.open} {text}"
            commands = intents.understand(full)
        if not commands and (said := self._lately.said(asked)):
            commands, full = intents.went_on(said, text)
        asks = any(readings[0].action.asks for readings in commands)  # what completes it, is waited for elsewhere
        return commands, "" if asks or not commands else full

    def _history(self, said: Said, occasion: Occasion) -> tuple[Message, ...]:
        if said.before is not None:  # where a client has it from, nobody knows
            occasion.outside_before = bool(said.before)
            return said.before
        conversation = thread_of(occasion.asked)
        try:
            occasion.outside_before = self._conversations.outside(conversation)
            return self._conversations.messages(conversation)
        except BmoError as fault:
            log.warning("BMO talks on without its memory: %s", fault.sentence)
            return ()

    def _remember(self, occasion: Occasion, saying: Saying) -> None:
        answered, asked = saying.text.strip(), occasion.asked
        if not answered or saying.ends_conversation:
            return
        try:
            self._conversations.add(
                thread_of(asked), occasion.words, answered, person=person_of(asked), outside=occasion.tainted
            )
        except BmoError as fault:
            log.warning("BMO will not remember this turn: %s", fault.sentence)


def _answers(waiting: Question | None, text: str, language: str) -> bool:
    """Whether this is a yes or a no to what BMO asked."""
    asked = waiting is not None and isinstance(waiting.open, Reading)
    return asked and (_agrees(text, language) or is_no(text, language) or is_no(text))


def _agrees(text: str, language: str) -> bool:
    """Whether this is a yes; a button says it in English."""
    return is_yes(text, language) or is_yes(text)


def _accepted(text: str) -> str:
    text = text.replace("\0", " ").strip()
    if not text:
        raise Refused("I did not get any words. Say or type something.", code="empty_text")
    if len(text) > LONGEST_TEXT:
        raise TooLarge(f"That is too long for me: at most {LONGEST_TEXT:,} characters at a time.", code="text_too_long")
    return text
