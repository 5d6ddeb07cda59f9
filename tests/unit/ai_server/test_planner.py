"""The sums of the planner, over its tables of machines and models."""

import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bmo.ai_server.planner.arithmetic import Configuration, judge, longest_context, tokens_per_second
from bmo.ai_server.planner.machines import MACHINES, described, machine
from bmo.ai_server.planner.models import CHAT, SETS, chat_model, helpers
from bmo.ai_server.planner.tiers import best, instead, tiers
from bmo.cli import cli
from bmo.core.errors import NotFound, Refused
from bmo.settings.profiles import PROFILES, ProfileName

K = 1_024


@pytest.mark.parametrize(
    ("model", "context", "gigabytes"),
    [
        ("llama3.1:70b", 32 * K, 10.74),
        ("qwen2.5:32b", 32 * K, 8.59),
        ("qwen2.5:14b", 32 * K, 6.44),
        ("llama3.1:8b", 32 * K, 4.29),
        ("qwen2.5:7b", 32 * K, 1.88),
        ("gemma3:4b", 8 * K, 0.29),  # only 5 of its 34 layers look back further than 1,024 tokens
    ],
)
def test_keys_and_values_take_what_the_shape_of_the_model_says(model: str, context: int, gigabytes: float) -> None:
    assert chat_model(model).kv_bytes(context) / 1e9 == pytest.approx(gigabytes, abs=0.01)


@pytest.mark.parametrize(
    ("name", "model", "full", "small", "alone"),
    [
        ("g5.xlarge", "llama3.1:70b", 0, 0, 0),
        ("g5.xlarge", "qwen2.5:32b", 0, 8 * K, 8 * K),
        ("g5.xlarge", "qwen2.5:14b", 16 * K, 32 * K, 32 * K),
        ("g5.xlarge", "llama3.1:8b", 32 * K, 32 * K, 32 * K),
        ("g6.xlarge", "qwen2.5:14b", 16 * K, 32 * K, 32 * K),
        ("g6e.xlarge", "llama3.1:70b", 0, 8 * K, 8 * K),
        ("g6e.xlarge", "qwen2.5:32b", 32 * K, 32 * K, 32 * K),
        ("g5.12xlarge", "llama3.1:70b", 32 * K, 32 * K, 32 * K),
        ("a100-80gb", "llama3.1:70b", 32 * K, 32 * K, 32 * K),
        ("desktop", "gemma3:4b", 0, 32 * K, 32 * K),
        ("pi5-8gb", "gemma3:4b", 0, 32 * K, 32 * K),
        ("pi5-8gb", "llama3.1:8b", 0, 0, 4 * K),
        ("pi5-8gb", "qwen2.5:14b", 0, 0, 0),
    ],
)
def test_the_longest_context_beside_each_set_of_helpers(
    name: str, model: str, full: int, small: int, alone: int
) -> None:
    tier = next(tier for tier in tiers(machine(name)) if tier.chat.name == model)

    assert tier.contexts == {"full": full, "small": small, "none": alone}


@pytest.mark.parametrize(
    ("name", "model", "low", "high"),
    [
        ("g5.xlarge", "llama3.1:8b", 1.0, 3.0),
        ("g5.xlarge", "qwen2.5:14b", 2.0, 5.0),
        ("g5.xlarge", "qwen2.5:32b", 5.0, 7.0),
        ("a100-80gb", "llama3.1:70b", 3.0, 5.0),
        ("pi5-8gb", "gemma3:4b", 15.0, 30.0),
        ("desktop", "gemma3:4b", 8.0, 15.0),
    ],
)
def test_seconds_for_an_answer_of_a_hundred_tokens(name: str, model: str, low: float, high: float) -> None:
    assert low < 100 / tokens_per_second(chat_model(model), machine(name)) < high


@pytest.mark.parametrize(
    ("name", "model", "beside"),
    [
        ("g5.xlarge", "qwen2.5:14b", "full"),
        ("g6e.xlarge", "qwen2.5:32b", "full"),
        ("a100-80gb", "llama3.1:70b", "full"),
        ("pi5-8gb", "gemma3:4b", "small"),
    ],
)
def test_what_a_machine_does_best(name: str, model: str, beside: str) -> None:
    found = best(machine(name))

    assert found is not None
    assert (found[0].chat.name, found[1]) == (model, beside)


def test_a_70b_model_does_not_fit_a_g5_xlarge_and_the_numbers_say_why() -> None:
    wanted = Configuration(chat_model("llama3.1:70b"), 32 * K)

    verdict = judge(wanted, machine("g5.xlarge"))
    ways = " ".join(instead(wanted, machine("g5.xlarge")))

    assert verdict.obstacle == (
        "It needs 53.8 GB of VRAM (42.5 + 10.7 + 0.5), 29.8 GB more than the 24.0 GB there are."
    )
    assert "qwen2.5:14b with 16,384 tokens" in ways
    assert "a100-80gb" in ways


@pytest.mark.parametrize(
    ("profile", "name", "beside"),
    [("cloud", "a100-80gb", "full"), ("pi", "pi5-8gb", "small"), ("desktop", "desktop", "small")],
)
def test_every_profile_fits_the_machine_it_is_made_for(profile: ProfileName, name: str, beside: str) -> None:
    chosen = PROFILES[profile]

    assert judge(Configuration(chat_model(chosen.base), chosen.context, helpers(beside)), machine(name)).fits


def test_helpers_that_need_a_gpu_are_refused_without_one() -> None:
    wanted = Configuration(chat_model("gemma3:4b"), 8 * K, helpers("full"))

    assert "need a GPU" in judge(wanted, machine("pi5-8gb")).obstacle


def test_a_context_the_model_was_not_made_for_is_refused() -> None:
    assert "32,768" in judge(Configuration(chat_model("qwen2.5:7b"), 64 * K), machine("a100-80gb")).obstacle


@given(
    st.sampled_from(CHAT),
    st.sampled_from(sorted(SETS)),
    st.sampled_from(MACHINES),
    st.integers(256, 131_072),
    st.integers(256, 131_072),
)
def test_less_context_never_needs_more_and_what_is_offered_fits(chat, beside, one, first, second) -> None:  # type: ignore[no-untyped-def]
    low, high = sorted((first, second))
    less, more = (judge(Configuration(chat, context, helpers(beside)), one) for context in (low, high))
    offered = longest_context(chat, helpers(beside), one, high)

    assert all(less.needed(where) <= more.needed(where) for where in less.room)
    assert less.fits or not more.fits
    assert not offered or judge(Configuration(chat, offered, helpers(beside)), one).fits


def test_sizes_of_a_known_machine_are_that_machine_and_others_are_their_own() -> None:
    assert described(24, 16).name == "g5.xlarge"
    assert described(24, 16, 300).name == "g6.xlarge"
    assert described(12, 32).name == "custom"
    assert tokens_per_second(CHAT[-1], described(12, 32)) == 0
    for sizes in ((-1, 16), (24, 0), (float("nan"), 16), (24, float("inf"))):
        with pytest.raises(Refused):
            described(*sizes)


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    for ask in (lambda: chat_model("gpt"), lambda: helpers("full,ears"), lambda: machine("cray")):
        with pytest.raises(NotFound, match="knows no"):
            ask()


def asked(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["ai-server", "plan", *arguments])
    return result.exit_code, result.output


def test_the_command_prints_tiers_arithmetic_and_times() -> None:
    status, text = asked("--vram", "24", "--ram", "16")

    assert status == 0
    assert re.search(r"llama3.1:70b +42.5 GB +10.7 GB +no +no +no +- +-\n", text)
    assert "Best here:\nqwen2.5:14b with 16,384 tokens" in text
    assert "0.5 GB  CUDA context of Fish Speech" in text
    assert "described for a GPU: 3 to 5 s" in text


def test_the_command_refuses_what_does_not_fit() -> None:
    status, text = asked("--machine", "g5.xlarge", "--model", "llama3.1:70b")

    assert status == 1
    assert "This does not fit g5.xlarge." in text
    assert "42.5 + 10.7" in text


def test_the_command_says_yes_to_what_fits() -> None:
    status, text = asked("--machine", "pi5-8gb", "--model", "gemma3:4b", "--context", "8192")

    assert status == 0
    assert "described for a Raspberry Pi: 8 to 15 s" in text


def test_the_command_speaks_to_programs() -> None:
    _, table = asked("--vram", "24", "--ram", "16", "--json")
    status, refused = asked("--vram", "24", "--ram", "16", "--model", "llama3.1:70b", "--json")

    assert json.loads(table)[0]["models"][0]["contexts"] == {"full": 0, "small": 0, "none": 0}
    assert status == 1
    assert json.JSONDecoder().raw_decode(refused)[0]["fits"] is False
