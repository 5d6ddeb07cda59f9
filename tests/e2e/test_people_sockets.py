"""Whoever may do less than before, or is gone, loses their socket at once; a new name only makes it come again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.test_app_server import Page, Server, until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]
JSON = {"Content_Type": "application/json"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def mia(server: Server) -> Iterator["Mia"]:
    signed_in = Mia(server)
    yield signed_in
    signed_in.page.io.disconnect()


class Mia:
    """A child with a socket, and the owner who decides about her."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.owner = {**server.sign_in(), **JSON}
        told = self.change("POST", "/api/people", {"name": "Mia", "role": "child", "pin": "2468"})
        self.id = told["people"][1]["id"]
        answer = server.ask("POST", "/sign-in/pin", '{"pin": "2468"}', **JSON)
        self.cookie = {"Cookie": answer[2]["Set-Cookie"].split(";")[0]}
        self.page = Page()
        assert self.page.connect(server.url, self.cookie)

    def change(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, list[dict[str, int]]]:
        status, told, _ = self._server.ask(method, path, json.dumps(body or {}), **self.owner)
        assert status < 300, told
        return dict(told)

    def gone(self) -> bool:
        return not self.page.io.connected


@pytest.mark.parametrize(
    "change",
    [
        lambda mia: mia.change("PATCH", f"/api/people/{mia.id}", {"role": "guest"}),
        lambda mia: mia.change("POST", f"/api/people/{mia.id}/sign-out"),
        lambda mia: mia.change("PATCH", f"/api/people/{mia.id}", {"pin": "1357"}),
        lambda mia: mia.change("DELETE", f"/api/people/{mia.id}"),
    ],
    ids=["a new role", "signed out", "a new PIN", "deleted"],
)
def test_the_socket_closes_with_its_session(server: Server, mia: Mia, change: Callable[[Mia], object]) -> None:
    change(mia)

    until(mia.gone)
    assert [problem["code"] for problem in mia.page.of("problem")] == ["denied"]
    assert not Page().connect(server.url, mia.cookie)


def test_a_new_name_closes_the_socket_without_a_word_and_the_next_one_bears_it(server: Server, mia: Mia) -> None:
    mia.change("PATCH", f"/api/people/{mia.id}", {"name": "Mimi"})

    until(mia.gone)
    again = Page()
    assert again.connect(server.url, mia.cookie)
    again.io.disconnect()
    assert mia.page.of("problem") == []
    assert server.ask("GET", "/api/session", **mia.cookie)[1]["name"] == "Mimi"
