"""Entries cut by kind, phrasings and synonyms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.dnd.find import phrasings, synonyms
from bmo.dnd.find.entry import Entry, Kind, Part
from bmo.dnd.find.phrasings import Phrasings
from bmo.dnd.find.units import MOST_PIECES, WORDS, units

NONE = Phrasings({})


def texts(entry: Entry) -> list[str]:
    return [one.text for one in units([entry], NONE) if not one.said]


def test_a_stat_block_is_cut_by_trait_and_plain_attacks_stay_together() -> None:
    gaze = "When somebody who can see her eyes starts his turn near her, he must make a saving throw. " * 2
    parts = (
        Part("Gaze", gaze),
        Part("Claw", "Melee Weapon Attack: +5 to hit, reach 5 ft., one target."),
        Part("Bow", "Ranged Weapon Attack: +5 to hit, range 150/600 ft., one target."),
    )

    found = texts(Entry(Kind.CREATURE, "Test", ("Monsters", "Medusa"), "Medium monstrosity.", parts))

    assert found[0] == "Medium monstrosity."
    assert found[1].startswith("Gaze. When")
    assert "Claw. Melee" in found[2]
    assert "Bow. Ranged" in found[2]


def test_a_short_spell_stays_whole() -> None:
    text = "A sentence of a spell about fire. " * 10

    assert texts(Entry(Kind.SPELL, "Test", ("Spells", "Fireball"), text)) == [text.strip()]


def test_a_rule_is_known_by_the_headings_above_it() -> None:
    entry = Entry(Kind.RULE, "Test", ("Rule Sections", "Using Each Ability", "Dexterity", "Hiding"), "Be quiet.")

    assert units([entry], NONE)[0].heading == "Hiding, Dexterity, Using Each Ability"


@given(st.text(max_size=4_000))
def test_every_word_of_a_text_is_in_some_piece_and_no_piece_is_too_long(text: str) -> None:
    found = texts(Entry(Kind.OWN, "Test", ("Page",), text or "x"))

    assert all(len(piece.split()) <= WORDS for piece in found)
    assert " ".join(found).split() == (text or "x").split() or not text.strip()


def test_a_document_of_a_million_words_ends_somewhere() -> None:
    found = texts(Entry(Kind.OWN, "Test", ("Page",), "word " * 1_000_000))

    assert len(found) == MOST_PIECES


def test_what_the_entry_itself_says_comes_before_what_is_made() -> None:
    entry = Entry(Kind.CONDITION, "Test", ("Conditions", "Dizzy"), "Round and round.", said=("my head spins",))

    found = [one.text for one in units([entry], NONE) if one.said]

    assert found[0] == "my head spins"


def test_what_nobody_wrote_a_phrasing_for_gets_one_by_its_kind() -> None:
    flier = Entry(Kind.CREATURE, "Test", ("Monsters", "Mothman"), "Speed walk 30 ft., fly 60 ft.")

    assert NONE.of(flier) == ("Mothman monster", "can a Mothman fly")


def test_a_phrasing_fits_a_name_without_its_bracket() -> None:
    entry = Entry(Kind.FEATURE, "Test", ("Features", "Destroy Undead (CR 1/2 or below)"), "Gone.")

    assert "zombies crumble when turned" in phrasings.standard().of(entry)


def test_every_condition_has_phrasings_written_by_hand() -> None:
    names = "Blinded Charmed Deafened Frightened Grappled Incapacitated Invisible Paralyzed Petrified Poisoned Prone"
    for name in (*names.split(), "Restrained", "Stunned", "Unconscious", "Exhaustion"):
        assert len(phrasings.standard().lines[(Kind.CONDITION, name.casefold())]) >= 3, name


@pytest.mark.parametrize("line", ["Fireball", "Fireball |", "| boom", "[weather]\nRain | wet"])
def test_a_broken_line_of_phrasings_is_told(line: str) -> None:
    with pytest.raises(ValueError, match=r"line 2|not a valid Kind"):
        phrasings.read(f"[spell]\n{line}")


def test_a_broken_line_of_synonyms_is_told() -> None:
    with pytest.raises(ValueError, match="line 2"):
        synonyms.read("# ours\nknocked over")


def test_there_are_at_least_two_hundred_pairs() -> None:
    assert len(synonyms.standard().pairs) >= 200


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("I got knocked over", "prone"),
        ("can I sneak past", "stealth"),
        ("we want to heal up", "short rest"),
        ("may I use a free hit", "opportunity attack"),
        ("He's DAZED", "stunned"),
    ],
)
def test_table_talk_stands_for_rules_words(said: str, meant: str) -> None:
    assert meant in " ".join(synonyms.standard().of(said))


def test_the_longest_phrase_counts() -> None:
    ours = synonyms.Synonyms(synonyms.read("knocked = damage\nknocked over = prone"))

    assert ours.of("knocked over") == ("prone",)
