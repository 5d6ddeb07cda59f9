"""A describer that says what can be said of a picture without looking at it."""

from bmo.capabilities.describe import Description, Question
from bmo.core import picture_file
from bmo.core.errors import BmoError


class FakeDescribe:
    """Tells a picture's kind and size; `questions` keeps what it was asked."""

    def __init__(self, name: str = "fake", *, failure: BmoError | None = None) -> None:
        """`failure` is raised every time."""
        self.name = name
        self.failure = failure
        self.questions: list[Question] = []

    def describe(self, question: Question) -> Description:
        header = picture_file.look(question.picture.data)
        self.questions.append(question)
        if self.failure is not None:
            raise self.failure
        return Description(f"A picture ({header.kind}), {header.width} wide and {header.height} high.", self.name)
