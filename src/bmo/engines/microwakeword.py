"""The wake word by microWakeWord: a quantised TFLite model and its audio front end, from the package pymicro-wakeword.

A small fraction of openWakeWord's work (0.25 ms CPU per 80 ms here, against 2.5), with a model of its own that was
trained to be sure: it says 0.97 where the other says 0.5, so its probability is bent until 0.5 means the same.
"""

import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bmo.capabilities.wake import WAKE_CHUNK
from bmo.core.errors import Broken
from bmo.engines.onnx import int16_chunk

log = logging.getLogger(__name__)

BUILT_IN = "hey_jarvis"
CUTOFF = 0.97
"""Mean probability from which the built-in phrase was heard, as its maker set it."""
WINDOW = 5
"""Probabilities in that mean; there is one every 30 ms."""
MELS = 40
"""Features that every such model takes, per 10 ms."""
_OK = 0


@dataclass(frozen=True, slots=True)
class _Model:
    file: Path
    cutoff: float = CUTOFF
    window: int = WINDOW


class MicroWakeWord:
    """Hears one phrase (`capabilities.wake.WakeWord`)."""

    def __init__(self, file: Path | None = None, name: str = "microwakeword") -> None:
        """`file` is a `.tflite` model, maybe with its `.json` beside it; none for the "hey jarvis" of the package.

        Raises `Broken` when the package is not installed or the model is no good.
        """
        self.name = name
        library = _library()
        with _faults(file):
            model = _described(file) if file is not None else _built_in(library)
            if file is not None:
                self._copy = _copied(file)
                model = replace(model, file=Path(self._copy.name))
            self._cutoff = model.cutoff
            tensorflow = next((Path(library.__file__).parent / "lib").glob("*tensorflowlite_c.*"))
            _check(library, tensorflow, model.file)
            self._features = library.MicroWakeWordFeatures()
            self._model = library.MicroWakeWord(
                id=model.file.stem,
                wake_word=model.file.stem,
                tflite_model=model.file,
                probability_cutoff=model.cutoff,
                sliding_window_size=model.window,
                trained_languages=[],
                libtensorflowlite_c_path=tensorflow,
            )
            self.reset()

    def score(self, samples: bytes) -> float:
        """0 to 1 for the phrase ending in these 1,280 int16 samples at 16 kHz. Raises `Refused` for another length."""
        int16_chunk(samples, WAKE_CHUNK)
        frames = self._features.process_streaming(samples)
        return bent(max((self._model.process_streaming_prob(frame) for frame in frames), default=0.0), self._cutoff)

    def reset(self) -> None:
        """Forget what was heard: the model is loaded anew, half a millisecond."""
        self._model.reset()
        self._features.reset()


def bent(probability: float, cutoff: float) -> float:
    """A probability that counts from `cutoff` as a score that counts from 0.5: two straight lines, 0 and 1 stay."""
    if probability <= cutoff:
        return max(0.0, 0.5 * probability / cutoff)
    return min(1.0, 0.5 + 0.5 * (probability - cutoff) / (1 - cutoff))


def _library() -> Any:
    try:
        import pymicro_wakeword
    except (ImportError, OSError) as fault:
        raise Broken(
            "The wake word engine microwakeword needs a library: pip install 'bmo[microwakeword]', "
            "or set `voice.wake_engine: openwakeword`.",
            code="not_installed",
        ) from fault
    return pymicro_wakeword


def _built_in(library: Any) -> _Model:
    return _described(Path(library.__file__).parent / "models" / f"{BUILT_IN}.tflite")


def _described(file: Path) -> _Model:
    """The model with what the JSON file beside it says of it, which is how such models are handed around."""
    beside = file.with_suffix(".json")
    if not beside.is_file():
        return _Model(file)
    told = json.loads(beside.read_text(encoding="utf-8"))["micro"]
    cutoff, window = float(told["probability_cutoff"]), int(told["sliding_window_size"])
    if not (0 < cutoff < 1 and 0 < window <= 100):
        raise ValueError(f"probability_cutoff {cutoff}, sliding_window_size {window}")
    return _Model(file, cutoff, window)


def _copied(file: Path) -> "tempfile._TemporaryFileWrapper[bytes]":
    """A copy that goes with its object. The library reads its file at each reset, and would follow a null pointer for
    one that somebody is just replacing."""
    copy = tempfile.NamedTemporaryFile(suffix=".tflite")  # noqa: SIM115 - open as long as the detector
    copy.write(file.read_bytes())
    copy.flush()
    return copy


def _check(library: Any, tensorflow: Path, file: Path) -> None:
    """Look at the model first: the library would follow a null pointer for a file that is no model."""
    lib = library.wakeword.TfLiteWakeWord(tensorflow).lib
    model = lib.TfLiteModelCreateFromFile(str(file).encode())
    if not model:
        raise ValueError("no TFLite model")
    try:
        interpreter = lib.TfLiteInterpreterCreate(model, None)
        if not interpreter:
            raise ValueError("a model with steps that this library does not know")
        try:
            if lib.TfLiteInterpreterAllocateTensors(interpreter) != _OK:
                raise ValueError("tensors that do not fit together")
            _check_shape(lib, interpreter)
        finally:
            lib.TfLiteInterpreterDelete(interpreter)
    finally:
        lib.TfLiteModelDelete(model)


def _check_shape(lib: Any, interpreter: Any) -> None:
    heard = lib.TfLiteInterpreterGetInputTensor(interpreter, 0)
    shape = [lib.TfLiteTensorDim(heard, at) for at in range(lib.TfLiteTensorNumDims(heard))]
    if len(shape) != 3 or shape[0] != 1 or shape[1] < 1 or shape[2] != MELS:
        raise ValueError(f"an input of shape {shape}, not [1, n, {MELS}]")
    told = lib.TfLiteTensorByteSize(lib.TfLiteInterpreterGetOutputTensor(interpreter, 0))
    if told != 1:
        raise ValueError(f"an output of {told} bytes, not one number")


@contextmanager
def _faults(file: Path | None) -> Iterator[None]:
    """What the library and its files say, as a sentence."""
    try:
        yield
    except (RuntimeError, ValueError, KeyError, TypeError, OSError, StopIteration) as fault:
        name = file.name if file is not None else "that comes with pymicro-wakeword"
        log.error("the wake word model %s cannot be used: %r", name, fault)
        raise Broken(
            f"The wake word model {name} is damaged or no microWakeWord model: put a good one in its place, "
            "or set `voice.wake_word: hey_jarvis`.",
            code="model_broken",
        ) from fault
