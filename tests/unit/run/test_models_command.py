import pytest
from click.testing import CliRunner

from bmo.catalogue.models import LLM, VAD, WAKE
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


@pytest.mark.parametrize("off", ["off", "OFF", "0", "no", "false"])
def test_the_large_model_can_be_left_out(off, monkeypatch) -> None:
    monkeypatch.setenv("BMO_EMBEDDED_LLM", off)

    assert LLM not in wanted_here()


def test_every_licence_is_printed_and_the_non_commercial_one_explained(bmo_models) -> None:
    printed = bmo_models("licences")

    assert printed.count("MIT") == 2
    assert printed.count("Apache-2.0") == 2
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
