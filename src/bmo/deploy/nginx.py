"""The nginx site of the AI server, filled in."""

import re
from importlib import resources
from string import Template

from bmo.core.errors import Refused

_SAFE = re.compile(r"[A-Za-z0-9_./:\[\]*@-]+")
"""Nothing that ends a directive or begins a variable, a string or a comment."""


class _Site(Template):
    """`@name`, because `$name` is nginx's own."""

    delimiter = "@"


def ai_server_site(
    *,
    server_name: str,
    certificate: str,
    certificate_key: str,
    listen: str = "443",
    upstream: str = "127.0.0.1:8000",
    max_body: int = 16_000_000,
    body_seconds: int = 20,
    access_log: str = "/var/log/nginx/bmo-ai-server.log",
) -> str:
    """The text of the site.

    `max_body` in bytes and `body_seconds` are those of the AI server's settings, so that nginx refuses what the AI
    server would refuse. Raises `Refused` for a value that is no single word of a configuration.
    """
    words = {
        "server_name": server_name,
        "certificate": certificate,
        "certificate_key": certificate_key,
        "listen": listen,
        "upstream": upstream,
        "access_log": access_log,
    }
    for name, word in words.items():
        if not _SAFE.fullmatch(word):
            raise Refused(f"{word[:60]!r} cannot stand in an nginx site as its {name}.")
    template = resources.files(__package__).joinpath("ai_server_nginx.conf.template").read_text()
    return _Site(template).substitute(words, max_body=max_body, body_seconds=f"{body_seconds}s")
