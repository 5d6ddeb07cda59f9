"""What the figures of a sound check mean, and what to change, in words."""

from dataclasses import dataclass

from bmo.device.measuring import Recording

MUTED = -90.0
"""dB: below this not even a device's own noise comes in."""
NOISY = -45.0
"""dB of the quiet room from which the wake word suffers."""
SOFT = -40.0
"""dB of a voice (or of the played tone, at the microphone) below which speech is hard to understand."""
CLIPPED = 0.001
LOUD_ECHO = -6.0
"""dB of what is heard of the loudspeaker, against what was played, from which it drowns a voice that says "stop"."""
LONG_ECHO = 0.5
"""Seconds; Bluetooth loudspeakers are like this."""
OFFSET = 0.02


@dataclass(frozen=True, slots=True)
class Check:
    """One sound check."""

    quiet: Recording
    """While nothing was played."""
    playing: Recording
    """While the tone was played."""
    delay: float | None
    """Seconds from playing to hearing; None when it was not heard."""
    gain: float | None
    """dB of what was heard against what was played."""


def advice(check: Check) -> list[str]:
    """Sentences, what matters most first; empty when all is well."""
    if check.playing.loud <= MUTED:
        return [
            "The microphone gives nothing but silence: is it muted, or is it the wrong one? Choose another "
            "with --microphone, or raise it with alsamixer (F4)."
        ]
    return [sentence for sentence in (_heard(check), _clipping(check), _noise(check), *_echo(check)) if sentence]


def _heard(check: Check) -> str:
    if check.delay is None:
        return (
            "The tone was not heard. Turn the loudspeaker up, or choose another with --speaker. With headphones, or "
            "microphone and loudspeaker in different rooms, that is as it should be."
        )
    if check.playing.loud < SOFT:
        return f"The microphone is soft ({check.playing.loud:.0f} dB): raise it with alsamixer (F4), or come closer."
    return ""


def _clipping(check: Check) -> str:
    if max(check.playing.clipped, check.quiet.clipped) > CLIPPED:
        share = 100 * max(check.playing.clipped, check.quiet.clipped)
        return f"{share:.1f} % of the sound is cut off: lower the microphone with alsamixer (F4)."
    if abs(check.quiet.offset) > OFFSET:
        return "The sound card adds a constant voltage to everything. Another sound card would be understood better."
    return ""


def _noise(check: Check) -> str:
    if check.quiet.loud > NOISY:
        return (
            f"The room is noisy ({check.quiet.loud:.0f} dB): move the microphone away from fan and music, or lower it."
        )
    return ""


def _echo(check: Check) -> list[str]:
    told = []
    if check.gain is not None and check.gain > LOUD_ECHO:
        told.append(
            "BMO's own voice is loud in its microphone, so it may not hear you say stop: turn the loudspeaker down, "
            "or put the two further apart."
        )
    if check.delay is not None and check.delay > LONG_ECHO:
        told.append(
            f"Sound takes {1_000 * check.delay:.0f} ms from BMO to its loudspeaker and back. A cable is quicker than "
            "Bluetooth."
        )
    return told
