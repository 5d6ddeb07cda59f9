"""What BMO remembers, joined: conversations, summaries, facts, and how all of it is forgotten."""

import logging
from collections.abc import Callable

from bmo.app.forgetting import Forgetting
from bmo.app.trust.accounts import Accounts
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.assistant.saved import Saves
from bmo.assistant.summaries import Summaries
from bmo.capabilities.chat import Chat
from bmo.capabilities.people import PersonRemoved, PersonRenamed, Role
from bmo.core.clock import Clock
from bmo.core.errors import BmoError
from bmo.core.events import Events
from bmo.settings.app import MemorySettings
from bmo.skills.memory.memory import Memory
from bmo.skills.memory.store import MEMORY_TABLE, Facts
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database
from bmo.store.personal import Personal
from bmo.voice.phrases import Phrases
from bmo.voice.profiles import Profiles
from bmo.voice.wakes import Wakes

log = logging.getLogger(__name__)

MEMORY_TABLES = (CONVERSATION_TABLES, THREAD_TABLES, MEMORY_TABLE)
SPEAKER = "json_extract(record, '$.speaker')"
"""Whose voice a turn of the turn log was recognised as."""


class Remembering:
    """The stores of what people said, and the one place that forgets a person in all of BMO."""

    def __init__(
        self, database: Database, clock: Clock, chat: Chat, accounts: Accounts, events: Events, settings: MemorySettings
    ) -> None:
        """The database has `MEMORY_TABLES`; `chat` sums up old turns. Call `start` for that, and for tidying."""
        self.conversations = Conversations(database)
        self.saves = Saves(database, clock, keep_days=settings.keep_days)
        self.summaries = Summaries(self.conversations, chat, clock, tidy=self.saves.tidy)
        self.memory = Memory(Facts(database, clock), lambda name: _account(accounts, name))
        self.forgetting = Forgetting(database.scrub)
        self._renames: list[Personal] = []
        self._database = database
        self._events = events
        self.rows("conversation_turn", "remembered turns")
        self.rows("conversation_summary", "summaries")
        self.rows("conversation_saved", "saved conversations")
        self.rows("person_fact", "facts", only="NOT proposed")
        self.rows("person_fact", "proposals", only="proposed")
        events.on(PersonRenamed, self._rename)
        events.on(PersonRemoved, self._removed)

    def rows(self, table: str, what: str, *, also: str = "NULL", only: str = "1") -> None:
        """One more table with a column `person`; everything else as for `Personal`."""
        personal = Personal(self._database, table, what, also=also, only=only)
        self.forgetting.add(personal.count, personal.forget)
        self._renames.append(personal)

    def household(self, timers: Timers, wakes: Wakes, profiles: Profiles, phrases: Phrases) -> None:
        """What the other parts of BMO keep of people; each is a line."""
        self.rows("turn", "entries of the turn log", also=SPEAKER)
        self.forgetting.add(
            lambda name: {"timers": len(timers.of_person(name))}, lambda name: {"timers": timers.forget_person(name)}
        )
        clips = Personal(self._database, "wake", "wakes")
        self.forgetting.add(clips.count, lambda name: _and(clips.count(name), lambda: wakes.forget_all(name)))
        voice = Personal(self._database, "voice_clip", "recordings of the voice")
        self.forgetting.add(voice.count, lambda name: _and(voice.count(name), lambda: profiles.forget(name)))
        # Sounds of sentences that were said to anybody: their names tell nothing, so all of them go.
        self.forgetting.add(lambda _: {}, lambda _: {"sounds of phrases": phrases.clear()})
        self._events.on(PersonRenamed, lambda told: timers.rename_person(told.old, told.new))
        self._events.on(PersonRenamed, lambda told: wakes.rename(told.old, told.new))
        self._events.on(PersonRenamed, lambda told: profiles.rename(told.old, told.new))

    def session_over(self, session: str) -> None:
        """Somebody signed out, or was signed out: what they said there is saved. `session` is the hash of its cookie.

        A fault is logged: signing out always works.
        """
        try:
            self.conversations.close_device(f"session {session}")
        except BmoError as fault:
            log.warning("what was said in a session was not saved: %s", fault.sentence)

    def start(self) -> None:
        """Sum up what waits, and delete what is too old, in the background."""
        self.summaries.start()

    def close(self) -> None:
        """End that."""
        self.summaries.close()

    def _rename(self, told: PersonRenamed) -> None:
        for personal in self._renames:
            personal.rename(told.old, told.new)

    def _removed(self, told: PersonRemoved) -> None:
        self.forgetting.forget(told.name)


def _account(accounts: Accounts, name: str) -> str:
    """The account of this name; empty for guests, who are not remembered, and for names without one."""
    account = accounts.by_name(name) if name else None
    return account.name if account is not None and account.role.may(Role.CHILD) else ""


def _and(told: dict[str, int], then: Callable[[], None]) -> dict[str, int]:
    then()
    return told
