"""Who may see which document: by the domain it lies in, and by the name of the folder."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role

Kept: TypeAlias = Literal["personal", "projects"]
"""The domains that are kept here."""
KEPT: tuple[Kept, ...] = ("personal", "projects")
LEAST: Mapping[Kept, Role] = {"personal": Role.ADULT, "projects": Role.CHILD}
"""Letters of the bank are nothing for a guest; what everybody works on is for everybody who lives here."""
PRIVATE = "private"
"""What lies in `private/NAME/` is seen by the person of that name only, in whichever domain, whatever their role."""


def may_see(domain: Kept | None, parts: Sequence[str], asked: Asked) -> bool:
    """Whether whoever asks may see what lies there; `domain` is None outside of both, which children may see.

    A voice opens no door (decision 20): only the account that is signed in counts as a person.
    """
    owner = owner_of(parts)
    if owner is not None:
        return asked.person != "" and folded(asked.person) == owner and asked.role.may(Role.CHILD)
    return asked.role.may(LEAST[domain] if domain else Role.CHILD)


def owner_of(parts: Sequence[str]) -> str | None:
    """Whose it is alone, folded; empty for the folder of those folders itself, None for what is shared."""
    for at, part in enumerate(parts):
        if folded(part) == PRIVATE:
            return folded(parts[at + 1]) if at + 1 < len(parts) else ""
    return None


def folded(name: str) -> str:
    """A name as it is compared: some file systems change letters."""
    return unicodedata.normalize("NFC", name).casefold()
