from pathlib import Path

import pytest
from pydantic import ValidationError

from bmo.core.errors import Broken
from bmo.settings.ai_chat import EmbeddedLlm, OllamaLlm
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.ai_speech import WhisperStt
from bmo.settings.app import Off
from bmo.settings.load import load_ai_server


def test_the_defaults_are_the_embedded_models_below_home() -> None:
    settings = AiServerSettings(home=Path("/somewhere"))

    assert settings.models_dir == Path("/somewhere/models")
    assert isinstance(settings.llm, EmbeddedLlm)
    assert (settings.host, settings.port) == ("127.0.0.1", 8_000)


def test_a_section_without_engine_means_the_usual_one() -> None:
    assert AiServerSettings.model_validate({"stt": {"threads": 3}}).stt == WhisperStt(threads=3)


def test_the_engine_decides_which_keys_make_sense() -> None:
    assert isinstance(AiServerSettings.model_validate({"llm": {"engine": "ollama", "model": "q"}}).llm, OllamaLlm)
    for wrong in (
        {"engine": "off", "model": "q"},
        {"engine": "magic"},
        {"engine": "openai", "url": "ftp://x", "model": "m"},
    ):
        with pytest.raises(ValidationError):
            AiServerSettings.model_validate({"llm": wrong})


def test_the_environment_reaches_every_part(tmp_path: Path) -> None:
    environ = {
        "BMO_HOME": str(tmp_path),
        "AI_SERVER_KEY": "k",
        "BMO_AI_SERVER__LLM__ENGINE": "off",
        "BMO_AI_SERVER__KEYS__FRIEND": "f",
    }
    settings = load_ai_server(environ).settings

    assert settings.llm == Off()
    assert settings.all_keys() == {"app": "k", "friend": "f"}
    assert settings.models_dir == tmp_path / "models"


def test_unknown_keys_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="max_bodi"):
        load_ai_server({"BMO_HOME": str(tmp_path), "BMO_AI_SERVER__MAX_BODI": "1"})


def test_a_key_is_never_printed() -> None:
    assert "secret" not in repr(AiServerSettings(key="secret"))  # type: ignore[arg-type]
