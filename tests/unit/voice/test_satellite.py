from itertools import count

import pytest

from bmo.capabilities.turn import Ended, Heard, Reply, Said, Showing, Sound
from bmo.fakes.clock import ManualClock
from bmo.voice.deeds import Answer, Cancel, Deed, End, Overheard, ResetEars, Show, Tell, Understand, Woke, Write
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite

FRAME = bytes(2_560)
QUIET, LOUD = (0.01,) * 3, (0.9,) * 3
SECOND_OF_SOUND = bytes(48_000)


class Room:
    """A satellite in a room where time passes with the sound; `deeds` collects what it wants done."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.clock = ManualClock()
        self.first_to_hear = True
        numbers = count()
        self.satellite = Satellite(
            self.clock,
            lambda: f"t{next(numbers)}",
            rules,
            claim=lambda: self.first_to_hear,
            stops=lambda text: text.strip(".").lower() in ("stop", "never mind"),
        )
        self.deeds: list[Deed] = []

    def frames(self, number: int, wake: float = 0.0, speech: tuple[float, ...] = QUIET) -> None:
        for _ in range(number):
            self.clock.advance(0.08)
            self.do(self.satellite.hear(FRAME, wake, speech))
            self.do(self.satellite.tick())

    def do(self, deeds: list[Deed]) -> None:
        self.deeds += deeds

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.1)):
            self.clock.advance(0.1)
            self.do(self.satellite.tick())

    def faces(self) -> list[str]:
        return [deed.state for deed in self.deeds if isinstance(deed, Show)]

    def ends(self) -> list[tuple[str, str]]:
        return [(deed.turn, deed.ended.outcome) for deed in self.deeds if isinstance(deed, End)]

    def kinds(self) -> list[type]:
        return [type(deed) for deed in self.deeds]

    def woken(self) -> None:
        self.do(self.satellite.listen("always"))
        self.frames(30)
        self.frames(2, wake=0.9)

    def commanded(self) -> None:
        self.woken()
        self.frames(6)
        self.frames(10, speech=LOUD)
        self.frames(20)


@pytest.fixture
def room() -> Room:
    return Room()


def test_wake_command_and_answer_pass_through_all_four_faces(room: Room) -> None:
    room.commanded()
    room.do(room.satellite.told("t0", Reply("Five minutes.")))
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND, last=True)))
    room.do(room.satellite.told("t0", Ended("done")))
    room.do(room.satellite.played("t0", 0))

    assert room.faces() == ["listening", "thinking", "speaking", "idle"]
    assert room.ends() == [("t0", "done")]
    assert room.kinds()[-1] is ResetEars


def test_one_chunk_over_the_threshold_does_not_wake(room: Room) -> None:
    room.do(room.satellite.listen("always"))

    for _ in range(5):
        room.frames(1, wake=0.9)
        room.frames(3)

    assert room.faces() == []


def test_the_score_is_told(room: Room) -> None:
    room.woken()

    assert Woke("t0", 0.9) in room.deeds


def test_a_second_wake_right_after_the_first_is_the_same_one(room: Room) -> None:
    room.woken()

    room.frames(3, wake=0.9)

    assert room.kinds().count(Woke) == 1


def test_a_command_that_follows_without_a_pause_is_heard_from_the_first_hit_on(room: Room) -> None:
    """The chunk that makes the wake sure already holds the beginning of "stop"."""
    room.do(room.satellite.listen("always"))
    room.frames(30)
    room.frames(3, wake=0.9, speech=LOUD)
    room.frames(2, wake=0.9, speech=LOUD)
    room.frames(20)

    [command] = [deed.command for deed in room.deeds if isinstance(deed, Understand)]
    assert command.sound.seconds == pytest.approx(0.08 + 4 * 0.08 + 1.3, abs=0.1)


def test_no_wake_word_is_needed_after_the_button(room: Room) -> None:
    room.do(room.satellite.listen("once"))
    room.frames(10, speech=LOUD)
    room.frames(20)

    assert Understand in room.kinds()
    assert room.satellite.mode == "off"


def test_the_button_does_not_switch_always_listening_off(room: Room) -> None:
    room.do(room.satellite.listen("always"))

    room.do(room.satellite.listen("once"))

    assert room.satellite.mode == "always"


def test_a_microphone_that_is_off_does_not_wake(room: Room) -> None:
    room.frames(20, wake=0.99)

    assert room.deeds == []


def test_silence_after_the_wake_word_is_nothing_heard(room: Room) -> None:
    room.woken()

    room.frames(80)

    assert room.ends() == [("t0", "nothing_heard")]
    assert room.satellite.state == "idle"


def test_switching_off_in_mid_command_hands_in_what_was_said(room: Room) -> None:
    room.do(room.satellite.listen("once"))
    room.frames(10, speech=LOUD)

    room.do(room.satellite.listen("off"))

    assert Understand in room.kinds()


def test_a_microphone_that_goes_silent_in_mid_command_ends_the_turn_with_a_sentence(room: Room) -> None:
    room.woken()

    room.wait(4)

    [end] = [deed for deed in room.deeds if isinstance(deed, End)]
    assert end.ended.outcome == "failed"
    assert "microphone" in end.ended.sentence


def test_an_error_is_shown_for_a_moment(room: Room) -> None:
    room.do(room.satellite.ask(Said("hello"), aloud=False))
    room.do(room.satellite.told("t0", Ended("failed", "unavailable", "Nobody is there.")))

    room.wait(3)

    assert room.faces() == ["thinking", "error", "idle"]


def test_the_end_waits_until_the_sound_was_played(room: Room) -> None:
    room.do(room.satellite.ask(Said("hello"), aloud=True))
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND, last=True)))
    room.do(room.satellite.told("t0", Sound(1, 24_000, SECOND_OF_SOUND, last=True)))
    room.do(room.satellite.told("t0", Ended("done")))
    room.do(room.satellite.played("t0", 0))
    early = room.ends()

    room.do(room.satellite.played("t0", 1))

    assert early == []
    assert room.ends() == [("t0", "done")]


def test_a_loudspeaker_that_reports_nothing_ends_the_turn_when_the_sound_must_be_over(room: Room) -> None:
    room.do(room.satellite.ask(Said("hello"), aloud=True))
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND, last=True)))
    room.do(room.satellite.told("t0", Ended("done")))

    room.wait(3)

    assert room.ends() == [("t0", "done")]


def test_sound_is_sent_a_few_seconds_ahead_and_all_of_it_in_order(room: Room) -> None:
    room.do(room.satellite.ask(Said("a long story"), aloud=True))
    for clause in range(30):
        room.do(room.satellite.told("t0", Sound(clause, 24_000, SECOND_OF_SOUND, last=True)))
    room.do(room.satellite.told("t0", Ended("done")))
    at_once = [deed for deed in room.deeds if isinstance(deed, Tell)]

    room.wait(40)

    assert len(at_once) == 6
    told = [deed.event for deed in room.deeds if isinstance(deed, Tell)]
    assert [event.clause for event in told if isinstance(event, Sound)] == list(range(30))
    assert room.ends() == [("t0", "done")]


def test_stop_while_speaking_cancels_and_nothing_more_is_told(room: Room) -> None:
    room.do(room.satellite.ask(Said("hello"), aloud=True))
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND)))

    room.do(room.satellite.stop())
    room.deeds.clear()
    room.do(room.satellite.told("t0", Reply("and another thing")))
    room.do(room.satellite.told("t0", Ended("done")))

    assert room.deeds == []
    assert room.satellite.state == "idle"


def test_the_wake_word_while_speaking_stops_and_listens(room: Room) -> None:
    room.commanded()
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND * 5)))
    room.deeds.clear()

    room.frames(2, wake=0.95)

    assert [type(deed) for deed in room.deeds] == [Cancel, End, Woke, Show]
    assert room.ends() == [("t0", "cancelled")]
    assert room.satellite.turn == "t1"
    assert room.satellite.state == "listening"


def test_while_speaking_a_middling_score_is_bmo_hearing_itself(room: Room) -> None:
    room.commanded()
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND * 5)))

    room.frames(10, wake=0.7)

    assert room.satellite.state == "speaking"


def test_a_typed_question_interrupts_a_recording(room: Room) -> None:
    room.woken()

    room.do(room.satellite.ask(Said("what time is it"), aloud=True))

    assert room.ends() == [("t0", "cancelled")]
    assert Answer("t1", Said("what time is it"), True) in room.deeds


def test_broken_ears_cost_the_recording_and_say_so(room: Room) -> None:
    room.woken()

    room.do(room.satellite.fail("ears_lost", "My ears broke for a moment. Please say that again."))

    assert room.ends() == [("t0", "failed")]


def test_broken_ears_do_not_cost_an_answer(room: Room) -> None:
    room.do(room.satellite.ask(Said("hello"), aloud=True))

    room.do(room.satellite.fail("ears_lost", "My ears broke for a moment."))

    assert room.ends() == []


def test_an_answer_that_says_it_thinks_does_not_take_the_face_from_speaking(room: Room) -> None:
    room.do(room.satellite.ask(Said("hello"), aloud=True))
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND)))

    room.do(room.satellite.told("t0", Showing("thinking")))

    assert room.satellite.state == "speaking"


def paused(room: Room) -> Write:
    """Somebody spoke and paused: the words so far are to be written down."""
    room.do(room.satellite.listen("once"))
    room.frames(10, speech=LOUD)
    room.frames(4)
    [write] = [deed for deed in room.deeds if isinstance(deed, Write)]
    return write


def understood(room: Room) -> list[int]:
    return [deed.pause for deed in room.deeds if isinstance(deed, Understand)]


def test_a_whole_command_is_obeyed_at_the_first_pause_with_what_was_written(room: Room) -> None:
    write = paused(room)

    room.do(room.satellite.written("t0", write.pause, 0.0))

    assert understood(room) == [write.pause]
    assert room.faces()[-1] == "thinking"


def test_a_finished_sentence_is_waited_for_a_little_longer(room: Room) -> None:
    write = paused(room)

    room.do(room.satellite.written("t0", write.pause, 0.75))
    at_once = understood(room)
    room.frames(5)

    assert (at_once, understood(room)) == ([], [write.pause])


def test_whoever_goes_on_is_not_cut_off_by_a_guess_that_comes_late(room: Room) -> None:
    write = paused(room)
    room.frames(2, speech=LOUD)

    room.do(room.satellite.written("t0", write.pause, 0.0))

    assert understood(room) == []
    assert room.satellite.state == "listening"


def test_what_one_pause_asks_for_does_not_hold_for_the_next(room: Room) -> None:
    write = paused(room)
    room.do(room.satellite.written("t0", write.pause, 0.75))
    room.frames(5, speech=LOUD)

    room.frames(10)

    assert understood(room) == []
    assert [deed.pause for deed in room.deeds if isinstance(deed, Write)] == [1, 2]


def test_without_a_word_from_the_writer_the_longest_silence_decides_and_his_words_are_still_used(room: Room) -> None:
    write = paused(room)

    room.frames(20)

    assert understood(room) == [write.pause]


def test_where_it_is_switched_off_nothing_is_written_ahead() -> None:
    room = Room(Rules(adaptive=False))
    room.do(room.satellite.listen("once"))
    room.frames(10, speech=LOUD)

    room.frames(20)

    assert understood(room) == [0]
    assert Write not in room.kinds()


def test_a_guess_about_a_turn_that_was_stopped_is_dropped(room: Room) -> None:
    write = paused(room)
    room.do(room.satellite.stop())

    room.do(room.satellite.written("t0", write.pause, 0.0))

    assert understood(room) == []
    assert room.satellite.state == "idle"


def test_what_was_understood_so_far_is_shown_in_the_pause(room: Room) -> None:
    write = paused(room)

    room.do(room.satellite.written("t0", write.pause, 1.5, "set a timer for"))

    assert Tell("t0", Heard("set a timer for", final=False)) in room.deeds
    assert room.satellite.state == "listening"


def speaking(room: Room, words: str = "Once upon a time.") -> None:
    """The microphone is open and BMO tells a story."""
    room.commanded()
    room.do(room.satellite.told("t0", Reply(words)))
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND * 30)))
    room.deeds.clear()


def test_a_short_word_while_speaking_is_written_down_and_stop_ends_the_answer(room: Room) -> None:
    speaking(room)
    room.frames(4)
    room.frames(5, speech=LOUD)
    room.frames(4)
    [overheard] = [deed for deed in room.deeds if isinstance(deed, Overheard)]
    room.deeds.clear()

    room.do(room.satellite.overheard("t0", "Stop."))

    assert overheard.sound.seconds == pytest.approx(0.4 + 0.26 + 0.2, abs=0.15)
    assert room.kinds() == [Cancel, End, Show, ResetEars]
    assert room.satellite.state == "idle"


@pytest.mark.parametrize("words", ["Nice story.", "", "We never stop at red lights."])
def test_other_words_while_speaking_change_nothing(room: Room, words: str) -> None:
    speaking(room)

    room.do(room.satellite.overheard("t0", words))

    assert room.satellite.state == "speaking"


def test_a_stop_that_bmo_says_itself_does_not_stop_it(room: Room) -> None:
    speaking(room, "And the wolf cried: Stop! But nobody did.")

    room.do(room.satellite.overheard("t0", "Stop."))

    assert room.satellite.state == "speaking"


def test_whoever_talks_on_while_bmo_speaks_is_not_written_down(room: Room) -> None:
    speaking(room)

    room.frames(40, speech=LOUD)
    room.frames(10)

    assert room.deeds == []


def test_nothing_is_overheard_by_a_microphone_that_nobody_left_open(room: Room) -> None:
    room.do(room.satellite.ask(Said("a story"), aloud=True))
    room.do(room.satellite.told("t0", Sound(0, 24_000, SECOND_OF_SOUND * 30)))

    room.frames(5, speech=LOUD)
    room.frames(10)

    assert Overheard not in room.kinds()


def test_an_answer_with_the_wake_word_in_it_does_not_wake_bmo(room: Room) -> None:
    speaking(room, 'Just say "Hey Jarvis" and I listen.')

    room.frames(20, wake=0.99)

    assert room.satellite.state == "speaking"


def test_who_hears_the_wake_word_second_stays_silent(room: Room) -> None:
    room.first_to_hear = False

    room.woken()

    assert Woke not in room.kinds()
    assert room.satellite.state == "idle"
    assert room.ends() == []


def test_who_hears_it_second_while_it_speaks_is_quiet_at_least(room: Room) -> None:
    speaking(room)
    room.first_to_hear = False

    room.frames(2, wake=0.95)

    assert room.ends() == [("t0", "cancelled")]
    assert room.satellite.state == "idle"


def test_ten_minutes_of_talk_are_cut_at_half_a_minute_and_nothing_is_kept(room: Room) -> None:
    room.woken()

    room.frames(7_500, speech=LOUD)

    [command] = [deed.command for deed in room.deeds if isinstance(deed, Understand)]
    assert command.sound.seconds <= 32.5
    assert room.satellite.bytes_held < 5 * 32_000
