"""Is that a recording a voice can be learnt from? Loudness of its speech, how much of it is speech, and clipping."""

import numpy as np

from bmo.capabilities.media import Pcm
from bmo.core.errors import Refused, TooLarge

SHORTEST, LONGEST = 3.0, 60.0
"""Seconds of a reference."""
_FRAME_SECONDS = 0.03
_SPEECH_PERCENTILE = 90
"""The level that the loudest tenth of the frames reach: that of the vowels, whatever the pauses are like."""
_QUIET_PERCENTILE = 10
_TOO_QUIET_DB = -40.0
_TOO_EVEN_DB = 9.0
"""Speech goes up and down: vowels are 20 dB and more above the gaps between words. Hum and noise are even."""
_MAX_CLIPPED = 0.01
"""Share of samples at the very edge of the scale."""
_EDGE = 32_700
_FLOOR = 1e-5


def check_reference(sound: Pcm) -> None:
    """Raises `Refused`, with what to do about it: too short, too quiet, clipped, or no speech; `TooLarge`: too long."""
    if sound.seconds > LONGEST:
        raise TooLarge(f"The recording is too long; at most {LONGEST:g} seconds are taken.", code="audio_too_long")
    if sound.seconds < SHORTEST:
        raise Refused(
            f"The recording is too short: {sound.seconds:.1f} seconds. A voice needs {SHORTEST:g} at least, "
            "10 to 30 are best.",
            code="audio_too_short",
        )
    samples = np.frombuffer(sound.samples, "<i2").astype(np.float32)
    if np.mean(np.abs(samples) >= _EDGE) > _MAX_CLIPPED:
        raise Refused("The recording is clipped: turn the microphone down and record again.", code="audio_clipped")
    speech, quiet = _levels(samples, sound.rate)
    if speech < _TOO_QUIET_DB:
        raise Refused(
            f"The recording is too quiet ({speech:.0f} dB of full scale): go closer to the microphone.",
            code="audio_too_quiet",
        )
    if speech - quiet < _TOO_EVEN_DB:
        raise Refused(
            "There is no speech in this recording, or a noise nearly as loud: record again in a quiet room.",
            code="no_speech",
        )


def _levels(samples: np.ndarray, rate: int) -> tuple[float, float]:
    """Level of the speech and of the gaps between it, in dB of full scale."""
    frame = int(_FRAME_SECONDS * rate)
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame) / np.float32(32_768)
    levels = 20 * np.log10(np.sqrt(np.mean(frames**2, axis=1)) + _FLOOR)
    speech, quiet = np.percentile(levels, (_SPEECH_PERCENTILE, _QUIET_PERCENTILE))
    return float(speech), float(quiet)
