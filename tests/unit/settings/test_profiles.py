"""A profile chooses models and sizes; whatever a person sets wins over it."""

from pathlib import Path

import pytest

from bmo.core.errors import Broken
from bmo.settings.ai_chat import EmbeddedLlm, OllamaLlm
from bmo.settings.load import load_ai_server


def loaded(tmp_path: Path, config: str = "", **environ: str):  # type: ignore[no-untyped-def]
    (tmp_path / "config.yaml").write_text(config)
    return load_ai_server({"BMO_HOME": str(tmp_path), **environ})


@pytest.mark.parametrize(
    ("profile", "model", "others", "context", "max_tokens"),
    [
        ("cloud", "bmo", ("qwen2.5:32b",), 32_768, 2_048),
        ("pi", "bmo", (), 8_192, 1_024),
        ("desktop", "gemma3:4b", (), 32_768, 2_048),
    ],
)
def test_a_profile_sets_the_chat(
    tmp_path: Path, profile: str, model: str, others: tuple[str, ...], context: int, max_tokens: int
) -> None:
    llm = loaded(tmp_path, BMO_AI_SERVER__PROFILE=profile).settings.llm

    assert isinstance(llm, OllamaLlm)
    assert (llm.model, llm.others, llm.context, llm.max_tokens) == (model, others, context, max_tokens)


def test_embedded_is_what_runs_without_a_profile(tmp_path: Path) -> None:
    assert loaded(tmp_path, BMO_AI_SERVER__PROFILE="embedded").settings.llm == loaded(tmp_path).settings.llm
    assert isinstance(loaded(tmp_path).settings.llm, EmbeddedLlm)


def test_the_cloud_hears_and_speaks_with_the_large_models_on_its_gpu(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "ai_server: {profile: cloud}").settings
    stt = settings.stt

    assert (stt.model, stt.device, stt.compute_type) == ("faster-whisper-large-v3", "cuda", "float16")
    assert (stt.beam, stt.vad, stt.language) == (5, True, "")
    assert settings.tts.engine == "fish_speech"


def test_what_a_person_sets_wins_over_the_profile(tmp_path: Path) -> None:
    config = "ai_server: {profile: cloud, llm: {model: 'qwen2.5:14b', context: 16384}}"

    llm = loaded(tmp_path, config, BMO_AI_SERVER__LLM__MAX_TOKENS="512").settings.llm

    assert (llm.engine, llm.model, llm.context, llm.max_tokens) == ("ollama", "qwen2.5:14b", 16_384, 512)
    assert llm.others == ("qwen2.5:32b",)


def test_another_engine_is_taken_without_what_the_profile_says_of_its_own(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "ai_server: {profile: pi, llm: {engine: embedded}, stt: {engine: 'off'}}").settings

    assert settings.llm == EmbeddedLlm()
    assert settings.stt.engine == "off"


def test_the_list_of_settings_says_which_values_are_the_profiles(tmp_path: Path) -> None:
    origins = loaded(tmp_path, "ai_server: {profile: pi, llm: {context: 4096}}").origins

    assert origins["llm.model"] == origins["llm.max_tokens"] == "profile pi"
    assert origins["llm.context"] == origins["profile"] == "config.yaml"
    assert origins["llm.url"] == "default"


def test_a_profile_nobody_knows_is_an_error_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="cloud"):
        loaded(tmp_path, BMO_AI_SERVER__PROFILE="moon")
