"""Listeners hear what they asked for, and never hurt the one who tells."""

from dataclasses import dataclass

from bmo.core.events import Events


@dataclass(frozen=True)
class Rang:
    name: str


@dataclass(frozen=True)
class RangLoudly(Rang):
    pass


def test_a_listener_hears_exactly_its_type() -> None:
    events = Events()
    heard: list[Rang] = []
    events.on(Rang, heard.append)

    events.tell(Rang("eggs"))
    events.tell(RangLoudly("pasta"))

    assert heard == [Rang("eggs")]


def test_a_listener_that_fails_does_not_keep_the_next_from_hearing() -> None:
    events = Events()
    heard: list[Rang] = []

    def broken(event: Rang) -> None:
        raise RuntimeError(event.name)

    events.on(Rang, broken)
    events.on(Rang, heard.append)
    events.tell(Rang("eggs"))

    assert heard == [Rang("eggs")]


def test_a_listener_that_stopped_hears_nothing_more() -> None:
    events = Events()
    heard: list[Rang] = []
    stop = events.on(Rang, heard.append)

    stop()
    stop()
    events.tell(Rang("eggs"))

    assert heard == []
