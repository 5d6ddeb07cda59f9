"""The text of the nginx site."""

import pytest

from bmo.core.errors import Refused
from bmo.deploy.nginx import ai_server_site

GIVEN = {"server_name": "ai.example.org", "certificate": "/etc/ssl/a.pem", "certificate_key": "/etc/ssl/a.key"}


def test_a_site_carries_what_it_was_given_and_nginx_keeps_its_variables() -> None:
    site = ai_server_site(**GIVEN, upstream="127.0.0.1:8123", max_body=5_000)

    assert "server_name ai.example.org;" in site
    assert "server 127.0.0.1:8123;" in site
    assert "client_max_body_size 5000;" in site
    assert "proxy_set_header Host $host;" in site
    assert "@" not in site


def test_nothing_but_the_ai_server_is_behind_it() -> None:
    site = ai_server_site(**GIVEN)

    assert site.count("proxy_pass") == 1
    assert "11434" not in site
    assert "authorization" not in site.lower()


@pytest.mark.parametrize("value", ["", "a; include /etc/passwd", "a b", "$host", "a\nb", 'a"', "a{", "a#"])
@pytest.mark.parametrize("name", ["server_name", "certificate", "upstream", "listen"])
def test_a_value_that_would_be_more_than_one_word_is_refused(name: str, value: str) -> None:
    with pytest.raises(Refused, match=name):
        ai_server_site(**{**GIVEN, name: value})  # type: ignore[arg-type]
