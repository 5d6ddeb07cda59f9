"""The AI server's messages of speech that are not in `wire.ai`: transcripts as they are written.

POST /stt with `Accept: application/x-ndjson` or `text/event-stream` -> TranscriptLine
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bmo.wire.ai import ProblemLine, SegmentPart, TranscriptAnswer, WaitLine


class SegmentLine(SegmentPart):
    """A part of the transcript, as soon as it is there."""

    type: Literal["segment"] = "segment"


class TranscriptEnd(TranscriptAnswer):
    """The last line of a whole transcript: all of it once more."""

    type: Literal["transcript"] = "transcript"


TranscriptLine = Annotated[SegmentLine | WaitLine | TranscriptEnd | ProblemLine, Field(discriminator="type")]
TRANSCRIPT_LINE: TypeAdapter[SegmentLine | WaitLine | TranscriptEnd | ProblemLine] = TypeAdapter(TranscriptLine)
