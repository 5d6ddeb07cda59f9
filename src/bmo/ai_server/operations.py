"""What each route takes and answers, for the OpenAPI file: the messages of `bmo.wire`, by method and path."""

from collections.abc import Mapping
from types import MappingProxyType

from bmo.core.picture_file import KINDS as PICTURES
from bmo.wire import ai, machine, ollama, openai, rag, speakers, speech, vision
from bmo.wire.openapi import EVENTS, FORM, JSON, LINES, Bodies, Operation

_SOUNDS: Bodies = dict.fromkeys(("audio/wav", "audio/flac", "audio/ogg", "audio/mpeg", "audio/pcm"), ())
_PICTURES: Bodies = dict.fromkeys(PICTURES, ())
_CHAT_LINES = (ai.WordsLine, ai.ToolCallLine, ai.WaitLine, ai.FinishedLine, ai.ProblemLine)
_WORDS: Bodies = {LINES: _CHAT_LINES, EVENTS: _CHAT_LINES, JSON: (ai.ChatAnswer,)}
_TRANSCRIPT_LINES = (speech.SegmentLine, speech.TranscriptEnd, ai.WaitLine, ai.ProblemLine)
_ANY: Bodies = {JSON: ()}
_REFUSED = "Refused: models are changed by whoever runs the server."

_OURS = {
    "GET /livez": Operation("Whether the server runs.", answers=_ANY),
    "GET /readyz": Operation("Whether every model is loaded.", answers=_ANY),
    "GET /health": Operation("One word without a key, all of it with one.", answers={JSON: (ai.Health, ai.HealthWord)}),
    "GET /openapi.json": Operation("This file.", answers=_ANY),
    "GET /metrics": Operation("For Prometheus.", answers={"text/plain": ()}),
    "GET /gpu/status": Operation("The GPUs and what runs on them.", answers={JSON: (machine.GpuStatus,)}),
    "GET /spot/status": Operation("Whether this machine is about to go.", answers={JSON: (machine.SpotStatus,)}),
    "GET /drain": Operation("How far a drain is.", answers={JSON: (machine.DrainAnswer,)}),
    "POST /drain": Operation(
        "Serve nobody new.", body={JSON: (machine.DrainAsk,)}, answers={JSON: (machine.DrainAnswer,)}
    ),
    "POST /llm/chat": Operation("Answer a conversation.", body={JSON: (ai.ChatAsk,)}, answers=_WORDS),
    "POST /llm/generate": Operation("Answer a single prompt.", body={JSON: (ai.GenerateAsk,)}, answers=_WORDS),
    "POST /stt": Operation(
        "A recording as text.",
        body=_SOUNDS,
        answers={JSON: (ai.TranscriptAnswer,), LINES: _TRANSCRIPT_LINES, EVENTS: _TRANSCRIPT_LINES},
        query={"hint": "string", "language": "string", "timed": "boolean"},
    ),
    "POST /tts": Operation(
        "Text as sound.", body={JSON: (ai.SpeakAsk,)}, answers=dict.fromkeys(("audio/pcm", "audio/wav"), ())
    ),
    "GET /tts/speakers": Operation("Whose voice can be asked for.", answers={JSON: (speakers.SpeakersAnswer,)}),
    "POST /tts/speakers/{name}": Operation(
        "Keep a recording to speak like.",
        body=_SOUNDS,
        answers={JSON: (speakers.SpeakerPart,)},
        query={"transcript": "string"},
        status=201,
    ),
    "DELETE /tts/speakers/{name}": Operation("Forget a recording.", status=204),
    "POST /vision/detect": Operation(
        "What is on a picture, and where.", _PICTURES, {JSON: (vision.SightAnswer,)}, {"least": "number"}
    ),
    "POST /vision/describe": Operation(
        "A picture in words.",
        _PICTURES,
        {JSON: (vision.DescriptionAnswer,)},
        {"question": "string", "max_tokens": "integer"},
    ),
    "POST /vision/faces": Operation("The faces on a picture.", _PICTURES, {JSON: (vision.FacesAnswer,)}),
    "POST /vision/ocr": Operation("The text on a picture.", _PICTURES, {JSON: (vision.ReadingAnswer,)}),
    "POST /rag/search": Operation("Passages for a question.", {JSON: (rag.SearchAsk,)}, {JSON: (rag.FoundAnswer,)}),
    "POST /rag/add": Operation("Documents to be found.", {JSON: (rag.AddAsk,)}, {JSON: (rag.AddedAnswer,)}),
    "POST /rag/rebuild": Operation("Index a domain anew.", {JSON: (rag.RebuildAsk,)}, {JSON: (rag.IndexPart,)}),
    "GET /rag/stats": Operation("What the indexes hold.", answers={JSON: (rag.StatsAnswer,)}),
    "POST /voice/embed": Operation("Whose voice it is, as a vector.", _SOUNDS, {JSON: (vision.VoiceprintAnswer,)}),
}

_OPENAI = {
    "GET /v1/models": Operation("The models of this server.", answers=_ANY),
    "GET /v1/models/{name}": Operation("One model.", answers=_ANY),
    "POST /v1/chat/completions": Operation(
        "Answer a conversation.", {JSON: (openai.ChatCompletionAsk,)}, {JSON: (), EVENTS: ()}
    ),
    "POST /v1/embeddings": Operation("Texts as vectors.", {JSON: (openai.EmbeddingsAsk,)}, _ANY),
    "POST /v1/audio/transcriptions": Operation(
        "A recording as text.", {FORM: (openai.TranscriptionAsk,)}, {JSON: (), "text/plain": ()}
    ),
    "POST /v1/audio/speech": Operation(
        "Text as sound.",
        {JSON: (openai.SpeechAsk,)},
        dict.fromkeys(("audio/mpeg", "audio/ogg", "audio/flac", "audio/wav", "audio/pcm"), ()),
    ),
}

_OLLAMA = {
    "POST /api/chat": Operation("Answer a conversation.", {JSON: (ollama.OllamaChatAsk,)}, {LINES: (), JSON: ()}),
    "POST /api/generate": Operation("Answer a prompt.", {JSON: (ollama.OllamaGenerateAsk,)}, {LINES: (), JSON: ()}),
    "POST /api/embed": Operation("Texts as vectors.", {JSON: (ollama.OllamaEmbedAsk,)}, _ANY),
    "POST /api/show": Operation("What a model can do.", {JSON: (ollama.OllamaShowAsk,)}, _ANY),
    "GET /api/tags": Operation("The models of this server.", answers=_ANY),
    "GET /api/ps": Operation("The models in memory.", answers=_ANY),
    "GET /api/version": Operation("Which version of Ollama's API this is.", answers=_ANY),
    **{f"POST /api/{name}": Operation(_REFUSED, status=403) for name in ("pull", "push", "create", "copy")},
    "DELETE /api/delete": Operation(_REFUSED, status=403),
}

OPERATIONS: Mapping[str, Operation] = MappingProxyType({**_OURS, **_OPENAI, **_OLLAMA})
"""By method and path, variable parts in braces."""
