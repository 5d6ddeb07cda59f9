"""One JSON schema of everything the page and the app say to each other: `python -m bmo.wire.schema`.

The page's TypeScript types are made from it (`npm run types` in `web/`), so that nobody writes them twice.
"""

import json
import sys
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from bmo.wire.dnd import Branches, Campaigns, DiceRolled, GameAnswer, GameHits, GamePatch, GameView, Watch
from bmo.wire.documents import DocumentHits, DocumentList
from bmo.wire.keys import Keys, MadeKey
from bmo.wire.memory import Deleted, MemoryBook
from bmo.wire.page import (
    Alarm,
    Announced,
    Announcement,
    Ask,
    EarsReset,
    FrameHead,
    LearntVoice,
    Listen,
    Place,
    Played,
    ScoredHead,
    Status,
    Stop,
    Timers,
    TurnLine,
    Voices,
    WhoseVoice,
)
from bmo.wire.people import Invitation, People
from bmo.wire.problem import Problem
from bmo.wire.routines import CheckedSteps, RoutineList
from bmo.wire.satellites import Satellites
from bmo.wire.voices import ChangeableSettings, VoiceNames
from bmo.wire.wakes import Meter, Wakes, WakeScore

MESSAGES: tuple[type[BaseModel], ...] = (
    Ask,
    Place,
    Listen,
    FrameHead,
    ScoredHead,
    EarsReset,
    Played,
    Stop,
    Timers,
    Alarm,
    Announcement,
    Announced,
    Status,
    Meter,
    WakeScore,
    Wakes,
    Voices,
    LearntVoice,
    WhoseVoice,
    VoiceNames,
    ChangeableSettings,
    Satellites,
    People,
    Invitation,
    Keys,
    MadeKey,
    DocumentList,
    DocumentHits,
    MemoryBook,
    Deleted,
    RoutineList,
    CheckedSteps,
    Campaigns,
    GameView,
    GamePatch,
    GameAnswer,
    GameHits,
    Branches,
    DiceRolled,
    Watch,
    Problem,
)
"""What stands alone; the lines of a turn come with their union."""


def page_schema() -> dict[str, Any]:
    """Every page message under `$defs`, and the union of a turn's lines as `TurnLine`."""
    _, alone = models_json_schema([(message, "serialization") for message in MESSAGES])
    turn = TypeAdapter[Any](TurnLine).json_schema(mode="serialization")
    definitions = {**alone["$defs"], **turn.pop("$defs")}
    definitions["TurnLine"] = {"description": "One event of a turn.", **turn}
    return {"$defs": dict(sorted(definitions.items()))}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(page_schema(), indent=2) + "\n")
