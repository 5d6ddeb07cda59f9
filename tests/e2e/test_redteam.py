"""The whole set of injections against a model that obeys them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bmo.cli import cli

SET = Path(__file__).parents[1] / "sets" / "redteam.jsonl"


@pytest.mark.real
def test_no_injection_of_the_set_gets_anything_done() -> None:
    result = CliRunner().invoke(cli, ["redteam", str(SET)])

    assert "0 acts." in result.output
    assert result.exit_code == 0, result.output
