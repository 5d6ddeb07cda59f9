"""Detect objects on an AI server: the picture as it is, one JSON answer out."""

from urllib.parse import urlencode

from pydantic import ValidationError

from bmo.capabilities.detect import Look, Sight, Thing
from bmo.capabilities.media import Box
from bmo.core import picture_file
from bmo.core.errors import Malformed
from bmo.remote.server import Server, read_all
from bmo.wire.vision import SightAnswer


class RemoteDetect:
    """The eyes of an AI server."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self._server = server

    def detect(self, look: Look) -> Sight:
        """As `Detect.detect`; the patience's `first` is for the whole answer."""
        headers = {"Content-Type": picture_file.look(look.picture.data).kind, "Accept": "application/json"}
        deadline = self._server.deadline(look.patience)
        path = f"/vision/detect?{urlencode({'least': look.least})}"
        with self._server.exchange("POST", path, deadline, look.picture.data, headers) as response:
            body = read_all(response, self._server)
        try:
            answer = SightAnswer.model_validate_json(body)
        except ValidationError as fault:
            raise Malformed(f"{self._server.called} sent a detection that makes no sense.") from fault
        things = tuple(Thing(one.label, one.score, Box(**one.box.model_dump())) for one in answer.things)
        return Sight(things, answer.width, answer.height, answer.model)
