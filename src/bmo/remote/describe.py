"""Describe a picture on an AI server: the picture as it is, one JSON answer out."""

from urllib.parse import urlencode

from pydantic import ValidationError

from bmo.capabilities.describe import Description, Question
from bmo.core import picture_file
from bmo.core.errors import Malformed, TooLarge
from bmo.remote.server import Server, read_all
from bmo.wire.vision import MOST_QUESTION, DescriptionAnswer


class RemoteDescribe:
    """The vision model of an AI server."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self._server = server

    def describe(self, question: Question) -> Description:
        """As `Describe.describe`; the patience's `first` is for the whole answer. Raises `TooLarge` for a question of
        more than 300 characters."""
        if len(question.text) > MOST_QUESTION:
            raise TooLarge(f"A question about a picture has at most {MOST_QUESTION} characters.")
        headers = {"Content-Type": picture_file.look(question.picture.data).kind, "Accept": "application/json"}
        deadline = self._server.deadline(question.patience)
        path = f"/vision/describe?{urlencode({'question': question.text, 'max_tokens': question.max_tokens})}"
        with self._server.exchange("POST", path, deadline, question.picture.data, headers) as response:
            body = read_all(response, self._server)
        try:
            answer = DescriptionAnswer.model_validate_json(body)
        except ValidationError as fault:
            raise Malformed(f"{self._server.called} sent a description that makes no sense.") from fault
        return Description(answer.text, answer.model)
