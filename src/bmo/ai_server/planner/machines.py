"""The machines the planner knows, and how it sees one it does not."""

from dataclasses import dataclass

from bmo.ai_server.planner.models import GB
from bmo.core.errors import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Machine:
    """Memory and how fast it is. Sizes as they are sold, which is a little less than what is there."""

    name: str
    title: str
    vram: int
    """Bytes on all its GPUs; 0 without one."""
    ram: int
    """Bytes."""
    bandwidth: float
    """Bytes a second, as its maker states, of the memory the weights lie in; 0 when nobody said."""
    reserved: int
    """Bytes of main memory that the system and BMO's own programs take."""
    source: str = ""


_SERVER = 2_000_000_000
"""System, AI server and Ollama without their models."""
_DESKTOP = 2_500_000_000
_PI = 2_000_000_000
"""System, app and a browser with one page."""

MACHINES = (
    Machine("g5.xlarge", "AWS, one A10G", 24 * GB, 16 * GB, 600e9, _SERVER, "NVIDIA A10G data sheet"),
    Machine("g6.xlarge", "AWS, one L4", 24 * GB, 16 * GB, 300e9, _SERVER, "NVIDIA L4 data sheet"),
    # Layers are spread over the cards and run one after the other: their memory adds up, their speed does not.
    Machine("g5.12xlarge", "AWS, four A10G", 96 * GB, 192 * GB, 600e9, _SERVER, "NVIDIA A10G data sheet"),
    Machine("g6e.xlarge", "AWS, one L40S", 48 * GB, 32 * GB, 864e9, _SERVER, "NVIDIA L40S data sheet"),
    Machine("a100-80gb", "one A100 80 GB", 80 * GB, 64 * GB, 1_935e9, _SERVER, "NVIDIA A100 PCIe data sheet"),
    Machine("desktop", "a desktop without a GPU, two channels of DDR4-3200", 0, 16 * GB, 51.2e9, _DESKTOP, "JEDEC"),
    Machine("pi5-16gb", "Raspberry Pi 5", 0, 16 * GB, 17.1e9, _PI, "32 bits of LPDDR4X-4267"),
    Machine("pi5-8gb", "Raspberry Pi 5", 0, 8 * GB, 17.1e9, _PI, "32 bits of LPDDR4X-4267"),
)


def machine(name: str) -> Machine:
    """By name. Raises `NotFound` with the names there are."""
    for one in MACHINES:
        if one.name == name:
            return one
    raise NotFound(f"The planner knows no machine {name!r}, but {', '.join(one.name for one in MACHINES)}.")


def described(vram: float, ram: float, bandwidth: float = 0) -> Machine:
    """A machine by its sizes in GB and its bandwidth in GB/s: the first known one of these sizes, or one of its own.

    Raises `Refused` for sizes that no machine has.
    """
    if not (0 <= vram <= 100_000 and 0 < ram <= 100_000 and 0 <= bandwidth <= 100_000):
        raise Refused(f"{vram:g} GB of VRAM, {ram:g} GB of RAM and {bandwidth:g} GB/s are no machine.")
    for known in MACHINES:
        same_size = (known.vram, known.ram) == (round(vram * GB), round(ram * GB))
        if same_size and bandwidth in (0, known.bandwidth / 1e9):
            return known
    return Machine("custom", "as described", round(vram * GB), round(ram * GB), bandwidth * 1e9, _SERVER)
