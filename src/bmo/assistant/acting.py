"""Carry out what was understood, as far as it is earned."""

from collections.abc import Generator, Iterator, Mapping, Sequence

from bmo.assistant.answering import in_language
from bmo.assistant.asking import question
from bmo.assistant.earned import Occasion, Origin, Unearned, Verdict, judge
from bmo.assistant.intents import Reading
from bmo.assistant.questions import PATIENCE, OpenQuestions
from bmo.assistant.saying import Saying
from bmo.assistant.steps import Steps
from bmo.assistant.walking import Rest, Walking, planned
from bmo.capabilities.action import Done
from bmo.capabilities.steps import Then
from bmo.capabilities.turn import Acted, Stepped, Thought
from bmo.capabilities.wording import Told
from bmo.core.errors import BmoError, NotFound, Refused

ONE_QUESTION = "One question at a time: ask me for the rest after that."


class Acting:
    """Runs actions. The same for commands, for tool calls of a model, for buttons, and after a yes."""

    def __init__(self, questions: OpenQuestions, steps: Steps) -> None:
        self._questions = questions
        self._walking = Walking(steps, self._ask, self._attempt)

    def carry_out(
        self, readings: Sequence[Reading], occasion: Occasion, saying: Saying, origin: Origin = Origin.WORDS
    ) -> Generator[Thought, None, str]:
        """Do the first reading whose object exists: "stop" stops the alarm if one rings, else BMO's voice.

        Returns what a model has to be told: why nothing was done, or the text of others that was found, fenced. Empty
        where the person was told all there is.
        """
        try:
            reading, done = self._attempt(readings, occasion, origin)
        except Unearned as refusal:
            return f"Nothing was done. {refusal.sentence}"
        if isinstance(done, BmoError):
            yield from saying.refused(reading, done)
            return ""
        if reading.action.outside and origin is Origin.MODEL:
            yield saying.found(reading, done)
            return occasion.fence.around(_found(done), reading.action.name)
        yield from saying.done(reading, done)
        if done.then is not None:
            yield from self._walking.walk(done.then, occasion, saying)
        elif isinstance(reading.arguments, Rest) and done.data.get("waiting"):
            yield from planned(Then(reading.arguments.steps, reading.arguments.first))
        return ""

    def done(self, reading: Reading, occasion: Occasion, origin: Origin) -> Done:
        """What came of it, with all of its steps: the deed, or the question that has to be answered first.

        Raises what `earned.judge` and the action raise.
        """
        done = self._once(reading, occasion, origin)
        return done if done.then is None else self._walked(done, done.then, occasion)

    def _attempt(
        self, readings: Sequence[Reading], occasion: Occasion, origin: Origin
    ) -> tuple[Reading, Done | BmoError]:
        """The first reading whose object exists, with what came of it or why nothing did. Raises `Unearned`."""
        missing: tuple[Reading, BmoError] | None = None
        for reading in readings:
            try:
                return reading, self._once(reading, occasion, origin)
            except Unearned:
                raise
            except NotFound as gap:
                missing = missing or (reading, gap)
            except BmoError as refusal:
                return reading, refusal
        assert missing is not None, "there is at least one reading"
        return missing

    def _once(self, reading: Reading, occasion: Occasion, origin: Origin) -> Done:
        action = reading.action
        if judge(reading, origin, occasion) is Verdict.ASK:
            special = action.question
            wording = special(reading.arguments, occasion.asked) if special else question(reading)
            return self._ask(wording, reading, occasion)
        occasion.outside = occasion.outside or action.outside  # also where it fails: its reason may quote what it read
        done = action.run(reading.arguments, occasion.asked)
        if not action.outside and (expects := done.data.get("expects")):
            self._questions.ask(occasion.asked, in_language(occasion.language, expects))
        return done

    def _ask(self, wording: str, reading: Reading, occasion: Occasion) -> Done:
        """Two questions in one turn would leave open what a yes means."""
        if occasion.asking:
            raise Refused(ONE_QUESTION, code="one_question")
        occasion.asking = True
        asked = self._questions.ask(occasion.asked, reading)
        sentence = Told("{question} Say yes within {seconds} seconds.", question=wording, seconds=f"{PATIENCE:.0f}")
        return Done(sentence, {"waiting": True, "question": asked.id, "seconds": PATIENCE}, "alert")

    def _walked(self, done: Done, then: Then, occasion: Occasion) -> Done:
        """For programs and buttons: all steps, and what came of each, in one answer."""
        saying, steps, waiting = Saying(), dict[int, Stepped](), dict[str, object]()
        for thought in self._walking.walk(then, occasion, saying, shown=False):
            match thought:
                case Stepped():
                    steps[thought.number] = thought
                case Acted(result=result) if result.get("waiting"):
                    waiting = {key: result[key] for key in ("waiting", "question", "seconds")}
        told = [{"words": one.words, "state": one.state, "sentence": one.sentence} for one in steps.values()]
        return Done(f"{done.sentence} {saying.text}".strip(), {**done.data, "steps": told, **waiting}, done.tag)


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
