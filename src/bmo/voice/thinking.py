"""The first thread of a turn: understand what was said, let the brain answer, and cut its words into clauses."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from bmo.capabilities.action import Asked
from bmo.capabilities.chain import Attempt
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording, Transcribe
from bmo.capabilities.turn import Brain, Ended, Failing, Heard, Recognised, Reply, Said, Tagged
from bmo.core.errors import BmoError, Cancelled, NobodyCould
from bmo.voice.aloud import Aloud
from bmo.voice.endings import CANCELLED, DONE, NOTHING_HEARD
from bmo.voice.flow import Stopwatch
from bmo.voice.guess import Guess
from bmo.voice.imagined import imagined
from bmo.voice.manners import Delivery
from bmo.voice.tag_desk import MOST_TAGS, TagDesk
from bmo.voice.telling import TurnFlow
from bmo.voice.who import Recognition, Who


class Thinking:
    """Runs the brain for one turn. `voice` gets the clauses; None when nobody listens."""

    def __init__(
        self,
        brain: Brain,
        transcribe: Transcribe,
        flow: TurnFlow,
        watch: Stopwatch,
        voice: Aloud | None,
        note: Callable[[Attempt], None],
        tags: TagDesk,
    ) -> None:
        """`note` takes what was attempted before the turn began; `tags` acts on the response tags."""
        self._brain = brain
        self._transcribe = transcribe
        self._flow = flow
        self._watch = watch
        self._voice = voice
        self._note = note
        self._tags = tags
        self._tagged = 0
        """Tags so far."""
        self._delivery = Delivery(voice, partial(watch.mark, "first_clause"))

    def run(self, question: "Question") -> Ended:
        """Answer the question and let the voice finish. Returns how it ended."""
        try:
            said = question(self)
            if said is None:
                return NOTHING_HEARD
            self._answer(said)
        except Cancelled:
            return CANCELLED
        except BmoError as failure:
            self._flow.put(Failing(failure.code, failure.sentence))
            self._delivery.finish()
            self._delivery.sentence(failure.sentence)
            return Ended("failed", failure.code, failure.sentence, failure)
        else:
            self._delivery.finish()
            return DONE
        finally:
            if self._voice is not None:
                self._voice.no_more()

    def understood(
        self,
        sound: Pcm,
        asked: Asked,
        guess: Guess | None = None,
        recognition: Recognition | None = None,
        who: Who | None = None,
    ) -> Said | None:
        """What was said, or None when nobody spoke; with the speaker's name and role if `who` knows by then.

        Raises `BmoError`.
        """
        try:
            transcript = guess.transcript(self._flow.halt) if guess else self._transcribe.transcribe(Recording(sound))
        except NobodyCould as failure:
            raise NobodyCould(failure.sentence, failure.causes, code="cannot_hear") from failure
        finally:
            for attempt in guess.attempts if guess else ():
                self._note(attempt)
        if transcript is None:
            return None
        self._watch.mark("transcript")
        if imagined(transcript, sound):
            return None
        text = transcript.text.strip()
        self._flow.put(Heard(text))
        asked = replace(asked, language=transcript.language)
        return Said(text, self._recognised(asked, recognition, who), sound=sound)

    def _recognised(self, asked: Asked, recognition: Recognition | None, who: Who | None) -> Asked:
        """Nobody waits: a name that comes later is told to whoever watches, and the brain does without."""
        if recognition is not None:
            recognition.tell(lambda found: self._flow.put(Recognised(found.person, found.likeness)))
        return who.asking(asked, recognition) if who else asked

    def _answer(self, said: Said) -> None:
        with closing(self._brain.answer(said, self._flow.halt)) as thoughts:
            for thought in thoughts:
                if self._flow.halt.is_set():
                    return
                match thought:
                    case Reply(text):
                        self._watch.mark("first_word")
                        self._flow.put(thought)
                        self._delivery.feed(text)
                    case Tagged():
                        self._tag(thought, said.asked)
                    case _:
                        self._flow.put(thought)

    def _tag(self, tagged: Tagged, asked: Asked) -> None:
        """What somebody refuses to act on is told with the reason, for the record of the turn."""
        self._tagged += 1
        if self._tagged > MOST_TAGS:
            return
        made = self._tags.act(tagged, asked)
        if isinstance(made, Tagged) and not made.refused:
            made = replace(made, clause=self._delivery.turn(made))
        self._flow.put(made)


Question: TypeAlias = Callable[[Thinking], Said | None]
"""How a turn learns what is asked; None means that nobody spoke."""
