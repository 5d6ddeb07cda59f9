"""Marks: `real` needs models, servers or a browser; `soak` takes long. Under CI=true a missing part fails."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
LEFT_TO_MAKE_TEST = (
    HERE / "faults",
    *(HERE / "unit" / room for room in ("app", "ai_server", "bridges", "catalogue", "engines", "hardware")),
)
"""Whole programs, models, and other people's servers over real sockets: `make check` takes a minute, without them."""

settings.register_profile("quick", max_examples=20, deadline=None)
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("BMO_EXAMPLES", "quick"))  # `make soak` asks for the thorough ones


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers share the real parts: models take every core there is, so never do two such tests run at once.

    Tests that wait for a browser, a server or a program more than they compute say so:
    `pytest.mark.xdist_group("waiting")` or `"processes"`.
    """
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in LEFT_TO_MAKE_TEST):
            item.add_marker(pytest.mark.real)
            if not item.get_closest_marker("xdist_group"):
                item.add_marker(pytest.mark.xdist_group(item.path.stem))
        if item.get_closest_marker("real") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("models"))


def missing(reason: str) -> None:
    """Skip the test because a real part is not here; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have every part: {reason}")
    pytest.skip(reason)
