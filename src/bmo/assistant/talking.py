"""Ask a model, and do what it soundly asks for. The prompt only grows at its end, so its beginning stays cached."""

import logging
import threading
from collections.abc import Generator, Sequence
from contextlib import closing

from bmo.assistant.acting import Acting
from bmo.assistant.persona import PERSONA
from bmo.assistant.saying import Saying
from bmo.assistant.tags import Tags
from bmo.assistant.tools import BadCall, Calls, relevant
from bmo.capabilities.action import Action, Asked
from bmo.capabilities.chat import Chat, ChatRequest, Message, ToolCall, Words
from bmo.capabilities.turn import Thought
from bmo.core.errors import NobodyCould, Unavailable

ROUNDS = 4
"""How often a model may try again after calls that made no sense."""
LONGEST_ANSWER = 8_000
"""Characters; a model that goes on and on is cut off here."""
MAX_TOKENS = 400

CANNOT_THINK = "I can't think right now, but timers and the clock still work."
LOST = "Sorry, I lost my train of thought."
MUDDLED = "Sorry, I could not work out how to do that. Can you say it another way?"
SPEECHLESS = "Hm, I have nothing to say to that."

log = logging.getLogger(__name__)


class Talking:
    """One model, or a chain of them, and the actions it may ask for."""

    def __init__(self, chat: Chat, actions: Sequence[Action], acting: Acting, without_model: str) -> None:
        self._chat = chat
        self._actions = actions
        self._acting = acting
        self._without_model = without_model

    def answer(
        self, text: str, history: tuple[Message, ...], asked: Asked, stop: threading.Event, saying: Saying
    ) -> Generator[Thought, None, None]:
        """The model's words, and the sentences of the actions it asked for. Raises `Unavailable` with a sentence."""
        offered = relevant(self._actions, text)
        calls = Calls(offered)
        messages = (Message("system", PERSONA), *history, Message("user", text))
        tools = tuple(action.tool() for action in offered)
        try:
            for _ in range(ROUNDS):
                request = ChatRequest(messages, tools, max_tokens=MAX_TOKENS)
                mistakes = yield from self._round(request, calls, asked, stop, saying)
                if not mistakes or calls.used_up:
                    break
                messages = (*messages, *mistakes)
        except Unavailable as failure:
            log.warning("no answer from a model: %s", failure)
            if not saying.acted:  # what was done has been said; nothing is missing
                raise self._apology(failure, saying) from failure
        if not stop.is_set() and not saying.text.strip():
            yield from saying.sentence(MUDDLED if calls.made else SPEECHLESS)

    def _round(
        self, request: ChatRequest, calls: Calls, asked: Asked, stop: threading.Event, saying: Saying
    ) -> Generator[Thought, None, list[Message]]:
        """One answer of the model; returns what to tell it when its calls made no sense."""
        tags, mistakes = Tags(), list[Message]()
        with closing(self._chat.chat(request)) as chunks:
            for chunk in chunks:
                if stop.is_set() or calls.used_up or len(saying.text) > LONGEST_ANSWER:
                    return []
                if isinstance(chunk, Words) and not saying.acted:
                    yield from saying.words(tags.feed(chunk.text))
                elif isinstance(chunk, ToolCall):
                    mistakes += yield from self._call(chunk, calls, asked, saying)
        if not saying.acted:
            yield from saying.words(tags.finish())
        return mistakes

    def _call(
        self, call: ToolCall, calls: Calls, asked: Asked, saying: Saying
    ) -> Generator[Thought, None, list[Message]]:
        # Done at once, not at the end of the stream: if that is cut, what was done has been said.
        try:
            reading = calls.checked(call)
        except BadCall as mistake:
            log.info("the model's call was refused: %s", mistake)
            told = Message("tool", str(mistake), tool_call_id=call.id)
            return [Message("assistant", "", tool_calls=(ToolCall(call.name[:60], {}, call.id),)), told]
        if reading is not None:
            yield from self._acting.carry_out([reading], asked, saying)
        return []

    def _apology(self, failure: Unavailable, saying: Saying) -> NobodyCould:
        causes = failure.causes if isinstance(failure, NobodyCould) else (failure,)
        return NobodyCould(LOST if saying.text.strip() else f"{CANNOT_THINK} {self._without_model}".strip(), causes)
