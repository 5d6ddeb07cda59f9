"""What BMO has said in one turn, as it will be remembered, and the thoughts that make it so."""

from collections.abc import Iterable, Iterator, Mapping

from bmo.assistant.answering import in_language
from bmo.assistant.intents import Reading
from bmo.assistant.spelling import ENGLISH
from bmo.capabilities.action import Done
from bmo.capabilities.turn import Acted, Reply, Tagged, Thought
from bmo.core.errors import BmoError


class Saying:
    """Collects the words of a turn. Moods are for the face and are not remembered."""

    def __init__(self, language: str = ENGLISH) -> None:
        """`language`: what is said of our own is said in it; a model chooses its own words."""
        self.text = ""
        self._language = language
        self.acted = False
        """Whether an action was carried out or refused."""
        self.ends_conversation = False
        """Whether an action ended the conversation: then this turn is no part of any."""
        self.unsaid = ""
        """What was found for a model and has to be said where that says nothing about it."""

    def worded(self, sentence: str) -> str:
        """This sentence of ours in the language of the turn."""
        return in_language(self._language, sentence)

    def found(self, reading: Reading, done: Done) -> Thought:
        """A model looked something up that others wrote: it is the model that tells the person about it."""
        sentence = self.worded(done.sentence)
        self.unsaid = self.unsaid or sentence
        return _acted(reading, {"sentence": sentence, **done.data}, ok=True)

    def words(self, thoughts: Iterable[Reply | Tagged]) -> Iterator[Thought]:
        """The model's words, as they come."""
        for thought in thoughts:
            if isinstance(thought, Reply):
                self.text += thought.text
            yield thought

    def sentence(self, sentence: str) -> Iterator[Thought]:
        """A whole sentence, with a gap to what was said before."""
        sentence = self.worded(sentence)
        if sentence:
            gap = " " if self.text and not self.text[-1].isspace() else ""
            yield from self.words([Reply(gap + sentence)])

    def done(self, reading: Reading, done: Done) -> Iterator[Thought]:
        """An action was carried out: its own sentence is the answer, the truest there is."""
        self.ends_conversation = self.ends_conversation or bool(done.data.get("conversation_over"))
        sentence = self.worded(done.sentence)
        yield from self._acted(reading, {"sentence": sentence, **done.data}, ok=True)
        if done.tag:
            yield Tagged(done.tag)
        yield from self.sentence(done.sentence)

    def refused(self, reading: Reading, refusal: BmoError) -> Iterator[Thought]:
        """An action could not be carried out, for a reason that people understand."""
        sentence = self.worded(refusal.sentence)
        yield from self._acted(reading, {"sentence": sentence, "code": refusal.code}, ok=False)
        yield from self.sentence(refusal.sentence)

    def _acted(self, reading: Reading, result: dict[str, object], *, ok: bool) -> Iterator[Thought]:
        self.acted = True
        yield _acted(reading, result, ok=ok)


def _acted(reading: Reading, result: Mapping[str, object], *, ok: bool) -> Acted:
    arguments = reading.arguments.model_dump(mode="json", exclude_defaults=True)
    return Acted(reading.action.name, arguments, {k: v for k, v in result.items() if k != "expects"}, ok)
