"""Every error of a route as the same JSON: a code and a sentence. Never a traceback."""

import logging

from flask import Flask, Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from bmo.core.errors import BmoError, Busy, Refused
from bmo.wire.problem import Problem, problem, status

log = logging.getLogger(__name__)

HTTP_SENTENCES = {
    400: ("bad_request", "BMO did not understand this request."),
    404: ("not_found", "There is nothing at this address."),
    405: ("wrong_method", "This address takes other methods than this one."),
    408: ("timed_out", "The request came in too slowly."),
    413: ("too_large", "This is too large."),
    415: ("wrong_type", "This is not the kind of data that belongs here."),
}


def install(app: Flask) -> None:
    """Answer every fault of this app with a `Problem`."""
    app.register_error_handler(BmoError, of_bmo)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(ValidationError, lambda fault: of_bmo(of_fields(fault)))
    app.register_error_handler(Exception, of_anything)


def of_bmo(error: BmoError) -> Response:
    """Our own errors carry their sentence."""
    number = status(error)
    if number >= 500 and not isinstance(error, Busy):
        log.warning("%s: %s", error.code, error)
    response = answer(problem(error), number)
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


def of_http(fault: HTTPException) -> Response:
    """Flask's own: unknown address, wrong method, too large."""
    number = fault.code or 500
    code, sentence = HTTP_SENTENCES.get(number, ("error", "BMO cannot do that."))
    response = answer(Problem(code=code, sentence=sentence), number)
    allowed = getattr(fault, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def of_fields(fault: ValidationError) -> Refused:
    """The first field of a body that is wrong."""
    error = fault.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in error["loc"])
    what = error["msg"].removeprefix("Value error, ")
    return Refused(f"{where}: {what}." if where else f"{what}.")


def of_anything(fault: Exception) -> Response:
    """A fault of ours: the log has it, the person gets a sentence."""
    log.error("a route failed", exc_info=fault)
    return answer(Problem(code="error", sentence="Something went wrong inside BMO. Its log says what."), 500)


def answer(body: Problem, number: int) -> Response:
    """The response for this problem."""
    response = Response(body.model_dump_json(), number, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
