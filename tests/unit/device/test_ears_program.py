import io

from bmo.core.errors import Broken
from bmo.device.ears import Detectors, serve
from bmo.fakes.ears import FakeVoiceActivity, FakeWakeWord
from bmo.voice.earline import Kind, Message, read, read_scores, write

FRAME = bytes(2_560)


def answers(sent: list[Message], make: object) -> list[Message]:
    source, sink = io.BytesIO(), io.BytesIO()
    for message in sent:
        write(source, message)
    source.seek(0)
    serve(source, sink, make)  # type: ignore[arg-type]
    sink.seek(0)
    return list(iter(lambda: read(sink), None))


def test_each_satellite_has_detectors_of_its_own() -> None:
    made: list[Detectors] = []

    def make() -> Detectors:
        made.append((FakeWakeWord(), FakeVoiceActivity()))
        return made[-1]

    answers([Message(Kind.OPEN, 1), Message(Kind.OPEN, 2), Message(Kind.RESET, 1), Message(Kind.SOUND, 2, FRAME)], make)

    assert [wake.resets for wake, _ in made if isinstance(wake, FakeWakeWord)] == [1, 0]


def test_eighty_milliseconds_give_two_and_a_half_speech_scores() -> None:
    heard = answers([Message(Kind.SOUND, 1, FRAME)] * 4, lambda: (FakeWakeWord(), FakeVoiceActivity()))

    assert [len(read_scores(message.body)[1]) for message in heard] == [2, 3, 2, 3]


def test_without_a_wake_word_the_wake_score_is_zero() -> None:
    [heard] = answers([Message(Kind.SOUND, 1, b"\x30\x75" * 1_280)], lambda: (None, FakeVoiceActivity()))

    assert read_scores(heard.body)[0] == 0.0


def test_models_that_are_missing_are_one_answer_for_each_sound_and_no_crash() -> None:
    def make() -> Detectors:
        raise Broken("The models that listen are not here yet.")

    heard = answers([Message(Kind.OPEN, 1), Message(Kind.SOUND, 1, FRAME), Message(Kind.SOUND, 1, FRAME)], make)

    assert [message.kind for message in heard] == [Kind.FAILED, Kind.FAILED]
    assert b"not here yet" in heard[0].body


def test_sound_of_the_wrong_length_does_not_end_the_program() -> None:
    heard = answers(
        [Message(Kind.SOUND, 1, b""), Message(Kind.SOUND, 1, FRAME)], lambda: (FakeWakeWord(), FakeVoiceActivity())
    )

    assert len(heard) == 2
