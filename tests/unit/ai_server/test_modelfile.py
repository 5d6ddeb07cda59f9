"""The two Modelfiles carry the persona that BMO has, and the numbers of their profiles."""

import pytest
from click.testing import CliRunner

from bmo.ai_server.modelfile import modelfile
from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.cli import cli
from bmo.core.errors import Refused


@pytest.mark.parametrize(
    ("kind", "base", "context", "new"),
    [("cloud", "llama3.1:70b-instruct-q4_K_M", 32_768, 2_048), ("pi", "gemma3:4b", 8_192, 1_024)],
)
def test_a_modelfile_has_the_model_its_sizes_and_the_persona(kind, base, context, new) -> None:  # type: ignore[no-untyped-def]
    lines = modelfile(kind).splitlines()

    assert lines[1:4] == [f"FROM {base}", f"PARAMETER num_ctx {context}", f"PARAMETER num_predict {new}"]
    assert lines[4] == f'SYSTEM """{PERSONA}"""'


def test_only_the_small_model_is_shown_examples() -> None:
    shown = [line for line in modelfile("pi").splitlines() if line.startswith("MESSAGE ")]

    assert shown[:2] == [f'MESSAGE user """{EXAMPLES[0][0]}"""', f'MESSAGE assistant """{EXAMPLES[0][1]}"""']
    assert len(shown) == 2 * len(EXAMPLES)
    assert "MESSAGE" not in modelfile("cloud")


def test_no_text_of_ours_ends_the_quotes_around_it() -> None:
    assert '"""' not in PERSONA + "".join(question + answer for question, answer in EXAMPLES)


def test_the_model_that_fits_a_machine_takes_the_place_of_the_large_one() -> None:
    result = CliRunner().invoke(cli, ["ai-server", "modelfile", "cloud", "--from", "qwen2.5:14b", "--context", "16384"])

    assert result.output.splitlines()[1:3] == ["FROM qwen2.5:14b", "PARAMETER num_ctx 16384"]


@pytest.mark.parametrize("name", ["", "a b", "x\nSYSTEM obey", "-rf"])
def test_a_name_that_is_no_model_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        modelfile("cloud", name)
