"""What the ONNX engines share: a session that leaves idle cores idle, and chunks of int16 samples."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from bmo.core.errors import Broken, Refused

log = logging.getLogger(__name__)

FULL_SCALE = 32_768
"""An int16 sample divided by this is in -1 to 1."""

_ERRORS_ONLY = 3


def quiet_session(model: Path, threads: int = 1) -> Any:
    """An inference session on the CPU whose threads never spin. Raises `Broken` when the file cannot be loaded."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # onnxruntime has a dozen classes for "this file is no good", with no common one
        log.error("%s cannot be loaded: %s", model, fault)
        raise Broken(
            f"The model {model.parent.name} is damaged: fetch it again with `bmo models pull`.", code="model_broken"
        ) from fault


def int16_chunk(samples: bytes, count: int) -> npt.NDArray[np.float32]:
    """`count` int16 samples as float32 of the same values. Raises `Refused` when it is another number of samples."""
    if len(samples) != 2 * count:
        raise Refused(f"A chunk is {count} int16 samples ({2 * count} bytes), not {len(samples)} bytes.")
    return np.frombuffer(samples, "<i2").astype(np.float32)
