"""`/api/documents`: sent, listed, searched, deleted, by those who may."""

import pytest

from papers import BOAT, BOILER, personal, projects, put
from unit.app.conftest import World


def test_a_document_that_is_sent_is_listed_found_and_deleted(world: World) -> None:
    owner = world.signed_in()

    sent = owner.open("POST", "/api/documents?domain=personal&name=boiler.md", data=BOILER.encode())
    world.parts.papers.documents.look()
    listed = owner.get("/api/documents").json
    found = owner.get("/api/documents/search?q=boiler%20pressure").json
    gone = owner.open("DELETE", "/api/documents?domain=personal&path=boiler.md")
    world.parts.papers.documents.look()

    assert sent.status_code == 201
    assert [(one["path"], one["reading"], one["problem"]) for one in listed["documents"]] == [("boiler.md", False, "")]
    assert [(one["domain"], one["generation"]) for one in listed["folders"]] == [("personal", 1), ("projects", 0)]
    assert found["sentence"].startswith("In boiler.md, under Maintenance: The pressure has to stay")
    assert (found["hits"][0]["heading"], found["generations"]) == (["The boiler", "Maintenance"], {"personal": 1})
    assert gone.status_code == 200
    assert owner.get("/api/documents").json["documents"] == []


def test_nothing_found_is_an_answer(world: World) -> None:
    put(projects(world.home) / "boat.md", BOAT)
    world.parts.papers.documents.look()

    found = world.script().get("/api/documents/search?q=submarines").json

    assert (found["sentence"], found["hits"]) == ("I found nothing about that in your documents.", [])


def test_a_second_document_of_a_name_takes_the_place_of_the_first_only_when_that_is_said(world: World) -> None:
    owner = world.signed_in()
    owner.open("POST", "/api/documents?domain=projects&name=boat.md", data=BOAT.encode())

    refused = owner.open("POST", "/api/documents?domain=projects&name=boat.md", data=b"# Other")
    kept = (projects(world.home) / "boat.md").read_text()
    replaced = owner.open("POST", "/api/documents?domain=projects&name=boat.md&replace=true", data=b"# Other")

    assert (refused.status_code, refused.json["code"], kept) == (400, "already_there", BOAT)
    assert (replaced.status_code, (projects(world.home) / "boat.md").read_text()) == (201, "# Other")


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("domain=personal&name=..%2Fboat.md", b"x", 400),
        ("domain=personal&name=boat.exe", b"x", 415),
        ("domain=personal&name=boat.md%00", b"x", 400),
        ("domain=dnd&name=boat.md", b"x", 400),
        ("domain=personal", b"x", 400),
        ("domain=personal&name=boat.md&more=1", b"x", 400),
        ("domain=personal&name=boat.md", b"\0\1\2", 415),
        ("domain=personal&name=boat.md", b"a" * 5_000_001, 413),
        ("domain=personal&name=boat.md&mine=true", b"x", 403),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(world: World, query: str, body: bytes, status: int) -> None:
    answer = world.script().open("POST", f"/api/documents?{query}", data=body)

    assert (answer.status_code, bool(answer.json["sentence"])) == (status, True)
    assert not personal(world.home).exists()


@pytest.mark.parametrize("path", ["..%2F..%2Ftoken", "%2Fetc%2Fpasswd", "none.md", "%2E%2E/token", "a%00b", ""])
def test_only_documents_are_deleted(world: World, path: str) -> None:
    answer = world.script().open("DELETE", f"/api/documents?domain=projects&path={path}")

    assert answer.status_code in (400, 404)
    assert (world.home / "token").exists()


def test_without_a_session_nothing_is_told(world: World) -> None:
    somebody = world.browser()

    assert [
        somebody.get("/api/documents").status_code,
        somebody.get("/api/documents/search?q=boat").status_code,
        somebody.open("POST", "/api/documents?domain=projects&name=boat.md", data=b"x").status_code,
        somebody.open("DELETE", "/api/documents?domain=projects&path=boat.md").status_code,
    ] == [401] * 4


@pytest.mark.parametrize("query", ["", "q=", "q=%20%20", "q=the", "q=" + "a" * 501, "q=%ff%fe", "q=%00"])
def test_a_question_that_is_none_is_answered_with_a_reason(world: World, query: str) -> None:
    assert world.script().get(f"/api/documents/search?{query}").status_code in (200, 400)
