"""What BMO can do and what it remembers: the skills over their stores, the assistant over the skills."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from bmo.app.asked_servers import AskedServers
from bmo.app.chains import voiceprint_of
from bmo.app.mcp_servers import McpServers
from bmo.app.papers import library_of, papers_of
from bmo.app.permissions import Permissions
from bmo.app.remembering import Remembering
from bmo.app.skills import Household, skills_of
from bmo.app.trust.trust import Trust
from bmo.assistant.assistant import Assistant
from bmo.capabilities.action import Asked
from bmo.capabilities.people import PersonRenamed
from bmo.capabilities.turn import Brain
from bmo.core.clock import Clock
from bmo.core.events import Events
from bmo.settings.app import AppSettings
from bmo.skills.documents.papers import Papers
from bmo.skills.routines.store import Routines
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database
from bmo.voice.lessons import Lessons, Taught
from bmo.voice.profiles import Profiles
from bmo.voice.wakes import Wakes
from bmo.voice.who import Who

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mind:
    """BMO without ears, mouth and page."""

    assistant: Assistant
    brain: Brain
    """The assistant, and before it the lessons in which voices are learnt."""
    permissions: Permissions
    remembering: Remembering
    timers: Timers
    papers: Papers
    routines: Routines
    mcp: McpServers
    who: Who


def mind_of(
    settings: AppSettings,
    database: Database,
    clock: Clock,
    events: Events,
    trust: Trust,
    asked: AskedServers,
    wakes: Wakes,
    announce: Callable[[str, Asked], int],
) -> Mind:
    """Everything that understands, does and remembers. `announce` says a text in all rooms."""
    zone = settings.app.zone or local_zone()
    timers = Timers(database, clock, events)
    who = Who(Profiles(database, clock), voiceprint_of(asked.servers), trust.accounts.role_of)
    lessons = Lessons(who, clock)
    library = library_of(settings.documents, asked.servers)
    papers = papers_of(settings.home, settings.documents, library, database, clock)
    remembering = Remembering(database, clock, asked.chat, trust.accounts, events, settings.memory)
    remembering.household(timers, wakes, who.profiles, asked.phrases)
    remembering.forgetting.add(papers.documents.of_person, papers.documents.forget_person)
    events.on(PersonRenamed, lambda told: papers.documents.rename_person(told.old, told.new))
    remembering.rows("routine", "routines")
    trust.sessions.on_end(remembering.session_over)
    routines = Routines(database, clock, lambda: assistant.steps)
    household = Household(
        clock,
        zone,
        timers,
        announce,
        lessons.begin,
        actions=lambda: permissions.actions,
        papers=papers,
        remembering=remembering,
        routines=routines,
    )
    permissions = Permissions(skills_of(household), settings.people.may)
    for notice in permissions.notices:
        log.warning("%s", notice)
    assistant = Assistant(
        asked.chat,
        permissions.skills,
        remembering.conversations,
        clock,
        without_model=asked.missing,
        summaries=remembering.summaries,
        recall=remembering.memory.for_prompt,
        zone=zone,
        language=settings.assistant.language,
    )
    mcp = McpServers(settings.mcp.servers, lambda: assistant.offer(mcp.actions()))
    brain = Taught(assistant, lessons, assistant.interrupts)
    return Mind(assistant, brain, permissions, remembering, timers, papers, routines, mcp, who)


def local_zone() -> tzinfo:
    """The time zone of this machine, with its rules for summer time."""
    try:
        with Path("/etc/localtime").open("rb") as rules:
            return ZoneInfo.from_file(rules)
    except (OSError, ValueError):
        return datetime.now().astimezone().tzinfo or UTC
