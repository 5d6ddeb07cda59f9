"""Carry out what was understood, as far as it is earned."""

from collections.abc import Generator, Iterator, Mapping, Sequence

from bmo.assistant.asking import question
from bmo.assistant.earned import Occasion, Origin, Unearned, Verdict, judge
from bmo.assistant.intents import Reading
from bmo.assistant.questions import PATIENCE, OpenQuestions
from bmo.assistant.saying import Saying
from bmo.capabilities.action import Done
from bmo.capabilities.turn import Thought
from bmo.core.errors import BmoError, NotFound, Refused

ONE_QUESTION = "One question at a time: ask me for the rest after that."


class Acting:
    """Runs actions. The same for commands, for tool calls of a model, for buttons, and after a yes."""

    def __init__(self, questions: OpenQuestions) -> None:
        self._questions = questions

    def carry_out(
        self, readings: Sequence[Reading], occasion: Occasion, saying: Saying, origin: Origin = Origin.WORDS
    ) -> Generator[Thought, None, str]:
        """Do the first reading whose object exists: "stop" stops the alarm if one rings, else BMO's voice.

        Returns what a model has to be told: why nothing was done, or the text of others that was found, fenced. Empty
        where the person was told all there is.
        """
        problem: tuple[Reading, BmoError] | None = None
        for reading in readings:
            try:
                done = self.done(reading, occasion, origin)
            except Unearned as refusal:
                return f"Nothing was done. {refusal.sentence}"
            except NotFound as missing:
                problem = problem or (reading, missing)
            except BmoError as refusal:
                problem = (reading, refusal)
                break
            else:
                if reading.action.outside and origin is Origin.MODEL:
                    yield saying.found(reading, done)
                    return occasion.fence.around(_found(done), reading.action.name)
                yield from saying.done(reading, done)
                return ""
        if problem is not None:
            yield from saying.refused(*problem)
        return ""

    def done(self, reading: Reading, occasion: Occasion, origin: Origin) -> Done:
        """What came of it: the deed, or the question that has to be answered first.

        Raises what `earned.judge` and the action raise.
        """
        action = reading.action
        if judge(reading, origin, occasion) is Verdict.ASK:
            return self._ask(reading, occasion)
        occasion.outside = occasion.outside or action.outside  # also where it fails: its reason may quote what it read
        done = action.run(reading.arguments, occasion.asked)
        if not action.outside and (expects := done.data.get("expects")):
            self._questions.ask(occasion.asked, str(expects))
        return done

    def _ask(self, reading: Reading, occasion: Occasion) -> Done:
        """Two questions in one turn would leave open what a yes means."""
        if occasion.asking:
            raise Refused(ONE_QUESTION, code="one_question")
        special = reading.action.question
        wording = special(reading.arguments, occasion.asked) if special else question(reading)
        occasion.asking = True
        asked = self._questions.ask(occasion.asked, reading)
        sentence = f"{wording} Say yes within {PATIENCE:.0f} seconds."
        return Done(sentence, {"waiting": True, "question": asked.id, "seconds": PATIENCE}, "alert")


def _found(done: Done) -> str:
    """What a model is told of it: the whole texts where there are any in the data, else the sentence people hear."""
    return "\n\n".join(_texts(done.data)) or done.sentence


def _texts(data: Mapping[str, object]) -> Iterator[str]:
    text, passages = data.get("text"), data.get("passages", ())
    if isinstance(text, str) and text:
        yield f"{data['file']}: {text}" if data.get("file") else text
    for passage in passages if isinstance(passages, list | tuple) else ():
        if isinstance(passage, Mapping):
            yield from _texts(passage)
