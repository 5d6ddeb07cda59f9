"""Carry out what was understood, and nothing dangerous without a yes."""

from collections.abc import Generator, Sequence

from bmo.assistant.intents import Reading
from bmo.assistant.questions import PATIENCE, OpenQuestions
from bmo.assistant.saying import Saying
from bmo.capabilities.action import Asked, Done, Effect
from bmo.capabilities.turn import Thought
from bmo.core.errors import BmoError, NotFound


class Acting:
    """Runs actions. The same for commands, for tool calls of a model, and after a yes."""

    def __init__(self, questions: OpenQuestions) -> None:
        self._questions = questions

    def carry_out(
        self, readings: Sequence[Reading], asked: Asked, saying: Saying, *, confirmed: bool = False
    ) -> Generator[Thought, None, None]:
        """Do the first reading whose object exists: "stop" stops the alarm if one rings, else BMO's voice."""
        problem: tuple[Reading, BmoError] | None = None
        for reading in readings:
            try:
                done = self._done(reading, asked, confirmed)
            except NotFound as missing:
                problem = problem or (reading, missing)
            except BmoError as refusal:
                problem = (reading, refusal)
                break
            else:
                yield from saying.done(reading, done)
                return
        if problem is not None:
            yield from saying.refused(*problem)

    def _done(self, reading: Reading, asked: Asked, confirmed: bool) -> Done:
        action = reading.action
        if action.effect is Effect.DANGEROUS and not confirmed:
            self._questions.ask(asked, reading)
            says = action.says.rstrip(".")
            return Done(
                f"Shall I really do that: {says[:1].lower()}{says[1:]}? Say yes within {PATIENCE:.0f} seconds.",
                {"waiting": True},
                "alert",
            )
        done = action.run(reading.arguments, asked)
        if expects := done.data.get("expects"):
            self._questions.ask(asked, str(expects))
        return done
