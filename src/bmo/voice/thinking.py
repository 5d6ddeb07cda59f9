"""The first thread of a turn: understand what was said, let the brain answer, and cut its words into clauses."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import TypeAlias, get_args

from bmo.capabilities.action import Asked
from bmo.capabilities.chain import Attempt
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Mood
from bmo.capabilities.transcribe import Recording, Transcribe
from bmo.capabilities.turn import Brain, Ended, Failing, Heard, Recognised, Reply, Said, Tagged
from bmo.core.errors import BmoError, Cancelled, NobodyCould
from bmo.voice.aloud import Aloud
from bmo.voice.clauses import Clauses
from bmo.voice.endings import CANCELLED, DONE, NOTHING_HEARD
from bmo.voice.flow import Stopwatch
from bmo.voice.guess import Guess
from bmo.voice.imagined import imagined
from bmo.voice.speakable import spoken
from bmo.voice.telling import TurnFlow
from bmo.voice.who import Recognition


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
    ) -> None:
        """`note` takes what was attempted before the turn began."""
        self._brain = brain
        self._transcribe = transcribe
        self._flow = flow
        self._watch = watch
        self._voice = voice
        self._note = note
        self._clauses = Clauses()
        self._mood: Mood = "neutral"

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
            self._aloud(self._clauses.finish())
            self._mood = "neutral"
            self._aloud([failure.sentence])
            return Ended("failed", failure.code, failure.sentence, failure)
        else:
            self._aloud(self._clauses.finish())
            return DONE
        finally:
            if self._voice is not None:
                self._voice.no_more()

    def understood(
        self, sound: Pcm, asked: Asked, guess: Guess | None = None, recognition: Recognition | None = None
    ) -> Said | None:
        """What was said, or None when nobody spoke; with the speaker's name if it is known by then.

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
        return Said(text, self._recognised(asked, recognition))

    def _recognised(self, asked: Asked, recognition: Recognition | None) -> Asked:
        """Nobody waits: a name that comes later is told to whoever watches, and the brain does without."""
        if recognition is None:
            return asked
        verdict = recognition.verdict
        recognition.tell(lambda found: self._flow.put(Recognised(found.person, found.likeness)))
        return replace(asked, speaker=verdict.person) if verdict else asked

    def _answer(self, said: Said) -> None:
        with closing(self._brain.answer(said, self._flow.halt)) as thoughts:
            for thought in thoughts:
                if self._flow.halt.is_set():
                    return
                if isinstance(thought, Reply):
                    self._watch.mark("first_word")
                self._flow.put(thought)
                if isinstance(thought, Reply):
                    self._aloud(self._clauses.feed(thought.text))
                elif isinstance(thought, Tagged):
                    self._turn(thought.tag)

    def _turn(self, tag: str) -> None:
        """What follows is said in this mood; a sentence that a tag stands in the midst of, too."""
        self._aloud(self._clauses.turn())
        self._mood = next((mood for mood in get_args(Mood) if mood == tag), self._mood)

    def _aloud(self, clauses: list[str]) -> None:
        for clause in clauses:
            words = spoken(clause)
            if self._voice is not None and words:
                self._watch.mark("first_clause")
                self._voice.say(words, self._mood)


Question: TypeAlias = Callable[[Thinking], Said | None]
"""How a turn learns what is asked; None means that nobody spoke."""
