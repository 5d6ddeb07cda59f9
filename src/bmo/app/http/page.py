"""The page itself: public, cached by content, and allowed to load nothing from elsewhere."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_file
from werkzeug.routing import PathConverter

from bmo.app.parts import Parts

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_BUILT = "BMO's page is not built yet. `make run` builds it.\n"
YEAR = 31_536_000


class FilePath(PathConverter):
    """Where a file of the page may lie. Nothing below `api/`: there a wrong method must be told, not a missing file."""

    regex = "(?!api/)[^/].*?"


def routes(parts: Parts) -> Blueprint:
    """`/` and the files that it loads."""
    page = Blueprint("page", __name__)
    page.record_once(lambda state: state.app.url_map.converters.update(file=FilePath))
    root = parts.page.resolve()

    @page.get("/")
    def home() -> Response:
        index = _inside(root, "index.html")
        if index is None:
            return Response(NOT_BUILT, 503, mimetype="text/plain")
        response = send_file(index, conditional=True, etag=True)
        response.headers["Cache-Control"] = "no-cache"
        return response

    @page.get("/<file:name>")
    def file(name: str) -> Response:
        found = _inside(root, name)
        if found is None:
            abort(404)
        response = send_file(found, conditional=True, etag=True)
        # The build puts a hash of the content into the names of what lies in `assets`.
        hashed = name.startswith("assets/")
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if hashed else "no-cache"
        return response

    return page


def headers(response: Response) -> Response:
    """Put the page's rules on every response."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _inside(root: Path, name: str) -> Path | None:
    """The file of this name, if it is one and really lies below the root, links followed."""
    try:
        found = (root / name).resolve()
        return found if found.is_relative_to(root) and found.is_file() else None
    except (OSError, ValueError):  # a name too long, or one with a zero byte: no file has it
        return None
