"""An Ollama server as somebody else's client sees it: what it answers is handed on as it is, what it is asked is not.

Who may name which model, and within which limits, is decided here; whatever would change the models of the server has
no way through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bmo.bridges.line import Line
from bmo.capabilities.chat import USUAL
from bmo.capabilities.provider import Stream
from bmo.core.errors import Malformed, NotFound, TurnedAway

_LATEST = ":latest"
_NO_PATIENCE = None
"""Nobody else could answer: a server that still loads its model is waited for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An object of an answer."""

    line: bytes
    """As the server wrote it, without its line end."""
    done: bool
    """Whether it is the last one."""


class OllamaServer:
    """The models of one server that may be used through us."""

    def __init__(
        self, url: str, models: Sequence[str], *, max_tokens: int, context: int | None = None, name: str = "ollama"
    ) -> None:
        """`models`: those that may be named, the usual one first. `max_tokens`: new tokens in an answer at most.

        `context`: tokens that prompt and answer have, and at most have where a client asks for more: another number
        makes the server load its model anew.
        """
        self.models = tuple(models)
        self._max_tokens = max_tokens
        self._context = context
        self._name = name
        self._line = Line(name, url, {})

    def knows(self, model: str) -> bool:
        """Whether this model may be asked for."""
        return self._named(model) is not None

    def words(self, path: Literal["/api/chat", "/api/generate"], body: Mapping[str, Any]) -> Stream[Piece]:
        """The objects of an answer, the last one `done`. Raises `NotFound` for a model that is not ours to use."""
        asked = {**body, "model": self._model(str(body["model"])), "options": self._options(body.get("options") or {})}
        return self._pieces(path, asked)

    def answer(self, path: Literal["/api/embed", "/api/show"], body: Mapping[str, Any]) -> dict[str, Any]:
        """An answer that is one object. Raises as `words`."""
        asked = {**body, "model": self._model(str(body["model"]))}
        try:
            return self._line.whole("POST", path, asked)
        except TurnedAway as fault:
            raise self._absent(fault, asked["model"]) from fault

    def listed(self, path: Literal["/api/tags", "/api/ps"]) -> dict[str, Any]:
        """The models on disk, or in memory; those that may be asked for, and no others."""
        told = self._line.whole("GET", path).get("models")
        if not isinstance(told, list):
            raise Malformed(f"{self._name} does not list its models.")
        return {"models": [one for one in told if isinstance(one, dict) and self.knows(str(one.get("name")))]}

    def version(self) -> str:
        """Of the server."""
        return str(self._line.whole("GET", "/api/version").get("version", ""))

    def _pieces(self, path: str, body: Mapping[str, Any]) -> Stream[Piece]:
        try:
            with self._line.posted(path, body, _NO_PATIENCE) as lines:
                for line in lines:
                    event = self._line.event(line)
                    if "error" in event:
                        raise Malformed(f"{self._name} failed in the middle of its answer: {event['error']}")
                    yield Piece(line, bool(event.get("done")))
                    if event.get("done"):
                        return
        except TurnedAway as fault:
            raise self._absent(fault, str(body["model"])) from fault
        raise Malformed(f"{self._name} stopped in the middle of its answer.")

    def _named(self, model: str) -> str | None:
        plain = model.removesuffix(_LATEST)
        known = {one.removesuffix(_LATEST): one for one in self.models}
        return known.get(plain) or (self.models[0] if plain == USUAL else None)

    def _model(self, model: str) -> str:
        named = self._named(model)
        if named is None:
            raise NotFound(
                f"There is no model {model[:80]!r} here, but {', '.join(self.models)}.", code="model_not_found"
            )
        return named

    def _options(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        tokens = asked.get("num_predict", self._max_tokens)
        options = {**asked, "num_predict": min(tokens, self._max_tokens) if tokens > 0 else self._max_tokens}
        if self._context is not None:
            options["num_ctx"] = min(asked.get("num_ctx", self._context), self._context)
        return options

    def _absent(self, fault: TurnedAway, model: str) -> Exception:
        """A model that is named in the settings but was never pulled."""
        if fault.status != 404:
            return fault
        return NotFound(f"{self._name} does not have the model {model!r}: pull it there.", code="model_not_found")
