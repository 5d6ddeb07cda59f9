"""A file is dropped into a folder; somebody asks; the answer cites it: the real app, an AI server over HTTP, the real
search engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from ai_servers import KEY, room_of, served
from bmo.app.wiring import Joined, build
from bmo.engines.search.library import DocumentLibrary
from bmo.settings.app import AiSettings, AppSettings, DocumentsSettings, LocalSettings, VoiceSettings
from e2e.house import wait_for
from papers import BOILER, personal, put

pytestmark = pytest.mark.real
HOST = {"Host": "127.0.0.1:5000"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Joined]:
    with served(room_of(search=DocumentLibrary(tmp_path / "search"))) as server:
        local = LocalSettings(url=server.url, key=SecretStr(KEY))
        settings = AppSettings(home=tmp_path / "home", ai=AiSettings(local=local), voice=VoiceSettings(wake=False))
        joined = build(settings, ())
        joined.mind.papers.documents.start()
        try:
            yield joined
        finally:
            joined.close()


def client(house: Joined) -> FlaskClient:
    client = house.app.test_client()
    token = (house.parts.settings.home / "token").read_text().strip()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def test_a_file_that_is_dropped_is_found_by_whoever_asks(house: Joined) -> None:
    home = client(house)
    put(personal(house.parts.settings.home) / "boiler.md", BOILER)

    def read() -> bool:
        listed = home.get("/api/documents", headers=HOST).json["documents"]
        return bool(listed) and not listed[0]["reading"] and found("boiler pressure").startswith("In boiler.md")

    def found(words: str) -> str:
        return str(home.get("/api/documents/search", query_string={"q": words}, headers=HOST).json["sentence"])

    wait_for("the file to be read", read, 30)
    answer = home.post("/api/chat", json={"text": "what do my documents say about the boiler pressure"}, headers=HOST)
    nothing = home.post("/api/chat", json={"text": "search my documents for submarines"}, headers=HOST)
    (personal(house.parts.settings.home) / "boiler.md").unlink()
    wait_for("the file to be forgotten", lambda: "nothing" in found("boiler pressure"), 30)

    assert "In boiler.md, under Maintenance: The pressure has to stay" in answer.get_data(as_text=True)
    assert "I found nothing about that in your documents." in nothing.get_data(as_text=True)


def test_where_the_settings_name_no_server_that_there_is_documents_say_what_to_do(tmp_path: Path) -> None:
    settings = AppSettings(home=tmp_path, documents=DocumentsSettings(server="attic"), voice=VoiceSettings(wake=False))
    joined = build(settings, ())
    put(personal(tmp_path) / "boiler.md", BOILER)
    joined.mind.papers.documents.look()
    folders = client(joined).get("/api/documents", headers=HOST).json["folders"]
    joined.close()

    assert folders[0]["trouble"].startswith("There is no AI server called attic to look after documents")
