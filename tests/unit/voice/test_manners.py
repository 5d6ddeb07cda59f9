"""Sounds and voices stand at the sentence that their tag stands in."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.assistant.tags import Tags
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Utterance
from bmo.capabilities.turn import Rolled, Tagged
from bmo.core.clock import SystemClock
from bmo.core.errors import Refused
from bmo.fakes.speak import FakeSpeak
from bmo.voice.aloud import Aloud
from bmo.voice.effects import effect
from bmo.voice.flow import Flow, Stopwatch
from bmo.voice.manners import Delivery
from bmo.voice.tag_desk import TagDesk
from bmo.voice.telling import TurnFlow


class Heard(Aloud):
    """Keeps what it is to speak, in order."""

    def __init__(self) -> None:
        flow: TurnFlow = Flow()
        super().__init__(FakeSpeak(), "bmo", flow, Stopwatch(SystemClock()))

    def all(self) -> list[str]:
        self.no_more()
        return [_told(item) for item in iter(self._clauses.get, None)]


def _told(item: Utterance | Pcm | None) -> str:
    if isinstance(item, Utterance):
        return f"{item.voice}/{item.mood}: {item.text}"
    return next(name for name in ("horn", "sword", "chime") if effect(name) is item)


def heard(*thoughts: str | Tagged) -> list[str]:
    voice = Heard()
    delivery = Delivery(voice, lambda: None)
    for thought in thoughts:
        if isinstance(thought, Tagged):
            delivery.turn(thought)
        else:
            delivery.feed(thought)
    delivery.finish()
    return voice.all()


HORN, SWORD = Tagged("horn", "sound"), Tagged("sword", "sound")


@pytest.mark.parametrize(
    ("thoughts", "spoken"),
    [
        ((HORN, "Hear me! ", SWORD, "Fight!"), ["horn", "bmo/neutral: Hear me!", "sword", "bmo/neutral: Fight!"]),
        (("He draws ", SWORD, "his blade. Run!"), ["bmo/neutral: He draws his blade.", "sword", "bmo/neutral: Run!"]),
        (("Done. ", HORN), ["bmo/neutral: Done.", "horn"]),
        ((HORN,), ["horn"]),
        ((SWORD, HORN, "Hm. "), ["sword", "horn", "bmo/neutral: Hm."]),
    ],
)
def test_a_sound_stands_where_its_tag_stands(thoughts: Sequence[str | Tagged], spoken: list[str]) -> None:
    assert heard(*thoughts) == spoken


def test_a_character_speaks_one_sentence_and_a_mood_holds_on() -> None:
    spoken = heard(
        Tagged("happy"), "Listen. ", Tagged("gruff_dwarf", "npc"), "Who goes, and why? ", "Nobody knows. ",
        Tagged("dramatic", "emotion"), Tagged("goblin", "npc"), "Gold! ", Tagged("elf", "npc"), "Songs! ", "The end.",
    )  # fmt: skip

    assert spoken == [
        "bmo/happy: Listen.",
        "npc_gruff_dwarf/happy: Who goes, and why?",
        "bmo/happy: Nobody knows.",
        "npc_goblin/dramatic: Gold!",
        "npc_elf/happy: Songs!",
        "bmo/happy: The end.",
    ]


def test_a_sentence_in_two_breaths_keeps_its_character() -> None:
    spoken = heard(Tagged("elf", "npc"), "As you know, we sing. ", "Fine.")

    assert spoken == ["npc_elf/neutral: As you know", "npc_elf/neutral: we sing.", "bmo/neutral: Fine."]


ANSWER = st.lists(
    st.sampled_from(
        [
            "Hello. ",
            "We sing and dance, ",
            "oh! ",
            "[SOUND:horn]",
            "[NPC:elf] ",
            "[happy]",
            "[EMOTION:sad] ",
            "[1] ",
            "Dr. ",
        ]
    )
).map("".join)


@given(ANSWER, st.data())
def test_the_same_is_heard_wherever_the_stream_is_cut(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]

    assert heard(*read(*pieces)) == heard(*read(text))


def read(*pieces: str) -> list[str | Tagged]:
    tags = Tags()
    thoughts = [thought for piece in pieces for thought in tags.feed(piece)] + list(tags.finish())
    return [thought if isinstance(thought, Tagged) else thought.text for thought in thoughts]


def test_every_tag_knows_the_clause_that_it_stands_in() -> None:
    delivery = Delivery(Heard(), lambda: None)
    face = Tagged("happy", "face")

    numbers = [delivery.turn(face)]
    for piece in ("Hello. ", HORN, face, "He draws ", face, "a sword. ", face):
        if isinstance(piece, Tagged):
            numbers.append(delivery.turn(piece))
        else:
            delivery.feed(piece)

    assert numbers == [0, 1, 2, 2, 3]


def test_when_nobody_listens_nothing_is_made() -> None:
    told: list[str] = []
    delivery = Delivery(None, lambda: told.append("words"))
    delivery.turn(HORN)
    delivery.feed("Hello. ")
    delivery.finish()

    assert told == []


class TestWhoActs:
    def test_dice_and_games_are_handed_to_whoever_is_registered(self) -> None:
        desk = TagDesk({"roll": lambda tagged, _: Rolled(tagged.tag, (3,), 3)})

        assert desk.act(Tagged("1d6", "roll"), Asked()) == Rolled("1d6", (3,), 3)

    def test_a_tag_that_nobody_acts_on_says_why(self) -> None:
        desk = TagDesk(knows_voice=lambda name: name == "npc_elf")

        assert desk.act(Tagged("calm", "music"), Asked()).refused == "There is no music here yet."
        assert "game" in desk.act(Tagged("poisoned", "condition"), Asked()).refused
        assert "dice" in desk.act(Tagged("1d6", "roll"), Asked()).refused
        assert "nobody_here" in desk.act(Tagged("nobody_here", "npc"), Asked()).refused
        assert desk.act(Tagged("elf", "npc"), Asked()) == Tagged("elf", "npc")

    def test_a_handler_that_refuses_costs_its_tag_and_not_the_answer(self) -> None:
        def refuses(tagged: Tagged, asked: Asked) -> Tagged:
            raise Refused("Not now.")

        assert TagDesk({"music": refuses}).act(Tagged("calm", "music"), Asked()) == Tagged("calm", "music", "Not now.")

    def test_the_log_says_it_once(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("INFO")
        desk = TagDesk()
        for _ in range(3):
            desk.act(Tagged("calm", "music"), Asked())

        assert caplog.text.count("no music here yet") == 1
