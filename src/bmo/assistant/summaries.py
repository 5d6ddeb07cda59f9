"""Old turns are summed up in the background, by a model or, without one, from the person's own sentences.

Never while somebody talks: a small machine has one model, and whoever talks goes first. The request begins like every
other one, so what the model has in its cache of BMO's character stays there.
"""

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from bmo.assistant.conversation import Conversations, Summary, Turn, Waiting
from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.assistant.tags import Tags
from bmo.capabilities.chat import Chat, ChatRequest, Message, Words
from bmo.capabilities.turn import Reply
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Refused, Unavailable

LONGEST = 600
"""Characters of a summary: some 150 tokens, read with every turn that follows."""
MOST = 32
"""Conversations that wait to be summed up; more come back when their next turns are dropped."""
IDLE_SECONDS = 20.0
"""Nobody has talked for so long before a model is asked."""
TIDY_SECONDS = 3_600.0
SUM_UP = "Sum up in at most three short sentences what I told you and asked you so far, so that you can remember it."
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")

log = logging.getLogger(__name__)


class _Interrupted(Exception):
    """Somebody talks: later."""


class Summaries:
    """Sums up what falls off the histories. One thread; call `start` to have it done."""

    def __init__(
        self,
        conversations: Conversations,
        chat: Chat,
        clock: Clock,
        *,
        idle_seconds: float = IDLE_SECONDS,
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        """`tidy` is called now and then by the same thread, to delete what is too old."""
        self._conversations = conversations
        self._chat = chat
        self._clock = clock
        self._idle = idle_seconds
        self._tidy = tidy
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._talking = 0
        self._quiet_since = clock.monotonic()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="summaries", daemon=True)
        conversations.dropped = self.want

    def start(self) -> None:
        """Sum up what waits, also from before this program ran."""
        self._thread.start()

    def close(self) -> None:
        """End; what is not summed up waits in the database."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def want(self, conversation: str) -> None:
        """Sum this one up soon. Never waits."""
        with self._changed:
            if len(self._waiting) < MOST:
                self._waiting[conversation] = None
            self._changed.notify_all()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Somebody talks: summing up stops, and goes on when nobody has for a while."""
        with self._changed:
            self._talking += 1
        try:
            yield
        finally:
            with self._changed:
                self._talking -= 1
                self._quiet_since = self._clock.monotonic()
                self._changed.notify_all()

    def sum_up(self, conversation: str) -> bool:
        """Sum up one conversation now; False when somebody began to talk. Raises `Broken`."""
        waiting = self._conversations.waiting(conversation)
        if not waiting.turns:
            return True
        try:
            text = self._asked_for(waiting)
        except (Unavailable, Refused) as failure:
            log.info("no model sums up, the person's own words have to do: %s", failure)
            text = extract(waiting.summary, waiting.turns)
        except _Interrupted:
            return False
        self._conversations.summed_up(conversation, waiting, text or extract(waiting.summary, waiting.turns))
        return True

    def _asked_for(self, waiting: Waiting) -> str:
        tags, text = Tags(), ""
        with closing(self._chat.chat(_request(waiting))) as chunks:
            for chunk in chunks:
                if self._talking or self._closing:
                    raise _Interrupted
                if isinstance(chunk, Words):
                    text += "".join(part.text for part in tags.feed(chunk.text) if isinstance(part, Reply))
        text += "".join(part.text for part in tags.finish() if isinstance(part, Reply))
        return " ".join(text.split())[:LONGEST]

    def _run(self) -> None:
        tidied = -TIDY_SECONDS
        for unsummed in self._before():
            self.want(unsummed)
        while (conversation := self._next()) is not None:
            try:
                if self._clock.monotonic() - tidied >= TIDY_SECONDS:
                    tidied = self._clock.monotonic()
                    self._tidy()
                if conversation and not self.sum_up(conversation):
                    self.want(conversation)
            except BmoError as fault:
                log.warning("a conversation was not summed up: %s", fault.sentence)

    def _before(self) -> Sequence[str]:
        try:
            return self._conversations.unsummed(MOST)
        except BmoError as fault:
            log.warning("old conversations are not summed up: %s", fault.sentence)
            return ()

    def _next(self) -> str | None:
        """The next conversation once all is quiet; empty when it is time to tidy, None to end."""
        with self._changed:
            if not self._closing and not self._waiting:
                self._changed.wait(TIDY_SECONDS)
            while not self._closing and self._waiting:
                left = self._quiet_since + self._idle - self._clock.monotonic()
                if not self._talking and left <= 0:
                    return self._waiting.popitem(last=False)[0]
                self._changed.wait(None if self._talking else left)
            return None if self._closing else ""


def extract(before: Summary, turns: Sequence[Turn]) -> str:
    """What the person said, in their own words: as many of the latest sentences as there is room for."""
    said = [" ".join(part.split()) for turn in turns for part in _SENTENCE.findall(turn.asked)]
    sentences = [*([before.text] if before.text else []), *(part for part in said if len(part.split()) > 2)]
    kept: list[str] = []
    room = LONGEST
    for sentence in reversed(sentences):
        ended = sentence if sentence[-1] in ".!?" else f"{sentence}."
        room -= len(ended) + 1
        if room < 0:
            kept = kept or [ended[:LONGEST]]
            break
        kept.insert(0, ended)
    return " ".join(kept)


def _request(waiting: Waiting) -> ChatRequest:
    earlier = f"{SUM_UP} Before that: {waiting.summary.text}" if waiting.summary.text else SUM_UP
    said = [
        message
        for turn in waiting.turns
        for message in (Message("user", turn.asked), Message("assistant", turn.answered))
    ]
    messages = (Message("system", PERSONA), *said, Message("user", earlier))
    return ChatRequest(messages, max_tokens=150, examples=EXAMPLES)
