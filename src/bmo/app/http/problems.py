"""Every error of a route as the same JSON: a code and a sentence. Never a traceback."""

import logging

from flask import Flask, Response, request
from pydantic import ValidationError
from pydantic_core import to_json
from werkzeug.exceptions import HTTPException

from bmo.core.errors import BmoError, Busy, Refused
from bmo.core.fields import sentence
from bmo.wire import openai_answers
from bmo.wire.problem import Problem, headers, of_status, problem, status

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer every fault of this app with a `Problem`."""
    app.register_error_handler(BmoError, of_bmo)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(ValidationError, lambda fault: of_bmo(Refused(sentence(fault))))
    app.register_error_handler(Exception, of_anything)


def of_bmo(error: BmoError) -> Response:
    """Our own errors carry their sentence."""
    number = status(error)
    if number >= 500 and not isinstance(error, Busy):
        log.warning("%s: %s", error.code, error)
    response = answer(problem(error), number)
    response.headers.update(headers(error))
    return response


def of_http(fault: HTTPException) -> Response:
    """Flask's own: unknown address, wrong method, too large."""
    number = fault.code or 500
    response = answer(of_status(number), number)
    allowed = getattr(fault, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def of_anything(fault: Exception) -> Response:
    """A fault of ours: the log has it, the person gets a sentence."""
    log.error("a route failed", exc_info=fault)
    return answer(Problem(code="error", sentence="Something went wrong inside BMO. Its log says what."), 500)


def answer(body: Problem, number: int) -> Response:
    """The response for this problem, in the form of the API that was asked."""
    of_openai = request.path.startswith("/v1/")
    written = to_json(openai_answers.error(body, number)) if of_openai else body.model_dump_json()
    response = Response(written, number, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
