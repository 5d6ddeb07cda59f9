"""Every error has a code, a sentence and an HTTP status, and failing over goes by type."""

import inspect

import pytest

from bmo.core import errors
from bmo.core.errors import BmoError, NobodyCould, Refused, TurnedAway, Unavailable, Unreachable
from bmo.wire.problem import problem, status

TREE = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, BmoError)]
EXTRA = {NobodyCould: {"causes": ()}, TurnedAway: {"status": 503}}


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_every_error_travels_as_a_code_and_a_sentence(kind: type[BmoError]) -> None:
    error = kind("The lamp is out. Change the bulb.", **EXTRA.get(kind, {}))

    sent = problem(error)

    assert sent.sentence == "The lamp is out. Change the bulb."
    assert sent.code.isidentifier()
    assert sent.code == sent.code.lower()
    assert 400 <= status(error) < 600


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_the_tree_at_the_top_of_the_module_names_every_error(kind: type[BmoError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_a_wrong_request_is_never_a_reason_to_ask_the_next_provider() -> None:
    assert not issubclass(Refused, Unavailable)
    assert status(Refused("No.")) == 400


def test_nobody_could_says_how_each_provider_failed() -> None:
    error = NobodyCould("Nobody could chat.", [Unreachable("cloud: refused"), Unreachable("here: refused")])

    assert str(error) == "Nobody could chat.; cloud: refused; here: refused"
    assert error.sentence == "Nobody could chat."
