"""What BMO can do, and how programs and buttons ask for it.

GET /api/actions -> Actions
POST /api/actions/NAME with the arguments as JSON -> ActionDone, or ActionWaiting (202) for what needs a yes
POST /api/confirmations/ID -> ActionDone
"""

from typing import Any, Literal

from bmo.wire.ai import Wire


class ActionExample(Wire):
    """How somebody asked for it, and what that meant."""

    said: str
    arguments: dict[str, Any]


class ActionLine(Wire):
    """Something BMO can do."""

    name: str
    """`skill.verb`, such as `timer.set`."""
    says: str
    effect: Literal["reads", "changes", "dangerous"]
    """`dangerous` needs a yes."""
    least: Literal["guest", "child", "adult", "owner"]
    """Who may: this role and those above it."""
    arguments: dict[str, Any]
    """JSON schema of what it takes."""
    examples: tuple[ActionExample, ...]


class Actions(Wire):
    """What whoever asks may do."""

    actions: tuple[ActionLine, ...]


class ActionDone(Wire):
    """It is done."""

    sentence: str
    """What BMO says about it."""
    data: dict[str, Any]


class ActionWaiting(Wire):
    """Nothing is done yet: the same visitor must say yes to `POST /api/confirmations/ID`."""

    confirm: str
    """The id."""
    sentence: str
    """What a yes would do, for people."""
    action: str
    arguments: dict[str, Any]
    """Literally what would be done."""
    seconds: float
    """How long the yes is waited for."""
