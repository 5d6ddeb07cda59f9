"""What each route of the app takes and answers, for its OpenAPI file, by method and path."""

from collections.abc import Mapping
from types import MappingProxyType

from bmo.app.http import actions, chat, providers, signin, timers, voice, voices, wakes
from bmo.skills.announce.skill import Announce
from bmo.wire import mcp, openai, page, satellites
from bmo.wire.actions import ActionDone, Actions, ActionWaiting
from bmo.wire.dnd import (
    BranchChoice,
    Branches,
    CampaignLine,
    Campaigns,
    DiceRolled,
    DiceThrow,
    GameAnswer,
    GameCall,
    GameHits,
    GameView,
    NewCampaign,
    NewCharacter,
)
from bmo.wire.documents import DocumentHits, DocumentList
from bmo.wire.keys import Keys, MadeKey, NewKey
from bmo.wire.memory import Deleted, FactLine, FactWords, MemoryBook, Sure
from bmo.wire.openapi import EVENTS, JSON, LINES, Bodies, Operation
from bmo.wire.people import Invitation, NewPerson, People, PersonChange
from bmo.wire.routines import CheckedSteps, RoutineLine, RoutineList, RoutineWords, StepWords
from bmo.wire.voices import ChangeableSettings, ForgottenPhrases, VoiceNames
from bmo.wire.wakes import Wakes

_ANY: Bodies = {JSON: ()}
_TEXT: Bodies = {"text/plain": ()}
_WAV: Bodies = {"audio/wav": ()}
_PAGE = {"limit": "integer", "before": "integer"}
_ANYBODY = "anybody, without a session or key"
_OWNER = "owners"
_OWNER_SESSION = "owners who are signed in on the page"
_ADULTS = "adults and owners"
_OWN = "everybody their own, owners everything"

_TALK = {
    "POST /api/chat": Operation(
        "A typed turn; `stream=1` tells it line by line while it happens.",
        {JSON: (chat.Question,)},
        {JSON: (), LINES: ()},
        {"stream": "string"},
    ),
    "POST /api/chat/clear": Operation("Forget a conversation.", {JSON: (chat.Conversation,)}, status=204),
    "POST /api/voice/turn": Operation(
        "A spoken turn: a recording in, the answer and the address of its sound out.",
        _WAV,
        _ANY,
        {"conversation": "string"},
    ),
    "POST /api/say": Operation("A sentence as sound.", {JSON: (voice.Sentence,)}, _WAV),
    "GET /api/clips/{name}.wav": Operation("A sound that a turn left behind, for some minutes.", answers=_WAV),
    "POST /api/announce": Operation(
        "Say something in every room.", {JSON: (Announce,)}, {JSON: (page.Announced,)}, status=202
    ),
    "GET /api/timers": Operation("All timers, the next to ring first.", answers={JSON: (page.Timers,)}),
    "POST /api/timers": Operation("Set a timer.", {JSON: (timers.NewTimer,)}, {JSON: (page.TimerLine,)}, status=201),
    "DELETE /api/timers/{number}": Operation("Take a timer back.", answers={JSON: (page.Timers,)}),
    "POST /api/timers/stop": Operation("Silence what rings.", answers={JSON: (page.Timers,)}),
}

_ACTIONS = {
    "GET /api/actions": Operation("What BMO can do for whoever asks.", answers={JSON: (Actions,)}),
    "POST /api/actions/{name}": Operation(
        "Do it, with its arguments. 202: it needs a yes first, see `/api/confirmations`.",
        {JSON: (actions.Arguments,)},
        {JSON: (ActionDone,)},
        may="the role that the action names, and above; a program's key not what is dangerous",
        more={202: {JSON: (ActionWaiting,)}},
    ),
    "POST /api/confirmations/{question}": Operation(
        "Say yes to what waits.",
        answers={JSON: (ActionDone,)},
        may="the visitor who asked, within 30 s; no program's key",
    ),
}

_VOICES = {
    "GET /api/voices": Operation("The people whom BMO knows by voice.", answers={JSON: (page.Voices,)}, may=_OWN),
    "POST /api/voices": Operation("Whose voice is this?", _WAV, {JSON: (page.WhoseVoice,)}),
    "POST /api/voices/{person}": Operation(
        "Learn a voice from one more sentence.", _WAV, {JSON: (page.LearntVoice,)}, status=201, may=_OWN
    ),
    "DELETE /api/voices/{person}": Operation("Forget a voice.", answers={JSON: (page.Voices,)}, may=_OWN),
    "GET /api/voices/{person}/export": Operation("All that is kept of a voice.", answers=_ANY, may=_OWN),
    "GET /api/voices/names": Operation("What BMO may sound like.", answers={JSON: (VoiceNames,)}),
    "DELETE /api/phrases": Operation(
        "Forget the sound of phrases said often.", answers={JSON: (ForgottenPhrases,)}, may=_OWNER
    ),
}

_HOUSE = {
    "GET /api/health": Operation("How BMO is, and who serves it.", answers={JSON: (page.Status,)}),
    "GET /api/openapi.json": Operation("This file.", answers=_ANY),
    "POST /api/providers/pin": Operation("Ask this provider first.", {JSON: (providers.Pin,)}, {JSON: (page.Status,)}),
    "GET /api/settings": Operation("The settings that a page may change.", answers={JSON: (ChangeableSettings,)}),
    "PATCH /api/settings": Operation(
        "Change some of them.", {JSON: (voices.Changes,)}, {JSON: (ChangeableSettings,)}, may=_ADULTS
    ),
    "GET /api/turns": Operation("How the last turns went.", answers=_ANY, query=_PAGE, may=_OWN),
    "DELETE /api/turns": Operation("Forget them.", answers=_ANY, may=_OWN),
    "GET /api/wakes": Operation("What woke BMO.", answers={JSON: (Wakes,)}, query=_PAGE, may=_OWN),
    "DELETE /api/wakes": Operation("Forget it all.", answers={JSON: (Wakes,)}, may=_OWN),
    "GET /api/wakes/{number}.wav": Operation("The sound of one.", answers=_WAV, may=_OWN),
    "DELETE /api/wakes/{number}": Operation("Forget one.", answers={JSON: (Wakes,)}, may=_OWN),
    "POST /api/wakes/{number}/wrong": Operation(
        "That was no wake word; without a body: it was not.", {JSON: (wakes.Verdict,)}, {JSON: (Wakes,)}, may=_OWN
    ),
    "GET /api/satellites": Operation("The satellites that were let in.", answers={JSON: (satellites.Satellites,)}),
    "POST /api/satellites": Operation(
        "Let one in by its code.", {JSON: (satellites.PairingCode,)}, status=204, may=f"{_ADULTS} who are signed in"
    ),
    "PATCH /api/satellites/{number}": Operation(
        "Name one, and say in which room it stands.",
        {JSON: (satellites.SatellitePlace,)},
        {JSON: (satellites.Satellites,)},
        may=f"{_ADULTS} who are signed in",
    ),
    "DELETE /api/satellites/{number}": Operation(
        "Forget one.", answers={JSON: (satellites.Satellites,)}, may=f"{_ADULTS} who are signed in"
    ),
    "GET /api/keys": Operation("The keys of programs, without their secrets.", answers={JSON: (Keys,)}, may=_OWNER),
    "POST /api/keys": Operation(
        "Make a key; the answer tells it once.", {JSON: (NewKey,)}, {JSON: (MadeKey,)}, status=201, may=_OWNER
    ),
    "DELETE /api/keys/{number}": Operation("Revoke a key.", answers={JSON: (Keys,)}, may=_OWNER),
}

_PEOPLE_MAY = "owners who are signed in; everybody their own name and PIN"
_PEOPLE = {
    "GET /api/people": Operation("Who lives here, as far as it is the asker's business.", answers={JSON: (People,)}),
    "POST /api/people": Operation(
        "Somebody new.", {JSON: (NewPerson,)}, {JSON: (People,)}, status=201, may=_OWNER_SESSION
    ),
    "PATCH /api/people/{number}": Operation(
        "Change a name, a PIN or a role.", {JSON: (PersonChange,)}, {JSON: (People,)}, may=_PEOPLE_MAY
    ),
    "DELETE /api/people/{number}": Operation(
        "Delete somebody and what is kept of them.", answers={JSON: (People,)}, may=_OWNER_SESSION
    ),
    "POST /api/people/{number}/sign-out": Operation(
        "End every session of somebody.", answers={JSON: (People,)}, may=_PEOPLE_MAY
    ),
    "POST /api/people/{number}/invitation": Operation(
        "An address that signs somebody in, once.", answers={JSON: (Invitation,)}, status=201, may=_OWNER_SESSION
    ),
}

_MEMORY_MAY = "whoever has an account their own, nobody another's"
_MEMORY = {
    "GET /api/memory": Operation("What BMO keeps about you.", answers={JSON: (MemoryBook,)}, may=_MEMORY_MAY),
    "POST /api/memory/facts": Operation(
        "Keep a fact.", {JSON: (FactWords,)}, {JSON: (FactLine,)}, status=201, may=_MEMORY_MAY
    ),
    "PUT /api/memory/facts/{number}": Operation(
        "Change a fact.", {JSON: (FactWords,)}, {JSON: (FactLine,)}, may=_MEMORY_MAY
    ),
    "DELETE /api/memory/facts/{number}": Operation("Forget a fact.", answers={JSON: (MemoryBook,)}, may=_MEMORY_MAY),
    "POST /api/memory/proposals/{number}/accept": Operation(
        "Keep what BMO proposed to keep.", answers={JSON: (FactLine,)}, may=_MEMORY_MAY
    ),
    "DELETE /api/memory/summaries/{number}": Operation(
        "Forget a summary.", answers={JSON: (MemoryBook,)}, may=_MEMORY_MAY
    ),
    "DELETE /api/memory/conversations/{number}": Operation(
        "Forget a conversation that was saved.", answers={JSON: (MemoryBook,)}, may=_MEMORY_MAY
    ),
    "DELETE /api/people/me/data": Operation(
        "Delete everything about you.", {JSON: (Sure,)}, {JSON: (Deleted,)}, may=_MEMORY_MAY
    ),
}

_DOCUMENTS_MAY = "children, adults and owners, as far as the folder lets them see"
_DOCUMENTS = {
    "GET /api/documents": Operation(
        "The folders of documents and what lies in them.", answers={JSON: (DocumentList,)}, may=_DOCUMENTS_MAY
    ),
    "GET /api/documents/search": Operation(
        "What they say about something, with file and heading.",
        answers={JSON: (DocumentHits,)},
        query={"q": "string"},
        may=_DOCUMENTS_MAY,
    ),
    "POST /api/documents": Operation(
        "Drop a document into a folder.",
        {"application/octet-stream": ()},
        {JSON: (DocumentList,)},
        {"domain": "string", "name": "string", "mine": "boolean", "replace": "boolean"},
        status=201,
        may=_DOCUMENTS_MAY,
    ),
    "DELETE /api/documents": Operation(
        "Delete a document.",
        answers={JSON: (DocumentList,)},
        query={"domain": "string", "path": "string"},
        may=_DOCUMENTS_MAY,
    ),
}

_ROUTINES = {
    "GET /api/routines": Operation("Routines, and what their steps would do now.", answers={JSON: (RoutineList,)}),
    "POST /api/routines/check": Operation(
        "What sentences would do as steps; changes nothing.", {JSON: (StepWords,)}, {JSON: (CheckedSteps,)}
    ),
    "POST /api/routines": Operation(
        "Make a routine.", {JSON: (RoutineWords,)}, {JSON: (RoutineLine,)}, status=201, may=_ADULTS
    ),
    "PUT /api/routines/{number}": Operation(
        "Change a routine.", {JSON: (RoutineWords,)}, {JSON: (RoutineLine,)}, may=_ADULTS
    ),
    "DELETE /api/routines/{number}": Operation("Delete a routine.", answers={JSON: (RoutineList,)}, may=_ADULTS),
}

_DUNGEON_MASTER = "adults and owners, who sit as the Dungeon Master"
_GAME = {
    "GET /api/dnd/campaigns": Operation("The campaigns, the oldest first.", answers={JSON: (Campaigns,)}),
    "POST /api/dnd/campaigns": Operation(
        "Begin one.", {JSON: (NewCampaign,)}, {JSON: (CampaignLine,)}, status=201, may=_ADULTS
    ),
    "GET /api/dnd/campaigns/{number}": Operation(
        "The table as a seat sees it: `seat` is `dm`, `player` or `spectator`.",
        answers={JSON: (GameView,)},
        query={"seat": "string"},
        may="everybody, as much as their seat may know",
    ),
    "POST /api/dnd/calls": Operation(
        "Ask something of the table; the answer is what happened, as far as the seat is told.",
        {JSON: (GameCall,)},
        {JSON: (GameAnswer,)},
        may="adults and owners as the Dungeon Master, players for their own characters",
    ),
    "POST /api/dnd/campaigns/{number}/undo": Operation(
        "Take the last call back.", answers={JSON: (GameView,)}, may=_DUNGEON_MASTER
    ),
    "GET /api/dnd/campaigns/{number}/branches": Operation(
        "Every way in which the story went.", answers={JSON: (Branches,)}, may=_DUNGEON_MASTER
    ),
    "POST /api/dnd/campaigns/{number}/branches": Operation(
        "Go on with another one.", {JSON: (BranchChoice,)}, {JSON: (Branches,)}, may=_DUNGEON_MASTER
    ),
    "GET /api/dnd/campaigns/{number}/export": Operation(
        "A campaign as a file, which `bmo dnd restore` reads.", answers=_ANY, may=_DUNGEON_MASTER
    ),
    "POST /api/dnd/campaigns/{number}/characters": Operation(
        "A character comes to the table, from its file or a pasted stat block.",
        {JSON: (NewCharacter,)},
        {JSON: (GameAnswer,)},
        status=201,
        may=_DUNGEON_MASTER,
    ),
    "GET /api/dnd/creatures": Operation(
        "Stat blocks by name.", answers={JSON: (GameHits,)}, query={"q": "string"}, may=_DUNGEON_MASTER
    ),
    "GET /api/dnd/spells": Operation("Spells by name.", answers={JSON: (GameHits,)}, query={"q": "string"}),
    "GET /api/dnd/search": Operation(
        "What the rules say to a question.", answers={JSON: (GameHits,)}, query={"q": "string"}
    ),
    "POST /api/dnd/roll": Operation(
        "Throw dice that no table is told of.", {JSON: (DiceThrow,)}, {JSON: (DiceRolled,)}
    ),
}

_DOOR = {
    "GET /livez": Operation("Whether it runs.", answers=_TEXT, may=_ANYBODY),
    "GET /readyz": Operation("Whether it would answer.", answers=_TEXT, may=_ANYBODY),
    "GET /sign-in": Operation("Come in by a one-time code.", query={"code": "string"}, status=303, may=_ANYBODY),
    "POST /sign-in/pin": Operation("Come in by PIN.", {JSON: (signin.Pin,)}, status=204, may=_ANYBODY),
    "POST /sign-in/kiosk": Operation(
        "Come in as the kiosk, not through a proxy.", {JSON: (signin.KioskToken,)}, status=204, may=_ANYBODY
    ),
    "POST /sign-out": Operation("End this session.", status=204),
    "GET /api/session": Operation("Who is signed in here.", answers=_ANY),
    "POST /api/pin": Operation("Set the PIN.", {JSON: (signin.Pin,)}, status=204, may=_OWNER_SESSION),
    "POST /api/sign-in-address": Operation("A fresh address that signs in once.", answers=_ANY, may=_OWNER),
    "POST /pair": Operation(
        "A satellite asks for a code.",
        {JSON: (satellites.PairingWish,)},
        {JSON: (satellites.Pairing,)},
        status=201,
        may=_ANYBODY,
    ),
    "POST /pair/claim": Operation(
        "A satellite fetches its key.",
        {JSON: (satellites.PairingClaim,)},
        {JSON: (satellites.PairingAnswer,)},
        may=_ANYBODY,
    ),
    "GET /": Operation("The page.", answers={"text/html": ()}, may=_ANYBODY),
    "GET /{name}": Operation("A file of the page.", answers={"application/octet-stream": ()}, may=_ANYBODY),
}

_PROGRAMS = {
    "GET /v1/models": Operation("OpenAI's API: the one model, BMO.", answers=_ANY),
    "GET /v1/models/{name}": Operation("OpenAI's API: one model.", answers=_ANY),
    "POST /mcp": Operation(
        "Model Context Protocol: BMO's actions as tools, each request answered at once.",
        {JSON: (mcp.Call,)},
        _ANY,
        may="whoever may do the action; nothing dangerous",
        more={202: {}},
    ),
    "GET /mcp": Operation("Model Context Protocol: there is nothing to listen to.", status=405),
    "DELETE /mcp": Operation("Model Context Protocol: there is no session to end.", status=405),
    "POST /v1/chat/completions": Operation(
        "OpenAI's API: the last message is answered by BMO, with its own tools and the memory of the key's person.",
        {JSON: (openai.ChatCompletionAsk,)},
        {JSON: (), EVENTS: ()},
    ),
}

_ALL = (_TALK, _ACTIONS, _VOICES, _HOUSE, _PEOPLE, _MEMORY, _DOCUMENTS, _GAME, _ROUTINES, _DOOR, _PROGRAMS)
OPERATIONS: Mapping[str, Operation] = MappingProxyType({line: one for part in _ALL for line, one in part.items()})
"""By method and path, variable parts in braces."""
