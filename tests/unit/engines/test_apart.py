"""Engines in processes of their own, with one that does what it is told."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scripted_engine
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording, Segment, Transcript, Written
from bmo.core.errors import Broken, Cancelled, Malformed, Refused
from bmo.engines import parcels
from bmo.engines.apart import Apart, SpeakApart

PROGRAM = (sys.executable, str(Path(scripted_engine.__file__)))


@pytest.fixture
def apart() -> Iterator[Apart]:
    made = Apart("voice", {}, PROGRAM)
    yield made
    made.close()


@pytest.fixture
def voice(apart: Apart) -> SpeakApart:
    return SpeakApart(apart, "voice")


def said(voice: SpeakApart, text: str) -> list[Pcm]:
    return list(voice.speak(Utterance(text)))


def pid(voice: SpeakApart) -> int:
    return voice._apart._process.pid


def test_what_the_engine_gives_arrives(voice: SpeakApart) -> None:
    assert said(voice, "hä?") == [Pcm("hä?".encode() * 2, 24_000)]


def test_its_faults_are_ours(voice: SpeakApart) -> None:
    with pytest.raises(Refused, match="I do not say that") as fault:
        said(voice, "refuse")

    assert fault.value.code == "unknown_voice"
    assert said(voice, "hello")


def test_a_fault_that_nobody_thought_of_lets_the_next_server_try(voice: SpeakApart) -> None:
    with pytest.raises(Malformed, match="log says how"):
        said(voice, "fail")

    assert said(voice, "hello")


def test_an_engine_that_cannot_be_loaded_says_why() -> None:
    with pytest.raises(Broken, match="no model") as fault:
        Apart("voice", {"broken": True}, PROGRAM)

    assert fault.value.code == "model_missing"


def test_who_leaves_early_frees_the_engine(voice: SpeakApart) -> None:
    stream = voice.speak(Utterance("for ever"))
    next(stream)
    stream.close()

    assert said(voice, "hello") == [Pcm(b"hellohello", 24_000)]


def test_another_thread_stops_it(voice: SpeakApart) -> None:
    stream = voice.speak(Utterance("for ever"))
    next(stream)
    threading.Timer(0.05, stream.interrupt).start()  # type: ignore[attr-defined]

    with pytest.raises(Cancelled):
        list(stream)
    assert said(voice, "hello") == [Pcm(b"hellohello", 24_000)]


def test_what_was_stopped_before_it_began_never_begins(voice: SpeakApart) -> None:
    stream = voice.speak(Utterance("for ever"))
    stream.interrupt()  # type: ignore[attr-defined]

    with pytest.raises(Cancelled):
        next(stream)
    assert said(voice, "hello")


def test_a_death_is_told_and_the_next_question_starts_it_again(voice: SpeakApart) -> None:
    with pytest.raises(Malformed, match="stopped in the middle"):
        said(voice, "die")

    assert not voice.alive
    assert said(voice, "hello")
    assert voice.alive


def test_a_killed_process_is_seen_without_a_question(voice: SpeakApart) -> None:
    os.kill(pid(voice), signal.SIGKILL)

    end = time.monotonic() + 5
    while voice.alive:
        assert time.monotonic() < end


def test_a_wish_to_end_is_for_its_parent_to_fulfil(voice: SpeakApart) -> None:
    os.kill(pid(voice), signal.SIGTERM)
    os.kill(pid(voice), signal.SIGINT)

    assert said(voice, "hello")
    assert voice.alive


def test_it_ends_when_its_parent_is_gone(apart: Apart) -> None:
    assert apart._process.stdin is not None
    apart._process.stdin.close()

    assert apart._process.wait(5) == 0


@pytest.mark.parametrize(
    "one",
    [Segment("hello", 0.5, 1.5, 0.25), Transcript("hello you", "en", 0.1, "tiny", (Segment("hello", 0, 1),))],
)
def test_what_was_written_comes_back_as_it_was(one: Written) -> None:
    assert parcels.written(parcels.of_written(one)) == one


@given(st.text(), st.text(), st.booleans(), st.binary())
def test_recordings_come_back_as_they_were(hint: str, language: str, timed: bool, samples: bytes) -> None:
    one = Recording(Pcm(samples, 16_000), hint, language, timed)

    assert parcels.recording(parcels.of_recording(one)) == one
