"""Every answer that is not a success: a code and a sentence as JSON, in the form of the API that was asked."""

import logging
from typing import Any, TypeVar

from flask import Flask, Response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from werkzeug.exceptions import HTTPException

from bmo.core.errors import BmoError, Refused
from bmo.core.fields import sentence
from bmo.wire import openai_answers
from bmo.wire.problem import Problem, headers, of_status, problem, status

log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)


def install(app: Flask) -> None:
    """Answer every fault of this app with a `Problem`."""
    app.register_error_handler(BmoError, of_bmo)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_anything)


def parsed(model: type[M], body: bytes) -> M:
    """The body as this message. Raises `Refused` that names the first field that is wrong."""
    try:
        return model.model_validate_json(body)
    except ValidationError as fault:
        raise Refused(sentence(fault)) from fault


def of_bmo(error: BmoError) -> Response:
    """Our own errors carry their sentence."""
    number = _status(error)
    if number == 500:
        log.warning("%s: %s", error.code, error)
    response = answer(problem(error), number)
    response.headers.update(headers(error))
    if number == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of_http(fault: HTTPException) -> Response:
    """Flask's own: unknown address, wrong method, too large."""
    number = fault.code or 500
    response = answer(of_status(number), number)
    if methods := getattr(fault, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(methods))
    return response


def of_anything(fault: Exception) -> Response:
    """A fault of ours: the log has it, the asker gets a sentence and may ask another server."""
    log.error("a route failed", exc_info=fault)
    return answer(Problem(code="error", sentence="Something went wrong inside the AI server; its log says what."), 500)


def answer(body: Problem, number: int) -> Response:
    """The response for this problem, in the form of the API that was asked."""
    response = Response(_written(body, number), number, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def ollama_error(body: Problem) -> dict[str, Any]:
    """A problem as Ollama's API writes it."""
    return {"error": body.sentence}


def _written(body: Problem, number: int) -> bytes:
    if request.path.startswith("/v1/"):
        return to_json(openai_answers.error(body, number))
    if request.path.startswith("/api/"):
        return to_json(ollama_error(body))
    return body.model_dump_json().encode()


def _status(error: BmoError) -> int:
    """What this server does not have is not found here; every other 503 says that a moment later it may be."""
    return 404 if error.code == "absent" else status(error)
