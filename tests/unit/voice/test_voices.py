import re
from typing import get_args

import pytest

from bmo.capabilities.chain import Attempt
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Mood, Utterance, check
from bmo.capabilities.turn import Served
from bmo.core.errors import Refused, Unreachable
from bmo.core.trace import trace
from bmo.fakes.clock import ManualClock
from bmo.fakes.speak import FakeSpeak
from bmo.voice.cast import REMEMBERED_SECONDS, Cast
from bmo.voice.served import Serving
from bmo.voice.voices import OWN, SHIPPED, NamedVoice, VoiceTable


class Stage:
    """One server and who it knows."""

    def __init__(self, *known: str, voices: VoiceTable | None = None) -> None:
        self.voices = voices or VoiceTable()
        self.clock = ManualClock()
        self.server = FakeSpeak("here", voices=known)
        self.told: list[Attempt] = []
        self.cast = Cast(self.server, self.voices, self.clock, self.told.append)

    def say(self, voice: str, mood: Mood = "neutral") -> Utterance:
        """What the server was given in the end."""
        assert list(self.cast.speak(Utterance("Hello there.", voice, mood=mood)))
        return self.server.utterances[-1]


class Counting(FakeSpeak):
    """Notes every name it is asked for, also those it does not know."""

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        self.asked.append(utterance.voice)
        yield from super().speak(utterance)

    def __init__(self, name: str, voices: tuple[str, ...]) -> None:
        super().__init__(name, voices=voices)
        self.asked: list[str] = []


def test_every_shipped_voice_is_one_that_every_engine_can_do() -> None:
    voices = VoiceTable()

    for name in SHIPPED:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", name)
        for asked in voices.wanted(Utterance("Hi.", name)):
            check(asked)
            assert asked.mood in get_args(Mood)
        assert voices.wanted(Utterance("Hi.", name))[-1].voice == "bmo"


def test_there_are_moods_of_bmo_and_a_dozen_characters_that_differ() -> None:
    characters = {name: voice for name, voice in SHIPPED.items() if name.startswith("npc_")}

    assert {"bmo", "bmo_happy", "bmo_sad"} <= set(SHIPPED)
    assert len(characters) >= 12
    assert len({(voice.cents, voice.speed) for voice in characters.values()}) == len(characters)


def test_a_mood_of_bmo_is_bmo_in_that_mood() -> None:
    asked = Stage("bmo").say("bmo_sad")

    assert (asked.voice, asked.mood, asked.cents) == ("bmo", "sad", 0.0)


def test_a_mood_that_the_words_ask_for_wins_over_that_of_the_voice() -> None:
    assert Stage("bmo").say("bmo_sad", mood="happy").mood == "happy"


def test_a_character_with_a_recording_sounds_as_recorded() -> None:
    stage = Stage("bmo", "npc_gruff_dwarf")

    asked = stage.say("npc_gruff_dwarf")

    assert (asked.voice, asked.cents, asked.speed, asked.mood) == ("npc_gruff_dwarf", 0.0, 1.0, "neutral")
    assert stage.told == []


def test_where_a_character_is_not_known_the_base_voice_plays_it(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage("bmo")

    with caplog.at_level("INFO"):
        asked = stage.say("npc_gruff_dwarf")

    dwarf = SHIPPED["npc_gruff_dwarf"]
    assert (asked.voice, asked.cents, asked.speed, asked.mood) == ("bmo", dwarf.cents, dwarf.speed, dwarf.mood)
    assert stage.told == []
    assert "npc_gruff_dwarf" in caplog.text


def test_a_stand_in_for_somebody_who_is_missed_is_the_reason_that_a_turn_tells() -> None:
    stage, served = Stage("bmo", voices=VoiceTable(more={"nan": NamedVoice("grandma", cents=-150)})), []
    serving = Serving(trace(), served.append)

    asked = stage.say("nan")
    for attempt in (*stage.told, Attempt("speak", "here", trace=trace())):
        serving.note(attempt)

    assert (asked.voice, asked.cents) == ("bmo", -150)
    sentence = "Nobody is called grandma at the AI server 'here', so another voice stands in."
    assert served == [Served("speak", "here", sentence)]


def test_a_character_that_was_once_heard_as_recorded_is_missed() -> None:
    voices = VoiceTable()
    cloud, here = Stage("bmo", "npc_elf", voices=voices), Stage("bmo", voices=voices)
    cloud.say("npc_elf")

    here.say("npc_elf")

    assert [attempt.provider for attempt in here.told] == ["npc_elf at here"]


def test_a_server_is_not_asked_each_time_for_somebody_it_does_not_know_but_again_later() -> None:
    stage = Stage()
    server = Counting("here", voices=("bmo",))
    cast = Cast(server, stage.voices, stage.clock, stage.told.append)

    for _ in range(2):
        list(cast.speak(Utterance("Hi.", "npc_elf")))
    stage.clock.advance(REMEMBERED_SECONDS + 1)
    list(cast.speak(Utterance("Hi.", "npc_elf")))

    assert server.asked == ["npc_elf", "bmo", "bmo", "npc_elf", "bmo"]


def test_bmos_own_voice_is_the_chosen_one_from_the_next_clause_on() -> None:
    stage = Stage("bmo")
    before = stage.say(OWN)

    stage.voices.choose("bmo_excited")

    assert (before.mood, stage.say(OWN).mood) == ("neutral", "excited")


def test_a_name_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        Stage("bmo").say("darth")

    assert refused.value.code == "unknown_voice"


def test_the_voice_of_the_settings_is_stood_in_for_and_bmo_is_not_silent() -> None:
    assert Stage("bmo", voices=VoiceTable("grandma")).say(OWN).voice == "bmo"


def test_somebody_who_was_once_heard_is_stood_in_for_where_she_is_not_known() -> None:
    voices = VoiceTable()
    cloud, here = Stage("bmo", "grandma", voices=voices), Stage("bmo", voices=voices)

    assert cloud.say("grandma").voice == "grandma"
    assert here.say("grandma").voice == "bmo"
    assert "grandma" in voices.names


def test_a_voice_of_the_settings_has_a_base_that_may_be_missing_too() -> None:
    voices = VoiceTable(more={"uncle": NamedVoice(base="low", cents=-50)})

    assert [asked.voice for asked in voices.wanted(Utterance("Hi.", "uncle"))] == ["low", "bmo"]
    assert Stage("bmo", voices=voices).say("uncle").cents == -50


def test_a_server_that_is_away_is_not_taken_for_one_that_lacks_a_voice() -> None:
    stage = Stage()
    away = FakeSpeak("here", failure=Unreachable("Gone."))

    with pytest.raises(Unreachable):
        list(Cast(away, stage.voices, stage.clock, stage.told.append).speak(Utterance("Hi.", "npc_elf")))
    assert len(away.spoken) == 1
