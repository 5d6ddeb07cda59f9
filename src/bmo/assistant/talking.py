"""Ask a model, and do what it soundly asks for. The prompt only grows at its end, so its beginning stays cached."""

import logging
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from bmo.assistant.acting import Acting
from bmo.assistant.claims import claims_a_deed, topic
from bmo.assistant.earned import Occasion, Origin
from bmo.assistant.leaks import without_leaks
from bmo.assistant.outside import defused
from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.assistant.prompt import CONTEXT, Evaluated, note_of
from bmo.assistant.ranking import Offer, Ranker
from bmo.assistant.saying import Saying
from bmo.assistant.tags import Tags
from bmo.assistant.tools import BadCall, Calls
from bmo.capabilities.action import Action, Asked
from bmo.capabilities.chat import Chat, ChatRequest, Finished, Message, ToolCall, Words
from bmo.capabilities.turn import Reply, Tagged, Thought
from bmo.core.clock import Clock
from bmo.core.errors import NobodyCould, Unavailable

REPAIRS = 1
"""How often a model may try again after calls that made no sense."""
ROUNDS = 4
"""Answers of a model in one turn: what it looked up is read, too."""
RECENT = 2
"""Turns before that help to choose the tools."""
LONGEST_ANSWER = 8_000
"""Characters; a model that goes on and on is cut off here."""
MAX_TOKENS = 400

CANNOT_THINK = "I can't think right now, but timers and the clock still work."
LOST = "Sorry, I lost my train of thought."
MUDDLED = "Sorry, I could not work out how to do that. Can you say it another way?"
SPEECHLESS = "Hm, I have nothing to say to that."
NOTHING_DONE = "I have not done anything yet. Say it like this: {}."

log = logging.getLogger(__name__)


class Talking:
    """One model, or a chain of them, and the actions it may ask for."""

    def __init__(
        self,
        chat: Chat,
        actions: Sequence[Action],
        acting: Acting,
        without_model: str,
        clock: Clock,
        zone: tzinfo | None = None,
        recall: Callable[[Asked, str], str] = lambda _asked, _text: "",
    ) -> None:
        """`zone`: where the house stands; None for this machine's. `recall` tells what is known of whoever asks that
        matters for what they say; it goes to the prompt's end."""
        self._chat = chat
        self._actions = actions
        self._ranker = Ranker(actions)
        self._acting = acting
        self._without_model = without_model
        self._clock = clock
        self._zone = zone
        self._recall = recall
        self.evaluated = Evaluated()

    def offer(self, actions: Sequence[Action]) -> None:
        """A model may ask for these from now on."""
        self._actions, self._ranker = actions, Ranker(actions)

    def answer(
        self, text: str, history: tuple[Message, ...], occasion: Occasion, stop: threading.Event, saying: Saying
    ) -> Generator[Thought, None, None]:
        """The model's words, and the sentences of the actions it asked for. Raises `Unavailable` with a sentence."""
        recent = [message.text for message in history if message.role == "user"][-RECENT:]
        offer = self._ranker.offered(text, recent, occasion.asked.room)
        calls = Calls(offer.actions, text)
        request = self._request(text, history, occasion.asked, offer)
        about = topic(self._actions, text)
        example = next((action.examples[0][0] for action in about if action.examples), "")
        try:
            for _ in range(ROUNDS):
                told = yield from self._round(request, calls, occasion, stop, saying, example)
                if not told or calls.used_up or calls.bad > REPAIRS:
                    break
                request = replace(request, messages=(*request.messages, *told))
        except Unavailable as failure:
            log.warning("no answer from a model: %s", failure)
            if not saying.acted:  # what was done has been said; nothing is missing
                raise self._apology(failure, saying) from failure
        if not stop.is_set() and not saying.text.strip():
            yield from saying.sentence(saying.unsaid or (MUDDLED if calls.made else SPEECHLESS))

    def _request(self, text: str, history: tuple[Message, ...], asked: Asked, offer: Offer) -> ChatRequest:
        """What never changes comes first, the moment comes last: a small machine reads again from the first change."""
        now = self._clock.now().astimezone(self._zone)
        return ChatRequest(
            (Message("system", PERSONA), *history, Message("user", text)),
            tuple(action.tool() for action in offer.actions),
            max_tokens=MAX_TOKENS,
            context=CONTEXT,
            likely_call=offer.likely,
            note=note_of(asked, now, defused(self._recall(asked, text))),
            examples=EXAMPLES,
        )

    def _round(
        self,
        request: ChatRequest,
        calls: Calls,
        occasion: Occasion,
        stop: threading.Event,
        saying: Saying,
        example: str,
    ) -> Generator[Thought, None, list[Message]]:
        """One answer of the model; returns what to tell it: what was wrong with its calls, or what they found.

        With an `example` the talk is about something BMO does: the words wait until it is sure that they claim nothing.
        """
        tags, told, held = Tags(outside=occasion.tainted), list[Message](), list[Reply | Tagged]()
        length = 0
        with closing(self._chat.chat(request)) as chunks:
            for chunk in without_leaks(chunks):
                if stop.is_set() or calls.used_up or length > LONGEST_ANSWER:
                    break
                if isinstance(chunk, Words) and not saying.acted:
                    length += len(chunk.text)
                    if example:
                        held += tags.feed(chunk.text)
                    else:
                        yield from saying.words(tags.feed(chunk.text))
                elif isinstance(chunk, ToolCall):
                    told += yield from self._call(chunk, calls, occasion, saying)
                elif isinstance(chunk, Finished):
                    self.evaluated.check(request, chunk)
        if not saying.acted and not stop.is_set():
            yield from _honest([*held, *tags.finish()], example, saying)
        return told

    def _call(
        self, call: ToolCall, calls: Calls, occasion: Occasion, saying: Saying
    ) -> Generator[Thought, None, list[Message]]:
        # Done at once, not at the end of the stream: if that is cut, what was done has been said.
        try:
            reading = calls.checked(call)
        except BadCall as mistake:
            log.info("the model's call was refused: %s", mistake)
            return _told(call, {}, f"Nothing was done. {mistake}")
        if reading is None:
            return []
        told = yield from self._acting.carry_out([reading], occasion, saying, Origin.MODEL)
        return _told(call, call.arguments, told) if told else []

    def _apology(self, failure: Unavailable, saying: Saying) -> NobodyCould:
        causes = failure.causes if isinstance(failure, NobodyCould) else (failure,)
        return NobodyCould(LOST if saying.text.strip() else f"{CANNOT_THINK} {self._without_model}".strip(), causes)


def _told(call: ToolCall, arguments: Mapping[str, Any], told: str) -> list[Message]:
    asked = Message("assistant", "", tool_calls=(ToolCall(call.name[:60], arguments, call.id),))
    return [asked, Message("tool", told, tool_call_id=call.id)]


def _honest(held: list[Reply | Tagged], example: str, saying: Saying) -> Iterator[Thought]:
    text = "".join(thought.text for thought in held if isinstance(thought, Reply))
    if example and claims_a_deed(text):
        log.warning("the model claimed a deed that was not done: %.80r", text)
        yield from saying.sentence(NOTHING_DONE.format(example))
    else:
        yield from saying.words(held)
