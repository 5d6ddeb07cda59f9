import os
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from bmo.core.errors import Broken, Refused
from bmo.settings.app import VoiceSettings
from bmo.settings.load import load_app, write_ui


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"BMO_HOME": str(tmp_path)}


def config(environ: dict[str, str], text: str, name: str = "config.yaml") -> None:
    path = Path(environ["BMO_HOME"]) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def test_without_any_file_everything_is_a_default(environ: dict[str, str]) -> None:
    loaded = load_app(environ)

    assert (loaded.settings.app.host, loaded.settings.app.port) == ("127.0.0.1", 5000)
    assert set(loaded.origins.values()) == {"default", "environment: BMO_HOME"}
    assert not loaded.notices


def test_each_place_wins_over_the_one_before_it_and_is_remembered(environ: dict[str, str]) -> None:
    config(environ, "app: {port: 1, sockets: 11, streams: 11, threads: 111, room: hall}")
    config(environ, "app: {sockets: 22, streams: 22, threads: 222}", "config.d/ui.yaml")
    environ |= {"BMO_APP__STREAMS": "33", "BMO_APP__THREADS": "333"}

    loaded = load_app(environ, {"app.threads": 444})

    app = loaded.settings.app
    assert (app.port, app.sockets, app.streams, app.threads) == (1, 22, 33, 444)
    assert [loaded.origins[f"app.{key}"] for key in ("host", "port", "sockets", "streams", "threads")] == [
        "default",
        "config.yaml",
        "config.d/ui.yaml",
        "environment: BMO_APP__STREAMS",
        "command line",
    ]


def test_a_variable_reaches_into_a_list_of_the_file(environ: dict[str, str]) -> None:
    config(environ, "ai: {servers: [{name: gpu, url: 'https://gpu.example.org'}]}")
    environ |= {"BMO_AI__SERVERS__0__KEY": "k1", "BMO_AI__SERVERS__1__URL": "http://two", "AI_SERVER_KEY": "shared"}
    environ |= {"BMO_AI__SERVERS__1__NAME": "two"}

    loaded = load_app(environ)

    gpu, two = loaded.settings.ai.servers
    assert (gpu.name, gpu.key.get_secret_value(), two.url) == ("gpu", "k1", "http://two")
    assert two.key.get_secret_value() == "shared"
    assert loaded.origins["ai.servers.0.name"] == "config.yaml"
    assert loaded.origins["ai.servers.1.key"] == "environment: AI_SERVER_KEY"


def test_an_empty_section_is_no_fault(environ: dict[str, str]) -> None:
    config(environ, "app:\nvoice: {}\n")

    assert not load_app(environ).notices


def test_short_names_work(environ: dict[str, str]) -> None:
    assert load_app(environ | {"BMO_WAKE": "off"}).settings.voice.wake is False


def test_secrets_are_hidden_in_the_list(environ: dict[str, str]) -> None:
    loaded = load_app(environ | {"BMO_AI__LOCAL__KEY": "hush", "BMO_AI__LOCAL__URL": "http://127.0.0.1:1"})

    listed = {key: (value, place) for key, value, place in loaded.listed()}
    assert listed["ai.local.key"] == ("(hidden)", "environment: BMO_AI__LOCAL__KEY")
    assert "hush" not in repr(listed) + repr(loaded)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("app: {prot: 5}", "config.yaml: unknown key app.prot; did you mean app.port?"),
        ("ia: {}", "config.yaml: unknown key ia; did you mean ai?"),
        (
            "ai: {servers: [{url: 'http://a', nmae: b}]}",
            "unknown key ai.servers.0.nmae; did you mean ai.servers.0.name?",
        ),
        ("ai: {servers: [{name: b}]}", "config.yaml: ai.servers.0.url is missing."),
        ("app: {port: many}", "config.yaml: app.port must be a whole number."),
        ("app: {time_zone: Berlin}", "config.yaml: app.time_zone is not a time zone; write it like Europe/Berlin."),
        ("app: [", "config.yaml: is not valid YAML near line 1."),
        ("- a", "config.yaml: must hold `key: value` lines."),
        ("app: {port: 99999}", "config.yaml: app.port must be at most 65,535."),
        ("app: {port: .nan}", "config.yaml: app.port must be a number."),
        ("app: {host: 5}", "config.yaml: app.host must be text."),
        ("ai: {servers: x}", "config.yaml: ai.servers must be a list."),
        ("ai: {servers: [{url: 'ftp://a'}]}", "ai.servers.0.url must begin with http:// or https://."),
        ("app: 5", "config.yaml: app is a section: put its keys below it."),
        ("app: !!python/object/apply:os.system [ls]", "is not valid YAML"),
    ],
)
def test_a_broken_file_starts_safe_mode_and_says_why(environ: dict[str, str], text: str, sentence: str) -> None:
    config(environ, text)

    loaded = load_app(environ | {"BMO_APP__ROOM": "hall"})

    assert loaded.safe_mode
    assert sentence in loaded.notices[0]
    assert (loaded.settings.app.port, loaded.settings.app.room) == (5000, "hall")


def test_safe_mode_leaves_out_a_variable_that_completes_the_broken_file(environ: dict[str, str]) -> None:
    config(environ, "ai: {servers: [{url: 'http://a', nmae: b}]}")

    loaded = load_app(environ | {"BMO_AI__SERVERS__0__KEY": "k", "BMO_APP__ROOM": "hall"})

    assert (loaded.safe_mode, loaded.settings.ai.servers, loaded.settings.app.room) == (True, (), "hall")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("BMO_APP__PROT", "1", "environment: BMO_APP__PROT: unknown key app.prot; did you mean app.port?"),
        ("BMO_APQ__PORT", "1", "environment: BMO_APQ__PORT: unknown key apq; did you mean app?"),
        ("BMO_APP__PORT", "x", "environment: BMO_APP__PORT: app.port must be a whole number."),
        ("BMO_WAEK", "off", "environment: BMO_WAEK: unknown variable; did you mean BMO_WAKE?"),
        ("BMO_EMBEDDED_LLM", "maybe", "environment: BMO_EMBEDDED_LLM: must be on or off, not 'maybe'."),
        ("BMO_WAKE", "maybe", "environment: BMO_WAKE: voice.wake must be on or off."),
        ("BMO_AI__SERVERS__4__URL", "http://a", "ai.servers.4.url leaves a gap; the next entry is number 0."),
        ("BMO_AI__SERVERS__0__NAME", "a", "environment: BMO_AI__SERVERS__0__NAME: ai.servers.0.url is missing."),
    ],
)
def test_a_fault_in_the_environment_is_an_error(
    environ: dict[str, str], variable: str, value: str, sentence: str
) -> None:
    with pytest.raises(Broken) as fault:
        load_app(environ | {variable: value})

    assert sentence in fault.value.sentence


def test_what_the_ui_changes_is_kept_and_taken_back(environ: dict[str, str]) -> None:
    write_ui({"app.room": "hall", "voice.voice": "robot"}, environ)
    loaded = write_ui({"voice.voice": None}, environ)

    path = Path(environ["BMO_HOME"]) / "config.d" / "ui.yaml"
    assert (loaded.settings.app.room, loaded.settings.voice.voice) == ("hall", "bmo")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["ui.yaml"]


def test_a_key_set_in_the_file_is_read_only_in_the_ui(environ: dict[str, str]) -> None:
    config(environ, "app: {room: hall}")

    with pytest.raises(Refused, match=r"app.room is set in config.yaml; change it there."):
        write_ui({"app.room": "attic"}, environ)
    with pytest.raises(Refused, match=r"app is set in config.yaml"):
        write_ui({"app": {"room": "attic"}}, environ)
    assert load_app(environ).read_only()["app.room"] == "config.yaml"


@pytest.mark.parametrize("changes", [{"app.prot": 1}, {"app.port": "x"}, {"nothing": 1}])
def test_a_senseless_change_is_refused_and_nothing_is_written(
    environ: dict[str, str], changes: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        write_ui(changes, environ)

    assert not (Path(environ["BMO_HOME"]) / "config.d").exists()


def test_a_disk_that_refuses_leaves_the_old_file(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    write_ui({"app.room": "hall"}, environ)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bmo.settings.layers.os.fsync", full)
    with pytest.raises(Broken, match="No space left"):
        write_ui({"app.room": "attic"}, environ)
    assert load_app(environ).settings.app.room == "hall"
    assert os.listdir(Path(environ["BMO_HOME"]) / "config.d") == ["ui.yaml"]


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ([], "tcp:"),
        ([{"name": "hall", "uri": "tcp://10.0.0.3:10700"}], "differ"),
        ([{"name": "attic", "uri": "tcp://10.0.0.2:10700"}], "differ"),
        ([{"name": "attic", "uri": "http://10.0.0.4:10700"}], "uri"),
        ([{"name": "attic", "uri": "tcp://10.0.0.4"}], "uri"),
    ],
)
def test_wyoming_satellites_have_names_and_addresses_of_their_own(more: list[dict[str, str]], wrong: str) -> None:
    chosen = [{"name": "hall", "uri": "tcp://10.0.0.2:10700", "room": "hall"}, *more]
    if not more:
        assert VoiceSettings.model_validate({"wyoming_satellites": chosen}).wyoming_satellites[0].uri.startswith(wrong)
        return

    with pytest.raises(ValidationError, match=wrong):
        VoiceSettings.model_validate({"wyoming_satellites": chosen})


def test_wyoming_is_offered_to_nobody_until_somebody_says_so(environ: dict[str, str]) -> None:
    offered = load_app(environ).settings.wyoming

    assert (offered.offer, offered.announce, offered.host) == (False, False, "127.0.0.1")
