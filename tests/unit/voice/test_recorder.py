import pytest

from bmo.voice.recorder import Hearing, Recorder, Verdict

FRAME = 2_560
"""Bytes of 80 ms."""
QUIET, LOUD = (0.01, 0.01, 0.01), (0.9, 0.9, 0.9)


def frame(number: int) -> bytes:
    """80 ms that can be told apart from others."""
    return number.to_bytes(2, "little") * (FRAME // 2)


def speech(index: int, probability: float) -> tuple[float, ...]:
    """As the activity detector answers: 2.5 probabilities a frame."""
    return (probability,) * (2 + index % 2)


def record(recorder: Recorder, probabilities: list[float]) -> tuple[Verdict, int]:
    """Feed one frame for each probability until a verdict; the verdict and how many frames it took."""
    for index, probability in enumerate(probabilities):
        verdict = recorder.add(frame(index), speech(index, probability))
        if verdict in ("said", "silent", "longest"):
            return verdict, index + 1
    return "more", len(probabilities)


def test_a_second_and_a_half_of_silence_ends_a_command() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)

    verdict, frames = record(recorder, [0.01] * 5 + [0.9] * 10 + [0.01] * 30)

    assert verdict == "said"
    assert frames == 5 + 10 + 19


def test_the_silence_that_ends_a_command_is_told() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)
    record(recorder, [0.9] * 10 + [0.01] * 30)

    assert recorder.finish().silence == pytest.approx(1.5, abs=0.04)


def test_each_pause_is_told_once_and_goes_on_until_somebody_speaks() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)
    told = []

    for index, probability in enumerate(([0.9] * 5 + [0.01] * 8) * 3):
        if recorder.add(frame(index), speech(index, probability)) == "pause":
            told.append((index, recorder.pauses, recorder.pausing))

    assert [pause for _, *pause in told] == [[1, True], [2, True], [3, True]]
    assert [index % 13 for index, *_ in told] == [7, 7, 7], (
        "0.24 s after the last word, with the frame that 0.22 s end in"
    )


def test_what_was_said_so_far_is_told_while_recording_goes_on() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)
    record(recorder, [0.9] * 5 + [0.01] * 4)
    so_far = recorder.so_far()

    record(recorder, [0.01] * 30)

    assert recorder.finish().sound.samples.startswith(so_far.sound.samples)


def test_a_short_pause_does_not_end_a_command() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)

    verdict, _ = record(recorder, ([0.9] * 5 + [0.01] * 8) * 6)

    assert verdict == "more"


def test_nobody_speaking_for_six_seconds_is_silent() -> None:
    recorder = Recorder()
    recorder.start(after_wake=True)

    assert record(recorder, [0.1] * 100) == ("silent", 75)


def test_one_loud_click_is_not_speech() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)

    recorder.add(frame(0), (0.01, 0.95, 0.01))

    assert not recorder.spoken


def test_speech_without_end_is_cut_after_thirty_seconds() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)

    assert record(recorder, [0.9] * 1_000) == ("longest", 375)


def test_the_command_begins_after_the_wake_phrase() -> None:
    """The phrase rings on for 160 ms, then a pause, then the command."""
    recorder = Recorder()
    for index in range(40):
        recorder.keep(frame(1_000 + index))
    recorder.start(after_wake=True)
    record(recorder, [0.9] * 2 + [0.01] * 10 + [0.9] * 10 + [0.01] * 30)

    command = recorder.finish()

    assert command.sound.samples[:2] == frame(12 - 3)[:2], "about 200 ms before the first word"
    assert command.sound.seconds == pytest.approx(0.2 + 0.8 + 1.5, abs=0.08)
    assert command.lead.seconds == 2.0
    assert command.lead.samples.endswith(frame(1_039))


def test_wake_phrase_and_command_laid_end_to_end_hold_no_sound_twice() -> None:
    recorder = Recorder()
    for index in range(40):
        recorder.keep(frame(1_000 + index))
    recorder.start(after_wake=True)
    record(recorder, [0.9] * 30 + [0.01] * 50)

    command = recorder.finish()

    heard = command.lead.samples + command.sound.samples
    frames = [heard[at : at + 2] for at in range(0, len(heard), 2 * 1_280)]
    assert command.lead.seconds < 2.0
    assert len(set(frames)) == len(frames)


def test_what_was_said_before_a_button_is_nobodys_voice() -> None:
    recorder = Recorder()
    for index in range(40):
        recorder.keep(frame(1_000 + index))
    recorder.start(after_wake=False)
    record(recorder, [0.9] * 30 + [0.01] * 50)

    assert recorder.finish().lead.samples == b""


def test_a_command_that_follows_without_a_pause_is_whole() -> None:
    recorder = Recorder()
    for index in range(40):
        recorder.keep(frame(1_000 + index))
    recorder.start(after_wake=True)
    record(recorder, [0.9] * 20 + [0.01] * 30)

    command = recorder.finish()

    assert command.sound.samples[:2] == frame(1_039)[:2], "80 ms before the wake hit, no more of the phrase"
    assert frame(0) in command.sound.samples


def test_memory_is_bounded_through_ten_minutes_of_noise() -> None:
    recorder = Recorder(Hearing(lead=2.0))

    for index in range(7_500):
        recorder.keep(frame(index % 30_000))

    assert recorder.bytes_held == 64_000


def test_a_finished_recorder_holds_nothing() -> None:
    recorder = Recorder()
    recorder.start(after_wake=False)
    record(recorder, [0.9] * 10)

    recorder.finish()

    assert recorder.bytes_held == 0
