"""The rest between two clauses: as long as the words ask for, whatever silence the voice puts around its sound.

Voices begin and end everything they say with silence (the embedded one with 0.3 s and 0.45 s), which is right for a
sentence alone and wrong for half of one: "I would love to tell you ... about the moon". Cut away before the first
clause, it also is the time that somebody waits for an answer for nothing.
"""

from contextlib import closing

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.provider import Stream

SENTENCE, COMMA, NONE = 0.28, 0.1, 0.0
"""Seconds of rest after a sentence, after a comma and the like, and where a clause was only cut to begin sooner;
`BEFORE` and `AFTER` come on top of it."""
LOUD = 200
"""From this sample value on (-44 dB of full scale) it is sound: over the noise of voices, under their softest vowel."""
BEFORE, AFTER = 0.05, 0.06
"""Seconds around it that belong to it: an "h" begins and an "f" ends more softly."""
WINDOW_SECONDS = 0.01
_CLOSING = "\"'”’)]*_ "


def rest_after(clause: str) -> float:
    """Seconds of silence that a clause of plain words asks for after it."""
    last = clause.rstrip(_CLOSING)[-1:]
    if last in (".", "!", "?", "…", ":"):
        return SENTENCE
    return COMMA if last in (",", ";", "-", "–", "—") else NONE


def rested(pieces: Stream[Pcm], seconds: float) -> Stream[Pcm]:
    """The same sound as it comes, without the silence before it, and with so many seconds of it after it."""
    held, rate, begun = b"", 0, False
    with closing(pieces):
        for piece in pieces:
            rate = piece.rate
            sound = held + piece.samples
            first, last = _sounding(sound, rate)
            if last == 0:
                held = sound
                continue
            yield Pcm(sound[0 if begun else first : last], rate)
            held, begun = sound[last:], True
    if not begun:  # a voice too soft to tell: better late than cut
        if held:
            yield Pcm(held, rate)
        return
    wanted = int(seconds * rate) * SAMPLE_WIDTH
    if wanted:
        yield Pcm(held[:wanted].ljust(wanted, b"\0"), rate)


def _sounding(sound: bytes, rate: int) -> tuple[int, int]:
    """Where the sound in it begins and ends, in bytes and with its soft edges; (0, 0) when all of it is silence."""
    samples = memoryview(sound).cast("h")
    window = max(1, int(rate * WINDOW_SECONDS))
    starts = range(0, len(samples), window)
    first = next((at for at in starts if _loud(samples[at : at + window])), None)
    if first is None:
        return 0, 0
    last = next(at + window for at in reversed(starts) if _loud(samples[at : at + window]))
    begin = max(0, first - int(rate * BEFORE))
    end = min(len(samples), last + int(rate * AFTER))
    return begin * SAMPLE_WIDTH, end * SAMPLE_WIDTH


def _loud(samples: memoryview) -> bool:
    return max(samples) >= LOUD or min(samples) <= -LOUD
