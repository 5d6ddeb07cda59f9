"""A conversation is one person's at one device; no name leads into anybody else's."""

from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.action import Asked
from bmo.capabilities.threads import base_of, key_of, named, person_of, thread_of

names = st.text(alphabet="ab@/ %A", max_size=6)


@given(names, names, names, names, names, names)
def test_different_people_or_devices_never_share_a_key(
    person: str, device: str, name: str, other: str, elsewhere: str, other_name: str
) -> None:
    if (person.casefold(), device.casefold()) != (other.casefold(), elsewhere.casefold()):
        assert key_of(person, device, name) != key_of(other, elsewhere, other_name)
        assert base_of(key_of(person, device, name)) != base_of(key_of(other, elsewhere, other_name))


@given(names, names, names, names)
def test_a_name_chooses_among_ones_own(person: str, device: str, name: str, other: str) -> None:
    assert named(key_of(person, device, name), other) == key_of(person, device, other)


def test_before_a_shared_device_each_voice_has_its_own_thread_and_strangers_share_one() -> None:
    key = key_of("", "kiosk")
    anna, bob, stranger = (Asked(key, speaker=name, device="kiosk", shared=True) for name in ("Anna", "Bob", ""))

    assert thread_of(stranger) == key
    assert len({thread_of(asked) for asked in (anna, bob, stranger)}) == 3
    assert thread_of(anna) == key_of("anna", "kiosk")


def test_where_somebody_signed_in_the_account_counts_and_not_the_voice() -> None:
    asked = Asked(key_of("Ada", "session 1"), "Ada", speaker="Bob", device="session 1")

    assert person_of(asked) == "Ada"
    assert thread_of(asked) == asked.conversation
