import pytest

from bmo.ai_server.keys import Keys
from bmo.ai_server.tries import TRIES_IN_ALL, TRIES_PER_SOURCE
from bmo.core.errors import Broken, Denied, TooMany
from bmo.fakes.clock import ManualClock

STRONG = "0123456789abcdef0123456789abcdef"
WEAK = "hunter2"


def keys(clock: ManualClock | None = None, **named: str) -> Keys:
    return Keys(named or {"app": WEAK}, (clock or ManualClock()).monotonic)


def test_a_server_without_a_key_does_not_start() -> None:
    for none in ({}, {"app": ""}, {"app": " \n"}):
        with pytest.raises(Broken, match="AI_SERVER_KEY"):
            Keys(none)


def test_every_holder_is_known_by_name() -> None:
    both = keys(app=STRONG, friend=WEAK)

    assert both.check(f"Bearer {STRONG}", "a").name == "app"
    assert both.check(f"bearer  {WEAK} ", "a").name == "friend"
    assert keys(app=f"{STRONG}\n").check(f"Bearer {STRONG}", "a").name == "app"


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", f"Basic {WEAK}", WEAK, "Bearer hunter", f"Bearer {WEAK}x", "Bearer \xff\xfe"],
)
def test_absent_and_wrong_keys_are_denied_in_the_same_words(header: str | None) -> None:
    with pytest.raises(Denied) as denied:
        keys().check(header, "a")

    assert denied.value.sentence == "This needs a valid key: send it as `Authorization: Bearer KEY`."


def test_a_key_in_any_alphabet_opens() -> None:
    header = "Bearer " + "schlüssel-ключ".encode().decode("latin-1")

    assert keys(app="schlüssel-ключ").check(header, "a").name == "app"


def test_wrong_tries_from_one_source_are_limited_and_forgotten() -> None:
    clock = ManualClock()
    guarded = keys(clock)
    for _ in range(TRIES_PER_SOURCE):
        with pytest.raises(Denied):
            guarded.check("Bearer wrong", "attacker")

    with pytest.raises(TooMany) as limited:
        guarded.check(f"Bearer {WEAK}", "attacker")
    assert 0 < limited.value.retry_after <= 60
    assert guarded.check(f"Bearer {WEAK}", "somebody else").name == "app"
    clock.advance(61)
    assert guarded.check(f"Bearer {WEAK}", "attacker").name == "app"


def test_wrong_tries_from_many_sources_are_limited_in_all() -> None:
    guarded = keys()
    for number in range(TRIES_IN_ALL):
        with pytest.raises(Denied):
            guarded.check("Bearer wrong", f"source {number}")

    with pytest.raises(TooMany):
        guarded.check("Bearer wrong", "a new one")


def test_others_wrong_tries_never_lock_out_a_key_that_cannot_be_guessed() -> None:
    guarded = keys(app=STRONG)
    for _ in range(TRIES_PER_SOURCE):
        with pytest.raises(Denied):
            guarded.check("Bearer wrong", "127.0.0.1")

    assert guarded.check(f"Bearer {STRONG}", "127.0.0.1").name == "app"


def test_requests_without_a_key_are_no_tries() -> None:
    guarded = keys()
    for _ in range(TRIES_PER_SOURCE + 1):
        with pytest.raises(Denied):
            guarded.check(None, "a")

    assert guarded.check(f"Bearer {WEAK}", "a").name == "app"
