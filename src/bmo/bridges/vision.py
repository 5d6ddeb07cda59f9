"""Describe pictures with any chat whose model can see: one at Ollama, or at an OpenAI-compatible server."""

from contextlib import closing

from bmo.capabilities.chat import Chat, ChatRequest, Finished, Message, Words
from bmo.capabilities.describe import Description, Question
from bmo.core import picture_file
from bmo.core.errors import Malformed

_TEMPERATURE = 0.2
"""Low: what is in the picture, not what might be."""


class DescribeByChat:
    """The question and the picture as one message of a person; the answer is the description."""

    def __init__(self, chat: Chat, name: str = "") -> None:
        """`chat` must take pictures; `name` is the chat's unless given."""
        self.name = name or chat.name
        self._chat = chat

    def describe(self, question: Question) -> Description:
        """As `Describe.describe`. Raises `Malformed` when nothing was said, too."""
        picture_file.look(question.picture.data)
        request = ChatRequest(
            (Message("user", question.text, images=(question.picture,)),),
            max_tokens=question.max_tokens,
            temperature=_TEMPERATURE,
            patience=question.patience,
        )
        text, model = "", ""
        with closing(self._chat.chat(request)) as chunks:
            for chunk in chunks:
                match chunk:
                    case Words():
                        text += chunk.text
                    case Finished():
                        model = chunk.model
        if not text.strip():
            raise Malformed(f"{self.name} said nothing about the picture.")
        return Description(text.strip(), model)
