"""What the ONNX engines share: a session that leaves idle cores idle, and chunks of int16 samples."""

import logging
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime

from bmo.core.errors import Broken, Refused

log = logging.getLogger(__name__)

FULL_SCALE = 32_768
"""An int16 sample divided by this is in -1 to 1."""

Device: TypeAlias = Literal["cpu", "cuda", "auto"]

_ERRORS_ONLY = 3
_CPU, _CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


def quiet_session(model: Path | bytes, threads: int = 1, *, called: str = "", device: Device = "cpu") -> Any:
    """An inference session whose threads never spin.

    `model` is a file, or its content; `called` is its name in sentences, else that of the file's folder. `auto` takes
    an Nvidia GPU if there is one. Raises `Broken` when the model cannot be loaded, or not onto the GPU it is meant for.
    """
    name = called or (model.parent.name if isinstance(model, Path) else "that was given")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    content = str(model) if isinstance(model, Path) else model
    providers = _providers(device)
    try:
        session = onnxruntime.InferenceSession(content, options, providers=providers)
    except Exception as fault:  # onnxruntime has a dozen classes for "this file is no good", with no common one
        log.error("%s cannot be loaded: %s", name, fault)
        raise Broken(
            f"The model {name} is damaged: fetch it again with `bmo models pull`, or, if it is a file of yours, "
            "export it anew.",
            code="model_broken",
        ) from fault
    if session.get_providers()[0] != providers[0]:  # onnxruntime goes on with the CPU, and says so to nobody
        if device == "cuda":
            raise _no_gpu()
        log.warning("%s runs on the CPU: ONNX Runtime could not use the GPU", name)
    return session


def _providers(device: Device) -> list[str]:
    has_gpu = _CUDA in onnxruntime.get_available_providers()
    if device == "cuda" and not has_gpu:
        raise _no_gpu()
    return [_CUDA, _CPU] if has_gpu and device != "cpu" else [_CPU]


def _no_gpu() -> Broken:
    return Broken(
        "ONNX Runtime cannot use an Nvidia GPU here: install onnxruntime-gpu in place of onnxruntime, "
        "or set `device: auto`.",
        code="no_gpu",
    )


def int16_chunk(samples: bytes, count: int) -> npt.NDArray[np.float32]:
    """`count` int16 samples as float32 of the same values. Raises `Refused` when it is another number of samples."""
    if len(samples) != 2 * count:
        raise Refused(f"A chunk is {count} int16 samples ({2 * count} bytes), not {len(samples)} bytes.")
    return np.frombuffer(samples, "<i2").astype(np.float32)
