"""A model that did nothing must not say that it did: small ones answer "Timer set for 20 minutes." out of habit.

Only answers about what BMO's actions deal with are looked at, and only in turns in which nothing was done.
"""

import re
from collections.abc import Sequence

from bmo.assistant.stems import words_of
from bmo.capabilities.action import Action

_DONE = (
    r"(?:set|started|created|added|cancell?ed|removed|deleted|stopped|cleared|extended|updated|changed|paused|snoozed"
    r"|scheduled|turned|switched|reset|dismissed|running|ticking)"
)
_DOING = r"(?:setting|starting|creating|adding|cancell?ing|removing|deleting|stopping|clearing|extending|snoozing)"
_DO = r"(?:set|start|create|add|cancel|remove|delete|stop|clear|extend|remind|wake|let you know|snooze)"
_CLAIM = re.compile(
    rf"\b(?:i|we)(?:'ve| have)(?: just| already| now)* {_DONE}\b"
    rf"|\b(?:i|we)(?: just| already| now)* {_DONE}\b"
    rf"|\b(?:i|we)(?:'ll| will|'m going to| am going to)(?: now| just)* {_DO}\b"
    rf"|(?:^|[.!,] |\b(?:i'm|i am|now) ){_DOING} (?:a|an|the|your|all|that|it)\b"
    r"|\b(?:timers?|alarms?|reminders?|it|that)"
    rf"(?:'s| is| are| was| were| has| have| been| now| just| already| successfully)* {_DONE}\b"
    r"|^(?:okay|ok|sure|alright|yes|all)?[,.! ]*(?:it(?:'s| is) )?done\b",
    re.IGNORECASE,
)


def topic(actions: Sequence[Action], text: str) -> tuple[Action, ...]:
    """The actions that this text is about: the first part of their name ("timer") is one of its words."""
    words = words_of(text)
    return tuple(action for action in actions if action.name.partition(".")[0] in words)


def claims_a_deed(text: str) -> bool:
    """Whether this says that something was done, is being done or will be done by BMO."""
    return bool(_CLAIM.search(text.replace("’", "'").strip()))
