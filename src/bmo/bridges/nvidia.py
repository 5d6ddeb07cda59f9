"""What NVIDIA's driver tells about the GPUs of this machine (NVML, by the package nvidia-ml-py)."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from bmo.core.errors import Unavailable

T = TypeVar("T")
_MB = 1_048_576


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU; None is what the card does not tell."""

    index: int
    name: str
    memory_mb: int | None
    memory_used_mb: int | None
    utilisation: int | None
    """Per cent."""
    temperature: int | None
    """Degrees Celsius."""
    power: float | None
    """Watts."""
    processes: tuple[tuple[int, int | None], ...]
    """Process id and MB, of those asked about."""


class Nvidia:
    """The GPUs of this machine. Thread-safe."""

    def __init__(self, library: Callable[[], Any] | None = None) -> None:
        """`library` gives the module `pynvml`; without it, the installed one is imported when first asked."""
        self._library = library or _installed
        self._lock = threading.Lock()
        self._nvml: Any = None

    def driver(self) -> str:
        """The version of the driver. Raises as `look`."""
        nvml = self._begun()
        return str(_told(nvml, lambda: nvml.nvmlSystemGetDriverVersion()) or "")

    def look(self, ours: Collection[int] = ()) -> tuple[Gpu, ...]:
        """Every GPU as it is now, with those of the processes `ours` that compute on it.

        Raises `Unavailable`, its code `no_library` (nvidia-ml-py is not installed), `no_gpu` (no driver, no card) or
        `failed`.
        """
        nvml = self._begun()
        try:
            found = tuple(_gpu(nvml, index, ours) for index in range(nvml.nvmlDeviceGetCount()))
        except nvml.NVMLError as fault:
            raise Unavailable(f"The NVIDIA driver failed: {fault}.", code="failed") from fault
        if not found:
            raise Unavailable("There is no NVIDIA GPU in this machine.", code="no_gpu")
        return found

    def _begun(self) -> Any:
        with self._lock:
            if self._nvml is not None:
                return self._nvml
            nvml = self._library()
            try:
                nvml.nvmlInit()
            except (nvml.NVMLError_LibraryNotFound, nvml.NVMLError_DriverNotLoaded) as fault:
                raise Unavailable(
                    "There is no NVIDIA GPU in this machine, or no driver for it.", code="no_gpu"
                ) from fault
            except nvml.NVMLError as fault:
                raise Unavailable(f"The NVIDIA driver failed: {fault}.", code="failed") from fault
            self._nvml = nvml
            return nvml


def _installed() -> Any:
    try:
        import pynvml
    except ImportError as fault:
        raise Unavailable(
            "Nobody can ask the NVIDIA driver here: install BMO with its extra `gpu` (nvidia-ml-py).", code="no_library"
        ) from fault
    return pynvml


def _gpu(nvml: Any, index: int, ours: Collection[int]) -> Gpu:
    card = nvml.nvmlDeviceGetHandleByIndex(index)
    memory = _told(nvml, lambda: nvml.nvmlDeviceGetMemoryInfo(card))
    busy = _told(nvml, lambda: nvml.nvmlDeviceGetUtilizationRates(card))
    milliwatts = _told(nvml, lambda: nvml.nvmlDeviceGetPowerUsage(card))
    running = _told(nvml, lambda: nvml.nvmlDeviceGetComputeRunningProcesses(card)) or []
    return Gpu(
        index,
        str(_told(nvml, lambda: nvml.nvmlDeviceGetName(card)) or "GPU"),
        memory and memory.total // _MB,
        memory and memory.used // _MB,
        busy and int(busy.gpu),
        _told(nvml, lambda: int(nvml.nvmlDeviceGetTemperature(card, nvml.NVML_TEMPERATURE_GPU))),
        None if milliwatts is None else milliwatts / 1_000,
        tuple((one.pid, one.usedGpuMemory and one.usedGpuMemory // _MB) for one in running if one.pid in ours),
    )


def _told(nvml: Any, ask: Callable[[], T]) -> T | None:
    """The answer; None for what this card or this driver does not tell."""
    try:
        return ask()
    except (nvml.NVMLError_NotSupported, nvml.NVMLError_NoPermission, nvml.NVMLError_FunctionNotFound):
        return None
