"""The ways a turn ends that more than one module knows."""

from bmo.capabilities.turn import Ended

DONE = Ended("done")
NOTHING_HEARD = Ended("nothing_heard", "nothing_heard", "I did not hear anything.")
NOTHING_MEANT = Ended("nothing_heard", "nothing_meant", "")
"""Nobody spoke to BMO, and nobody has to be told."""
CANCELLED = Ended("cancelled", "cancelled", "Stopped.")
NO_SOUND = Ended("failed", "no_sound", "I get no sound from the microphone. Is it still connected?")
BROKEN = Ended("failed", "internal", "Something in me broke. My log says what.")
"""A fault of our own."""
