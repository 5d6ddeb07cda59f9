"""Ask a model, and do what it soundly asks for. The prompt only grows at its end, so its beginning stays cached."""

import logging
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import tzinfo
from typing import Any, TypeAlias

from bmo.assistant.acting import Acting
from bmo.assistant.claims import claims_a_deed, topic
from bmo.assistant.earned import Occasion, Origin, is_earned
from bmo.assistant.intents import Reading
from bmo.assistant.leaks import without_leaks
from bmo.assistant.outside import defused
from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.assistant.prompt import CONTEXT, Evaluated, note_of
from bmo.assistant.ranking import Offer, Ranker
from bmo.assistant.saying import Saying
from bmo.assistant.tags import Tags
from bmo.assistant.tools import BadCall, Calls
from bmo.assistant.walking import plan_of
from bmo.capabilities.action import Action, Asked, Effect
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, Message, ToolCall, Words
from bmo.capabilities.turn import Reply, Tagged, Thought
from bmo.capabilities.wording import Told
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
NOTHING_DONE = "I have not done anything yet. Say it like this: {example}."

Wishes: TypeAlias = list[tuple[ToolCall, Reading]]
"""What a model wants changed in one answer."""

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
        request = self._request(text, history, occasion, offer)
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

    def _request(self, text: str, history: tuple[Message, ...], occasion: Occasion, offer: Offer) -> ChatRequest:
        """What never changes comes first, the moment comes last: a small machine reads again from the first change."""
        asked, now = occasion.asked, self._clock.now().astimezone(self._zone)
        return ChatRequest(
            (Message("system", PERSONA), *history, Message("user", text)),
            tuple(action.tool() for action in offer.actions),
            max_tokens=MAX_TOKENS,
            context=CONTEXT,
            likely_call=offer.likely,
            note=note_of(asked, now, defused(self._recall(asked, text)), occasion.language),
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
        wishes: Wishes = []
        length = 0
        with closing(self._chat.chat(request)) as chunks:
            for chunk in _until_cut(without_leaks(chunks), wishes):
                if stop.is_set() or calls.used_up or length > LONGEST_ANSWER:
                    break
                if isinstance(chunk, Words) and not saying.acted:
                    length += len(chunk.text)
                    if example or wishes:
                        held += tags.feed(chunk.text)
                    else:
                        yield from saying.words(tags.feed(chunk.text))
                elif isinstance(chunk, ToolCall):
                    told += yield from self._call(chunk, calls, wishes, occasion, saying)
                elif isinstance(chunk, Finished):
                    self.evaluated.check(request, chunk)
        if not stop.is_set():
            told += yield from self._granted(wishes, occasion, saying)
        if not saying.acted and not stop.is_set():
            yield from _honest([*held, *tags.finish()], example, saying)
        return told

    def _call(
        self, call: ToolCall, calls: Calls, wishes: Wishes, occasion: Occasion, saying: Saying
    ) -> Generator[Thought, None, list[Message]]:
        """What it looks up is done at once, a change when it is clear whether others come with it."""
        try:
            reading = calls.checked(call)
        except BadCall as mistake:
            log.info("the model's call was refused: %s", mistake)
            return _told(call, {}, f"Nothing was done. {mistake}")
        if reading is None:
            return []
        if reading.action.effect is not Effect.READS:
            wishes.append((call, reading))
            return []
        return (yield from self._done(call, reading, occasion, saying))

    def _granted(self, wishes: Wishes, occasion: Occasion, saying: Saying) -> Generator[Thought, None, list[Message]]:
        """The changes of one answer: one by one where all are of one kind, else as a plan that needs one yes."""
        told = list[Message]()
        earned = [(call, reading) for call, reading in wishes if is_earned(reading, occasion)]
        if len({reading.action.name for _, reading in earned}) > 1:
            plan = plan_of([reading for _, reading in earned])
            yield from self._acting.carry_out([plan], occasion, saying)
            return told
        for call, reading in wishes:
            told += yield from self._done(call, reading, occasion, saying)
        return told

    def _done(
        self, call: ToolCall, reading: Reading, occasion: Occasion, saying: Saying
    ) -> Generator[Thought, None, list[Message]]:
        told = yield from self._acting.carry_out([reading], occasion, saying, Origin.MODEL)
        return _told(call, call.arguments, told) if told else []

    def _apology(self, failure: Unavailable, saying: Saying) -> NobodyCould:
        causes = failure.causes if isinstance(failure, NobodyCould) else (failure,)
        why = saying.worded(LOST if saying.text.strip() else CANNOT_THINK)
        return NobodyCould(
            why if saying.text.strip() else f"{why} {saying.worded(self._without_model)}".strip(), causes
        )


def _until_cut(chunks: Iterator[ChatChunk], wishes: Wishes) -> Iterator[ChatChunk]:
    """An answer that is cut after it wished for something counts as said to its end: the wish was whole."""
    try:
        yield from chunks
    except Unavailable as failure:
        if not wishes:
            raise
        log.warning("the model's answer was cut after its wishes: %s", failure)


def _told(call: ToolCall, arguments: Mapping[str, Any], told: str) -> list[Message]:
    asked = Message("assistant", "", tool_calls=(ToolCall(call.name[:60], arguments, call.id),))
    return [asked, Message("tool", told, tool_call_id=call.id)]


def _honest(held: list[Reply | Tagged], example: str, saying: Saying) -> Iterator[Thought]:
    text = "".join(thought.text for thought in held if isinstance(thought, Reply))
    if example and claims_a_deed(text):
        log.warning("the model claimed a deed that was not done: %.80r", text)
        yield from saying.sentence(Told(NOTHING_DONE, example=Told(example)))
    else:
        yield from saying.words(held)
