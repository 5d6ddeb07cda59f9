"""Which conversation something belongs to: one for each person and device, and further ones by a name of their own.

A key reads `person@device/name`. Person and device are quoted, so no name of a conversation can reach another person's.
"""

from urllib.parse import quote

from bmo.capabilities.action import Asked

MAIN = "main"
"""The conversation that is meant where nobody names one."""


def key_of(person: str, device: str, name: str = MAIN) -> str:
    """The key of a conversation; `person` is empty at a device that nobody signed in to."""
    return f"{_quoted(person)}@{_quoted(device)}/{name}"


def device_key(device: str) -> str:
    """How a device is written in a key, between the at sign and the slash."""
    return _quoted(device)


def named(key: str, name: str) -> str:
    """Another conversation of the same person and device."""
    return base_of(key) + name


def base_of(key: str) -> str:
    """What the keys of all conversations of the same person and device begin with."""
    return key.partition("/")[0] + "/"


def person_of(asked: Asked) -> str:
    """Who asks: the account that is signed in, or the voice before a device that anybody may stand at.

    Empty for nobody BMO knows.
    """
    return asked.speaker if asked.shared or not asked.person else asked.person


def thread_of(asked: Asked) -> str:
    """Whose turns are remembered together: before a shared device, a voice that BMO knows has a thread of its own.

    Not `asked.conversation` itself: a question that BMO asked back stays open whoever is recognised next.
    """
    person = person_of(asked)
    if not person or person == asked.person:
        return asked.conversation
    return f"{_quoted(person)}@{asked.conversation.partition('@')[2] or asked.conversation}"


def _quoted(name: str) -> str:
    return quote(name.casefold(), safe=" ")
