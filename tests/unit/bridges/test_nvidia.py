import inspect
import re
from types import SimpleNamespace
from typing import Any

import pytest

import bmo.bridges.nvidia
from bmo.bridges.nvidia import Gpu, Nvidia
from bmo.core.errors import Unavailable

MB = 1_048_576


class Nvml:
    """The functions of `pynvml` that are used, answering for cards that exist in this test only."""

    NVMLError = type("NVMLError", (Exception,), {})
    NVMLError_LibraryNotFound = type("NVMLError_LibraryNotFound", (NVMLError,), {})
    NVMLError_DriverNotLoaded = type("NVMLError_DriverNotLoaded", (NVMLError,), {})
    NVMLError_NotSupported = type("NVMLError_NotSupported", (NVMLError,), {})
    NVMLError_NoPermission = type("NVMLError_NoPermission", (NVMLError,), {})
    NVMLError_FunctionNotFound = type("NVMLError_FunctionNotFound", (NVMLError,), {})
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, cards: int = 1, fault: Exception | None = None, silent: tuple[str, ...] = ()) -> None:
        self._cards = cards
        self._fault = fault
        self._silent = silent
        self.begun = 0

    def nvmlInit(self) -> None:
        self.begun += 1
        if self._fault:
            raise self._fault

    def nvmlDeviceGetCount(self) -> int:
        return self._cards

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def __getattr__(self, name: str) -> Any:
        answers: dict[str, Any] = {
            "nvmlSystemGetDriverVersion": "580.1",
            "nvmlDeviceGetName": "NVIDIA A10G",
            "nvmlDeviceGetMemoryInfo": SimpleNamespace(total=24_000 * MB, used=9_000 * MB),
            "nvmlDeviceGetUtilizationRates": SimpleNamespace(gpu=73, memory=40),
            "nvmlDeviceGetTemperature": 61,
            "nvmlDeviceGetPowerUsage": 151_500,
            "nvmlDeviceGetComputeRunningProcesses": [
                SimpleNamespace(pid=7, usedGpuMemory=8_000 * MB),
                SimpleNamespace(pid=8, usedGpuMemory=None),
                SimpleNamespace(pid=9_999, usedGpuMemory=1),
            ],
        }

        def answer(*_: object) -> Any:
            if name in self._silent:
                raise self.NVMLError_NotSupported
            return answers[name]

        return answer


def test_a_card_tells_all_there_is_to_know() -> None:
    nvidia = Nvidia(lambda: Nvml())

    assert nvidia.look({7, 8}) == (Gpu(0, "NVIDIA A10G", 24_000, 9_000, 73, 61, 151.5, ((7, 8_000), (8, None))),)
    assert nvidia.driver() == "580.1"


def test_what_a_card_does_not_tell_is_left_out_and_the_rest_is_there() -> None:
    silent = ("nvmlDeviceGetPowerUsage", "nvmlDeviceGetUtilizationRates", "nvmlDeviceGetComputeRunningProcesses")
    gpu = Nvidia(lambda: Nvml(silent=silent)).look({7})[0]

    assert (gpu.power, gpu.utilisation, gpu.processes, gpu.temperature) == (None, None, (), 61)


def test_the_driver_is_woken_once() -> None:
    nvml = Nvml(2)
    nvidia = Nvidia(lambda: nvml)

    assert len(nvidia.look()) == len(nvidia.look()) == 2
    assert nvml.begun == 1


@pytest.mark.parametrize(
    ("nvml", "code"),
    [
        (Nvml(fault=Nvml.NVMLError_LibraryNotFound()), "no_gpu"),
        (Nvml(fault=Nvml.NVMLError_DriverNotLoaded()), "no_gpu"),
        (Nvml(cards=0), "no_gpu"),
        (Nvml(fault=Nvml.NVMLError("Driver/library version mismatch")), "failed"),
    ],
)
def test_no_gpu_is_said_in_words(nvml: Nvml, code: str) -> None:
    with pytest.raises(Unavailable) as told:
        Nvidia(lambda: nvml).look()
    assert told.value.code == code


def test_every_name_that_is_used_exists_in_the_library() -> None:
    library = pytest.importorskip("pynvml", reason="the extra `gpu` is not installed")
    used = set(re.findall(r"\bnvml\.(\w+)", inspect.getsource(bmo.bridges.nvidia)))

    assert len(used) > 10
    assert not [name for name in used if not hasattr(library, name)]
