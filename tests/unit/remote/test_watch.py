"""The watch with a clock moved by hand: each test calls `tick` as the thread would."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from bmo.capabilities.breaker import Pace, State
from bmo.capabilities.chain import Attempt, Chain, Line
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording
from bmo.core.errors import Refused, TimedOut, TurnedAway, Unavailable, Unreachable
from bmo.fakes.clock import ManualClock
from bmo.fakes.transcribe import FakeTranscribe
from bmo.remote.server import Server
from bmo.remote.standing import ServerView
from bmo.remote.watch import Lookout, Rhythm
from bmo.wire.ai import CapabilityHealth, Health, HealthWord

HELLO = Recording(Pcm(b"\1\0" * 160, 16_000))
DOWN = Unreachable("cloud cannot be reached.")


def report(state: str = "ok", **capabilities: str) -> Health:
    told = {name: CapabilityHealth.model_validate({"state": word}) for name, word in capabilities.items()}
    return Health.model_validate({"state": state, "version": "1", "capabilities": told})


class World:
    """A server that does what the test says, and the lookout that watches it."""

    def __init__(self, *, supervised: bool = False) -> None:
        self.clock = ManualClock()
        self.health: HealthWord | Unavailable = report(chat="ready", speak="ready")
        self.inference: Unavailable | Refused | None = None
        self.checks = 0
        self.probes = 0
        self.drained: list[str] = []
        self.views: list[ServerView] = []
        server = Server("cloud", "http://cloud:8000", "key", supervised=supervised)
        probes: dict[str, Callable[[Server], None]] = {"chat": self._infer, "speak": self._infer}
        self.lookout = Lookout(server, self.clock, Pace(), Rhythm(), probes, self._ask, self._note, self.drained.append)
        self.chat = self.lookout.standing.gate("chat")
        self.speak = self.lookout.standing.gate("speak")

    def tick(self, seconds: float = 0.0, *, at_once: bool = False) -> float:
        self.clock.advance(seconds)
        return self.lookout.tick(at_once=at_once)

    @property
    def view(self) -> ServerView:
        return self.lookout.standing.view()

    def _ask(self, server: Server, seconds: float) -> HealthWord:
        self.checks += 1
        if isinstance(self.health, Unavailable):
            raise self.health
        return self.health

    def _infer(self, server: Server) -> None:
        self.probes += 1
        if self.inference is not None:
            raise self.inference

    def _note(self) -> None:
        self.views.append(self.view)


@pytest.fixture
def world() -> World:
    return World()


def test_server_that_was_never_heard_of_is_asked(world: World) -> None:
    assert world.chat.refusal() is None
    assert world.view.state == "unknown"


def test_health_is_cached_for_30_seconds(world: World) -> None:
    assert world.tick() == 30.0
    world.tick(29)
    assert world.checks == 1
    world.tick(1)
    assert world.checks == 2
    assert world.view.state == "ok"


def test_one_missed_check_is_followed_soon_and_the_server_is_still_asked(world: World) -> None:
    world.tick()
    world.health = DOWN

    assert world.tick(30) == 5.0
    assert world.chat.refusal() is None
    assert world.view.state == "degraded"
    world.tick(5)
    assert str(world.chat.refusal()) == DOWN.sentence
    assert world.view.state == "down"


def test_failure_opens_only_that_capability(world: World) -> None:
    world.tick()

    world.chat.failed(TimedOut("cloud did not answer in time."))

    assert str(world.chat.refusal()) == "cloud did not answer in time."
    assert world.speak.refusal() is None
    assert world.view.breakers == {"chat": State.DOWN, "speak": State.HEALTHY}
    assert world.view.state == "degraded"


def test_opening_breaker_wakes_the_watch(world: World) -> None:
    world.chat.failed(DOWN)

    assert world.lookout._woken.is_set()


def test_good_health_alone_does_not_bring_back_what_failed(world: World) -> None:
    world.chat.failed(DOWN)
    world.tick(at_once=True)

    assert world.chat.refusal() is not None


def test_real_tiny_inference_brings_it_back_after_5_seconds(world: World) -> None:
    world.tick()
    world.chat.failed(DOWN)
    assert world.tick(at_once=True) == 5.0
    assert world.probes == 0

    world.tick(5)

    assert world.probes == 1
    assert world.chat.refusal() is None


def test_probe_that_fails_is_tried_again_after_twice_the_time(world: World) -> None:
    world.inference = TurnedAway("cloud has an inner error.", status=500)
    world.tick()
    world.chat.failed(DOWN)

    assert world.tick(5) == 10.0
    assert str(world.chat.refusal()) == "cloud has an inner error."


def test_refused_probe_is_an_answer(world: World) -> None:
    world.inference = Refused("unknown voice")
    world.tick()
    world.chat.failed(DOWN)
    world.tick(5)

    assert world.chat.refusal() is None


def test_server_that_is_gone_is_not_asked_for_inferences(world: World) -> None:
    world.health = DOWN
    world.tick()
    world.chat.failed(DOWN)

    for _ in range(20):
        world.tick(5)

    assert world.probes == 0
    world.health = report(chat="ready", speak="ready")
    for _ in range(13):
        world.tick(5)
    assert world.chat.refusal() is None
    assert world.view.state == "ok"


def test_loading_model_is_not_asked_and_looked_at_often(world: World) -> None:
    world.health = report(chat="loading", speak="ready")

    assert world.tick() == 2.0
    assert str(world.chat.refusal()) == "cloud is still loading its chat model."
    assert world.speak.refusal() is None
    world.health = report(chat="ready", speak="ready")
    world.tick(2)
    assert world.chat.refusal() is None


def test_probe_waits_until_the_model_is_loaded(world: World) -> None:
    world.chat.failed(DOWN)
    world.health = report(chat="loading")
    for _ in range(10):
        world.tick(2)
    assert world.probes == 0

    world.health = report(chat="ready")
    world.tick(2)

    assert world.chat.refusal() is None


def test_absent_capability_is_said_on_the_status_page(world: World) -> None:
    world.health = Health(
        state="ok",
        version="1",
        capabilities={"chat": CapabilityHealth(state="absent", why="BMO_EMBEDDED_LLM is off.")},
    )
    world.tick()

    assert world.view.sentence == "cloud has no chat model."


def test_draining_server_gets_no_new_turn_and_it_is_told_once(world: World) -> None:
    world.health = report("draining", chat="ready")
    for _ in range(5):
        world.tick(5)

    assert str(world.chat.refusal()) == "cloud is being switched off."
    assert world.view.state == "draining"
    assert world.drained == ["cloud"]


def test_draining_is_also_learnt_from_an_answer(world: World) -> None:
    world.tick()

    world.chat.failed(TurnedAway("cloud is not ready", status=503, code="draining"))

    assert world.speak.refusal() is not None


def test_drained_server_that_is_gone_is_down_at_once_and_comes_back_by_itself(world: World) -> None:
    world.health = report("draining", chat="ready")
    world.tick()
    world.health = DOWN
    world.tick(5)
    assert world.view.state == "down"
    world.health = report(chat="ready", speak="ready")
    for _ in range(3):
        world.tick(5)

    assert world.chat.refusal() is None
    assert world.view.state == "ok"


def test_health_without_a_key_is_believed_as_far_as_it_goes(world: World) -> None:
    world.health = HealthWord(state="ok")
    world.tick()

    assert world.chat.refusal() is None
    assert world.view.state == "ok"


def test_supervised_server_is_probed_at_the_same_pace_for_ever() -> None:
    world = World(supervised=True)
    world.inference = DOWN
    world.chat.failed(DOWN)

    assert [world.tick(5) for _ in range(4)] == [5.0] * 4


def test_supervised_server_is_warmed_once_each_time_it_becomes_ready() -> None:
    world = World(supervised=True)
    world.health = report(chat="loading", speak="ready")
    world.tick()
    assert world.probes == 1, "the voice"
    world.health = report(chat="ready", speak="ready")
    world.tick(2.0)
    world.tick(30.0)
    assert world.probes == 2, "the voice once and the chat once"

    world.health = DOWN
    world.tick(30.0)
    world.health = report(chat="ready", speak="ready")
    world.tick(30.0)

    assert world.probes == 4


def test_a_warm_up_that_fails_is_no_failure_of_the_server() -> None:
    world = World(supervised=True)
    world.inference = TimedOut("here did not answer in time.")
    world.tick()

    assert world.probes == 2
    assert world.chat.refusal() is None


def test_servers_of_others_are_not_bothered_with_warming_up(world: World) -> None:
    world.tick()

    assert world.probes == 0


def test_nobody_waits_for_a_server_that_nobody_restarts_or_watches() -> None:
    assert not World().chat.wait_until_back(DOWN)
    assert not World(supervised=True).chat.wait_until_back(DOWN)


@pytest.mark.parametrize("probe_sees_it", [True, False])
def test_server_that_flaps_for_five_minutes_costs_no_turn_and_one_switch_per_window(
    world: World, probe_sees_it: bool
) -> None:
    """Row 7: up for 2 s, down for 2 s, for 300 s, a turn every 0.3 s; at worst every probe comes while it is up."""
    cloud, here = FakeTranscribe("cloud"), FakeTranscribe("here")
    answers, failures = [], []

    def witness(attempt: Attempt) -> None:
        if attempt.failure is None:
            answers.append(attempt.provider)
        elif not attempt.skipped:
            failures.append(world.clock.monotonic())

    gate = world.lookout.standing.gate("chat")
    chain: Chain[FakeTranscribe] = Chain("transcribe", [Line(cloud, gate), Line(here)], None, witness)
    for step in range(1000):
        up = step * 0.3 % 4 < 2
        cloud.failure = None if up else DOWN
        world.health = report(chat="ready") if up or not probe_sees_it else DOWN
        world.inference = None if up or not probe_sees_it else DOWN
        world.tick(0.3)
        assert chain.ask(lambda provider, patience: provider.transcribe(HELLO)).text

    windows = [later - earlier for earlier, later in pairwise(failures)]
    assert len(answers) == 1000
    assert all(window >= wait for window, wait in zip(windows, [5, 10, 20, 40, *[60] * 9], strict=False))
    assert len(failures) >= (2 if probe_sees_it else 8)
