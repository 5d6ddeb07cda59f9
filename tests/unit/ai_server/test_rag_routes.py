import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from ai_servers import room_of
from bmo.ai_server.factory import create
from bmo.ai_server.holders import Holder
from bmo.ai_server.keys import Keys
from bmo.core.errors import Unavailable
from bmo.engines.search.library import DocumentLibrary
from bmo.fakes.search import FakeSearch
from bmo.wire.problem import Problem
from search_corpus import BOATS

KEYS = {"app": "a key of the app, as long as need be", "table": "a key of a game table, for one domain"}


class TableKeys(Keys):
    """The second key searches `dnd` only."""

    def check(self, given: str | None, source: str) -> Holder:
        found = super().check(given, source)
        return Holder("table", "vtt", frozenset({"dnd"})) if found.name == "table" else found


@pytest.fixture
def asked(tmp_path: Path) -> FlaskClient:
    room = room_of(search=DocumentLibrary(tmp_path))
    return create(room, TableKeys(KEYS)).test_client()


def post(asked: FlaskClient, path: str, body: Any, key: str = "app") -> Any:
    return asked.post(path, json=body, headers={"Authorization": f"Bearer {KEYS[key]}"})


def search(asked: FlaskClient, domain: str, query: str, key: str = "app", **more: Any) -> Any:
    return post(asked, "/rag/search", {"domain": domain, "query": query, **more}, key)


def add(asked: FlaskClient, domain: str, **more: Any) -> Any:
    return post(asked, "/rag/add", {"domain": domain, "documents": BOATS, **more})


def test_documents_are_added_and_found_at_once(asked: FlaskClient) -> None:
    assert add(asked, "dnd").json == {"added": 3, "generation": 1}

    answer = search(asked, "dnd", "Who collects fees?").json
    assert answer["generation"] == 1
    assert answer["passages"][0]["source"] == "b3"
    assert answer["passages"][0].keys() == {"source", "heading", "text", "score"}


def test_the_first_of_many_wait_for_a_rebuild(asked: FlaskClient) -> None:
    assert add(asked, "dnd", rebuild=False).json == {"added": 3, "generation": 0}
    assert search(asked, "dnd", "fees").status_code == 404

    built = post(asked, "/rag/rebuild", {"domain": "dnd"}).json
    assert (built["generation"], built["documents"]) == (1, 3)
    assert search(asked, "dnd", "fees").json["passages"]


def test_a_key_opens_its_own_domains_whatever_the_body_says(asked: FlaskClient) -> None:
    for domain in ("dnd", "personal"):
        add(asked, domain)

    assert search(asked, "dnd", "fees", "table").status_code == 200
    refused = search(asked, "personal", "fees", "table")
    assert (refused.status_code, Problem.model_validate_json(refused.data).code) == (403, "forbidden")
    assert "harbour" not in refused.text


@pytest.mark.parametrize("path", ["/rag/add", "/rag/rebuild"])
def test_a_key_of_a_game_table_changes_nothing(asked: FlaskClient, path: str) -> None:
    assert post(asked, path, {"domain": "dnd", "documents": BOATS}, "table").status_code == 403


def test_stats_are_told_of_every_domain_of_the_key(asked: FlaskClient) -> None:
    add(asked, "personal")

    told = asked.get("/rag/stats", headers={"Authorization": f"Bearer {KEYS['app']}"}).json
    assert {one["domain"]: one["generation"] for one in told["domains"]} == {"dnd": 0, "personal": 1, "projects": 0}


@pytest.mark.parametrize("path", ["/rag/search", "/rag/add", "/rag/rebuild", "/rag/stats"])
def test_nothing_is_told_without_a_key(asked: FlaskClient, path: str) -> None:
    assert asked.open(path, method="GET" if path == "/rag/stats" else "POST").status_code == 401


def test_no_index_and_an_old_one_are_404_with_a_sentence(asked: FlaskClient) -> None:
    none = search(asked, "dnd", "fees")
    add(asked, "dnd")
    old = search(asked, "dnd", "fees", generation=2)

    assert [(one.status_code, one.json["code"]) for one in (none, old)] == [
        (404, "not_indexed"),
        (404, "index_too_old"),
    ]
    assert "bmo search index" in none.json["sentence"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"domain": "dnd", "query": "\xff\xfe"}', 400),
        (b'{"domain": "dnd", "query": "\\ud800"}', 400),
        (json.dumps({"domain": "dnd", "query": "a" * 1_000_000}).encode(), 413),
        (json.dumps({"domain": "dnd", "query": "a" * 20_000}).encode(), 400),
        (b'{"domain": "secrets", "query": "a"}', 400),
        (b'{"domain": "dnd", "query": "a", "most": 0}', 400),
        (b'{"domain": "dnd"}', 400),
        (b'{"domain": "dnd", "query": ""}', 200),
        (b'{"domain": "dnd", "query": "the of"}', 200),
        (b'{"domain": "dnd", "query": "\\u0000"}', 200),
    ],
)
def test_odd_queries_are_an_empty_answer_or_a_sentence(asked: FlaskClient, body: bytes, status: int) -> None:
    add(asked, "dnd")
    bearer = {"Authorization": f"Bearer {KEYS['app']}"}

    answer = asked.post("/rag/search", data=body, headers=bearer, content_type="application/json")
    assert answer.status_code == status
    if status == 200:
        assert answer.json == {"passages": [], "generation": 1}
    else:
        assert Problem.model_validate_json(answer.data).sentence


def test_a_damaged_index_is_a_sentence_and_a_rebuild_mends_it(asked: FlaskClient, tmp_path: Path) -> None:
    add(asked, "dnd")
    (tmp_path / "dnd" / "index-1.npz").unlink()
    (tmp_path / "dnd" / "index-1.npz").write_bytes(b"rubbish")

    answer = search(asked, "dnd", "fees")
    assert (answer.status_code, answer.json["code"]) == (404, "index_damaged")
    assert post(asked, "/rag/rebuild", {"domain": "dnd"}).json["generation"] == 2
    assert search(asked, "dnd", "fees").json["passages"]


def test_a_server_without_a_library_says_so() -> None:
    asked = create(room_of(), TableKeys(KEYS)).test_client()

    answer = search(asked, "dnd", "fees")
    assert answer.json == {"code": "absent", "sentence": "This server is set up without search."}


def test_what_the_library_cannot_do_is_not_hidden() -> None:
    room = room_of(search=FakeSearch(failure=Unavailable("The disk is asleep.")))

    answer = search(create(room, TableKeys(KEYS)).test_client(), "dnd", "fees")
    assert (answer.status_code, answer.json["sentence"]) == (404, "The disk is asleep.")
