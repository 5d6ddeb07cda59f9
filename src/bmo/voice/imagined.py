"""Words that nobody said: Whisper was taught by subtitles, and writes what stands under silence there.

"Thank you" is also what people say to a robot. So a phrase alone decides nothing: it is dropped when the engine doubts
that anybody spoke, or when the recording is too quiet for a voice.
"""

import array
import math
import re
import sys

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.transcribe import Transcript

NOBODY_SPOKE = 0.8
"""From this `no_speech` on, all words are the engine's imagination."""
DOUBTFUL = 0.3
"""From this `no_speech` on, the phrases below are; said aloud they have 0.0 to 0.15."""
QUIET_RMS = 120.0
"""Of 32,768: a recording whose loudest moment is below this holds no voice. Talk across a room has 500 and more."""
MOMENT = SPEECH_RATE // 10
"""Samples: 0.1 s, less than a syllable."""
PHRASES = frozenset(
    {
        "a", "ah", "and", "bye", "bye bye", "bye-bye", "goodbye", "hm", "hmm", "i", "i'm sorry", "mm", "mm-hmm",
        "music", "oh", "please subscribe", "please subscribe to my channel", "see you", "see you in the next video",
        "see you next time", "so", "subscribe", "thank you", "thank you all", "thank you for listening",
        "thank you for watching", "thank you so much", "thank you so much for watching", "thank you very much",
        "thank you, bye", "thanks", "thanks a lot", "thanks for listening", "thanks for watching", "that's it", "the",
        "the end", "uh", "um", "we'll be right back", "you", "you too",
    }
)  # fmt: skip
"""What Whisper's small models write on silence, hum, wind and keyboards."""
CREDITS = re.compile(
    r"\b(?:subtitles?|captions?|transcri(?:bed|pts?|ption)|translat(?:ed|ion))\b.*\bby\b|amara\.org|copyright|©",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"[\[(*♪][^\])*♪]*[\])*♪]|[♪♫]")
"""What subtitles call sounds: "[Music]", "(applause)", "*sighs*"."""
_SENTENCES = re.compile(r"[.!?…]+(?:\s+|$)")


def imagined(transcript: Transcript, sound: Pcm) -> bool:
    """Whether this is nothing that somebody said in `sound`; true for no text at all."""
    text = _NO_WORDS.sub(" ", transcript.text).strip(" .,!?-…")
    if not text or transcript.no_speech >= NOBODY_SPOKE:
        return True
    return _usual(text) and (transcript.no_speech >= DOUBTFUL or loudest(sound) < QUIET_RMS)


def loudest(sound: Pcm) -> float:
    """Root mean square of the loudest tenth of a second; 0 to 32,768."""
    samples = array.array("h", sound.samples[: len(sound.samples) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    moments = (samples[start : start + MOMENT] for start in range(0, len(samples), MOMENT))
    return max((math.sqrt(sum(one * one for one in moment) / len(moment)) for moment in moments), default=0.0)


def _usual(text: str) -> bool:
    if CREDITS.search(text):
        return True
    sentences = [part.strip(" ,!?-").casefold().replace("’", "'") for part in _SENTENCES.split(text)]
    return all(part in PHRASES for part in sentences if part)
