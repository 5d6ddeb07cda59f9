"""What a voice says for what is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.voice.speakable import spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Roll 2d6+5 now", "Roll two d six plus five now"),
        ("Roll d20 - 1", "Roll d twenty minus one"),
        ("4d6kh3", "four d six, keep the highest three"),
        ("2d6+1d4+3", "two d six plus one d four plus three"),
        ("1d8-1", "one d eight minus one"),
        ("d% roll", "d one hundred roll"),
        ("It is 21°C, 50% and $5", "It is twenty-one degrees Celsius, fifty percent and five dollars"),
        ("-5°C outside", "minus five degrees Celsius outside"),
        ("salt & pepper, ~5 g", "salt and pepper, about five grams"),
        ("It's 3:07 PM", "It's three oh seven PM"),
        ("7:30", "seven thirty"),
        ("at 12:00", "at twelve o'clock"),
        ("at 19:00", "at nineteen hundred"),
        ("at 7:30pm", "at seven thirty PM"),
        ("at 10:05AM sharp", "at ten oh five AM sharp"),
        ("from 5-6 PM", "from five to six PM"),
        ("7:30-8:15", "seven thirty to eight fifteen"),
        ("$20-30", "twenty to thirty dollars"),
        ("C++ and C#", "C++ and C#"),
        ("7pm", "seven PM"),
        ("1:02:03", "one hour, two minutes, three seconds"),
        ("2026-11-22", "November twenty-second, twenty twenty-six"),
        ("Nov 22", "November twenty-second"),
        ("November 22nd, 2026", "November twenty-second, twenty twenty-six"),
        ("22 November 2026", "the twenty-second of November twenty twenty-six"),
        ("May 5", "May fifth"),
        ("$5.50", "five dollars and fifty cents"),
        ("$1", "one dollar"),
        ("$0.99", "ninety-nine cents"),
        ("€20", "twenty euros"),
        ("£3.01", "three pounds and one penny"),
        ("$3 million", "three million dollars"),
        ("1,234 apples", "one thousand two hundred thirty-four apples"),
        ("1234567", "one million two hundred thirty-four thousand five hundred sixty-seven"),
        ("3.14", "three point one four"),
        ("v1.2.3", "v one point two point three"),
        ("in 1999", "in nineteen ninety-nine"),
        ("in 2026", "in twenty twenty-six"),
        ("1980s", "nineteen eighties"),
        ("21st", "twenty-first"),
        ("1/2 cup", "one half cup"),
        ("2 1/2 cups", "two and a half cups"),
        ("2½ cups", "two and a half cups"),
        ("10-15 minutes", "ten to fifteen minutes"),
        ("5 km", "five kilometers"),
        ("10 km/h", "ten kilometers per hour"),
        ("60 mph", "sixty miles per hour"),
        ("6 ft", "six feet"),
        ("1 h 30 min", "one hour thirty minutes"),
        ("250 ml", "two hundred fifty milliliters"),
        ("2 GB", "two gigabytes"),
        ("AC 16, HP 12", "AC sixteen, HP twelve"),
        ("12 HP", "twelve hit points"),
        ("+5 to hit", "plus five to hit"),
        ("DC 15", "DC fifteen"),
        ("e.g. this vs. that etc.", "for example this versus that et cetera"),
        ("Dr. Who", "Doctor Who"),
        ("and/or", "and or"),
        ("#1", "number one"),
        ("No. 5", "number five"),
        (
            "call 5551234567890123456",
            "call five five five one two three four five six seven eight nine zero one two three four five six",
        ),
        ("3 + 4 = 7", "three plus four equals seven"),
        ("2 * 3", "two times three"),
        ("5 × 4", "five times four"),
        ("Well... 1. Boil water", "Well... one. Boil water"),
        ("snake_case and 2 * 3", "snake case and two times three"),
        ("10 m long", "ten meters long"),
        ("I'm 5", "I'm five"),
        ("a 3-4 split", "a three to four split"),
        ("3–5", "three to five"),
        ("9:5", "nine to five"),
        ("50/50", "fifty fifty"),
        ("24/7", "twenty-four seven"),
        ("1/4", "one quarter"),
        ("3/4", "three quarters"),
        ("00:30", "zero thirty"),
        ("0.5", "zero point five"),
        ("-3", "minus three"),
        ("5 lbs 3 oz", "five pounds three ounces"),
        ("1 lb", "one pound"),
        ("100%", "one hundred percent"),
        ("B2B", "B two B"),
        ("mp3", "mp three"),
        ("R2-D2", "R two-D two"),
        ("d20", "d twenty"),
        ("2d20kl1 adv", "two d twenty, keep the lowest one adv"),
        ("March 3", "March third"),
        ("13:45", "thirteen forty-five"),
        ("1000", "one thousand"),
        ("1100", "eleven hundred"),
        ("$1,250.75", "one thousand two hundred fifty dollars and seventy-five cents"),
        ("the 3rd", "the third"),
        ("I have 5 in. of rope", "I have five inches of rope"),
        ("room 101", "room one hundred one"),
        ("90s", "ninety seconds"),
        ("90 s", "ninety seconds"),
    ],
)
def test_numbers_units_dates_and_dice_are_said_in_words(text: str, words: str) -> None:
    assert spoken(text) == words


@given(st.from_regex(r"[-+~$€#]?[0-9]{1,7}([.,:/][0-9]{1,3}){0,3} ?(km|°C|%|d6|st|pm|s|/2)?", fullmatch=True))
def test_no_digit_is_left_to_the_voice(text: str) -> None:
    assert not any(character.isdecimal() for character in spoken(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello there.", "Hello there."),
        ("**Bold** and *italic* and __under__ and `code`", "Bold and italic and under and code"),
        ("**Half of it", "Half of it"),
        ("the other half**.", "the other half."),
        ("snake_case and 2 * 3", "snake case and two times three"),
        ("# A heading", "A heading"),
        ("- a point", "a point"),
        ("* another", "another"),
        ("- [x] done", "done"),
        ("> quoted", "quoted"),
        ("1. Boil water", "one. Boil water"),
        ("See [the manual](https://example.com/a/b?c=1).", "See the manual."),
        ("![a cat](cat.png)", "a cat"),
        ("Go to https://www.example.com/path?q=1, now", "Go to example.com, now"),
        ("Look: https://example.com.", "Look: example.com"),
        ("Great 😀🎉!", "Great!"),
        ("Great :smile: stuff", "Great stuff"),
        ("👍", ""),
        ("👩‍👩‍👧 family ❤️", "family"),
        ("```python", ""),
        ("```", ""),
        ("---", ""),
        ("| a | b |", "a, b"),
        ("|---|---|", ""),
        ("<b>loud</b> &amp; clear", "loud and clear"),
        ("...", ""),
        ("", ""),
        ("naïve café", "naïve café"),
    ],
)
def test_a_voice_says_words_and_no_markup(text: str, words: str) -> None:
    assert spoken(text) == words


@given(st.text(max_size=200))
def test_any_text_can_be_made_sayable(text: str) -> None:
    words = spoken(text)

    assert words == "" or any(character.isalnum() for character in words)
