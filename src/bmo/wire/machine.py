"""What an AI server tells about the machine it runs on, and about its own end.

GET  /gpu/status    GpuStatus
GET  /spot/status   SpotStatus
POST /drain         DrainAsk, or nothing -> DrainAnswer; admins only
GET  /drain         DrainAnswer; admins only
"""

from typing import Literal

from pydantic import Field

from bmo.wire.ai import Wire


class GpuProcess(Wire):
    """A process of this server that computes on a GPU."""

    pid: int
    memory_mb: int | None = None


class GpuPart(Wire):
    """One GPU; null is what the card does not tell."""

    index: int
    name: str
    memory_mb: int | None = None
    memory_used_mb: int | None = None
    utilisation: int | None = None
    """Per cent of the last moment in which it computed."""
    temperature: int | None = None
    """Degrees Celsius."""
    power: float | None = None
    """Watts."""
    processes: tuple[GpuProcess, ...] = ()
    """Of this server's own. In a container whose process numbers are its own, none are recognised."""


class GpuStatus(Wire):
    """The GPUs of this machine."""

    state: Literal["ok", "no_gpu", "no_library", "failed"]
    why: str = ""
    """A sentence, unless all is well."""
    driver: str = ""
    gpus: tuple[GpuPart, ...] = ()


class SpotStatus(Wire):
    """Whether the cloud is about to take this machine away."""

    state: Literal["not_on_ec2", "off", "watching", "blind", "notice"]
    """`blind`: on EC2, but its metadata cannot be read, for the reason in `why`."""
    why: str = ""
    action: str = ""
    """What is about to happen: terminate, stop or hibernate."""
    at: str = ""
    """ISO time of it."""
    seconds_left: float | None = None
    rebalance: str = ""
    """ISO time of the cloud's advice to move elsewhere, which comes before a notice, if at all."""
    looked_seconds_ago: float | None = None
    """Since the metadata was last read."""


class DrainAsk(Wire):
    """Serve nobody new from now on."""

    seconds: float | None = Field(default=None, ge=0, le=86_400)
    """Until this server will be gone; null for what its settings say. Answers that still run then are handed back."""


class DrainAnswer(Wire):
    """How far it is."""

    state: Literal["ok", "degraded", "draining"]
    until: str = ""
    """ISO time when the server will be gone; a nearer one that was said before holds."""
    running: int
    """Requests that are served or wait."""
    idle: bool
    """Nothing runs any more: it may be ended."""
