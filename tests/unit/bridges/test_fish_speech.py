from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.bridges.fish_speech import FishSpeech, _parsed
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import MANNERS, Reference, Utterance
from bmo.core.errors import Malformed, NotFound, Refused, TurnedAway, Unavailable, Unreachable
from fish_speech_server import RATE, FishSpeechServer, fish_speech, hum, wav_head
from sounds import file, tone

REFERENCE = Reference(file(tone(seconds=3.0)), "What I said.")


def references(name: str) -> Reference:
    if name != "grandma":
        raise NotFound(f"no {name}")
    return REFERENCE


def spoken(server: FishSpeechServer, utterance: Utterance, **how: str) -> list[Pcm]:
    with fish_speech(server) as url:
        return list(FishSpeech(url, references, **how).speak(utterance))


def samples(pieces: list[Pcm]) -> bytes:
    return b"".join(piece.samples for piece in pieces)


@pytest.mark.parametrize("head", [True, False])
def test_the_sound_is_whole_with_and_without_a_head(head: bool) -> None:
    pieces = spoken(FishSpeechServer(head=head), Utterance("Hello there", "grandma"))

    assert {piece.rate for piece in pieces} == {RATE}
    assert samples(pieces) == 2 * hum(300)


def test_the_recording_and_its_words_go_along() -> None:
    server = FishSpeechServer()
    spoken(server, Utterance("Hello", "grandma"))

    assert server.asked[0].references[0].audio == REFERENCE.wav
    assert server.asked[0].references[0].text == "What I said."
    assert server.asked[0].use_memory_cache == "on"
    assert server.asked[0].streaming


def test_the_first_word_is_heard_before_the_second_is_made() -> None:
    server = FishSpeechServer()
    server.go_on.clear()
    with (
        fish_speech(server) as url,
        closing(FishSpeech(url, references).speak(Utterance("one two", "grandma"))) as pieces,
    ):
        first = next(pieces)
        server.go_on.set()
        rest = list(pieces)

    assert len(first.samples) <= len(hum(300))
    assert samples([first, *rest]) == 2 * hum(300)


@pytest.mark.parametrize(("brackets", "text"), [("()", "(joyful) Hello"), ("[]", "[joyful] Hello"), ("", "Hello")])
def test_a_mood_is_a_marker_the_model_knows(brackets: str, text: str) -> None:
    server = FishSpeechServer()
    spoken(server, Utterance("Hello", "grandma", mood="happy"), brackets=brackets)

    assert server.asked[0].text == text


def test_every_mood_can_be_asked_for() -> None:
    server = FishSpeechServer()
    with fish_speech(server) as url:
        for mood in MANNERS:
            list(FishSpeech(url, references).speak(Utterance("Hello", "grandma", mood=mood)))

    assert len(server.asked) == len(MANNERS)


def test_whoever_was_not_recorded_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="stranger") as refused:
        spoken(FishSpeechServer(), Utterance("Hello", "stranger"))
    assert refused.value.code == "unknown_voice"


def test_speed_and_pitch_are_refused_not_ignored() -> None:
    for utterance in (Utterance("Hello", "grandma", speed=1.5), Utterance("Hello", "grandma", cents=100)):
        with pytest.raises(Refused):
            spoken(FishSpeechServer(), utterance)


def test_a_wrong_key_and_no_server_are_somebody_elses_turn() -> None:
    with pytest.raises(TurnedAway, match="401"):
        spoken(FishSpeechServer(key="secret"), Utterance("Hello", "grandma"), key="wrong")
    with pytest.raises(Unreachable):
        list(FishSpeech("http://127.0.0.1:9", references).speak(Utterance("Hello", "grandma")))
    assert spoken(FishSpeechServer(key="secret"), Utterance("Hello", "grandma"), key="secret")


def test_a_server_that_dies_in_mid_word_is_not_taken_for_done() -> None:
    with pytest.raises(Unavailable):
        spoken(FishSpeechServer(cut_after=1), Utterance("one two", "grandma"))


@given(st.lists(st.integers(1, 60), max_size=20))
def test_a_head_may_come_in_any_pieces(cuts: list[int]) -> None:
    whole = wav_head() + hum(300)[:400]

    def pieces() -> Iterator[bytes]:
        at = 0
        for cut in cuts:
            yield whole[at : at + cut]
            at += cut
        yield whole[at:]

    voice = FishSpeech("http://127.0.0.1:9", references)
    assert samples(list(voice._sound(piece for piece in pieces() if piece))) == hum(300)[:400]


@given(st.binary(max_size=200))
def test_a_head_that_makes_no_sense_is_malformed_or_not_there_yet(data: bytes) -> None:
    try:
        found = _parsed(b"RIFF" + data)
    except Malformed:
        return
    assert found is None or found[0] > 0


@pytest.mark.parametrize("answer", [b"", b"RIFF", b"RIFF\x00\x00\x00\x00JUNKjunk", file(tone(), subtype="FLOAT")])
def test_what_is_no_sound_is_malformed(answer: bytes) -> None:
    with pytest.raises(Malformed):
        list(FishSpeech("http://127.0.0.1:9", references)._sound(iter([answer] if answer else [])))
