import pytest
from click.testing import CliRunner

from bmo.catalogue.models import LLM, MODELS, VAD, WAKE
from bmo.catalogue.models_larger import WHISPER_LARGE
from bmo.core.errors import BmoError
from bmo.run.models_command import models, wanted_here


@pytest.fixture
def bmo_models(tmp_path, monkeypatch):
    """Run `bmo models ...` in an empty home; gives what it printed."""
    monkeypatch.setenv("BMO_HOME", str(tmp_path))
    for name in ("BMO_EMBEDDED_LLM", "BMO_WAKE", "BMO_AI_SERVER__MODELS_DIR"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(models, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_list_says_what_is_missing(bmo_models) -> None:
    rows = {row.split()[0]: row for row in bmo_models("list").splitlines()}

    assert rows[VAD].endswith("missing")
    assert rows["hibari-heart"].endswith("in its package")


def test_list_says_what_a_setting_leaves_out(bmo_models, monkeypatch) -> None:
    monkeypatch.setenv("BMO_WAKE", "off")

    assert "not wanted here" in next(row for row in bmo_models("list").splitlines() if row.startswith(WAKE))


def test_list_names_what_ollama_has_to_pull_and_how(bmo_models, monkeypatch) -> None:
    monkeypatch.setenv("BMO_AI_SERVER__PROFILE", "cloud")
    rows = {row.split()[0]: row for row in bmo_models("list").splitlines()}

    assert "`ollama pull llama3.1:70b-instruct-q4_K_M`" in rows["llama3.1:70b-instruct-q4_K_M"]
    assert "ollama create bmo -f Modelfile" in rows["bmo"]
    assert "`ollama pull qwen2.5:32b`" in rows["qwen2.5:32b"]


def test_the_model_that_a_profile_names_is_wanted_and_no_other_large_one(bmo_models, monkeypatch) -> None:
    assert WHISPER_LARGE not in wanted_here()

    monkeypatch.setenv("BMO_AI_SERVER__PROFILE", "cloud")
    assert WHISPER_LARGE in wanted_here()
    assert LLM not in wanted_here()


@pytest.mark.parametrize("off", ["off", "OFF", "0", "no", "false"])
def test_the_large_model_can_be_left_out(off, monkeypatch) -> None:
    monkeypatch.setenv("BMO_EMBEDDED_LLM", off)

    assert LLM not in wanted_here()


def test_every_licence_is_printed_and_the_non_commercial_one_explained(bmo_models) -> None:
    printed = bmo_models("licences")

    assert len(printed.splitlines()) == len(MODELS)
    for known in MODELS:
        assert known.licence.name in next(row for row in printed.splitlines() if row.startswith(known.title))
    assert "CC BY-NC-SA 4.0" in printed
    assert "BMO_WAKE=off leaves it out" in printed


def test_verify_of_a_missing_model_says_how_to_get_it(bmo_models) -> None:
    with pytest.raises(BmoError, match="`bmo models pull`"):
        bmo_models("verify", VAD)


def test_verify_of_everything_passes_over_what_is_not_here(bmo_models) -> None:
    assert bmo_models("verify") == ""


def test_a_wrong_name_is_answered_with_the_right_ones(bmo_models) -> None:
    with pytest.raises(BmoError, match="BMO knows: silero-vad"):
        bmo_models("pull", "silero")


def test_a_damaged_model_is_found_and_can_be_removed(bmo_models, tmp_path) -> None:
    folder = tmp_path / "models" / VAD
    folder.mkdir(parents=True)
    (folder / "silero_vad.onnx").write_bytes(b"not a model")

    with pytest.raises(BmoError, match="Not right: silero-vad"):
        bmo_models("verify")
    assert "is gone" in bmo_models("remove", VAD)
    assert not folder.exists()
