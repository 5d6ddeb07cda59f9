"""What an engine in a process of its own is asked and answers: parcels of a JSON head and raw bytes, never pickles.

On the pipe a parcel is two big-endian 32-bit lengths, the head as JSON, and the bytes.
"""

import json
import struct
from dataclasses import asdict
from typing import IO, Any, TypeAlias

from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording, Segment, Transcript, Written
from bmo.core.errors import BmoError, Broken, Malformed, NotFound, Refused, TooLarge, WrongType

Parcel: TypeAlias = tuple[dict[str, Any], bytes]
_LENGTHS = struct.Struct(">II")
_FAULTS = {kind.__name__: kind for kind in (Broken, Malformed, NotFound, Refused, TooLarge, WrongType)}


def send(out: IO[bytes], parcel: Parcel) -> None:
    """Write it, now. Raises `OSError` when nobody reads any more."""
    head = json.dumps(parcel[0]).encode()
    out.write(_LENGTHS.pack(len(head), len(parcel[1])) + head)
    out.write(parcel[1])
    out.flush()


def receive(source: IO[bytes]) -> Parcel | None:
    """The next one; None when the other side is gone."""
    lengths = source.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, raw = _LENGTHS.unpack(lengths)
    told, data = source.read(head), source.read(raw)
    return (json.loads(told), data) if (len(told), len(data)) == (head, raw) else None


def of_utterance(utterance: Utterance) -> Parcel:
    """Without its patience: a process of our own is waited for."""
    return {**asdict(utterance), "patience": None}, b""


def utterance(parcel: Parcel) -> Utterance:
    """As it was before `of_utterance`."""
    return Utterance(**parcel[0])


def of_recording(recording: Recording) -> Parcel:
    """Without its patience."""
    told = {"hint": recording.hint, "language": recording.language, "timed": recording.timed}
    return {"rate": recording.sound.rate, "told": told}, recording.sound.samples


def recording(parcel: Parcel) -> Recording:
    """As it was before `of_recording`."""
    return Recording(pcm(parcel), **parcel[0]["told"])


def of_pcm(sound: Pcm) -> Parcel:
    """A piece of sound."""
    return {"rate": sound.rate}, sound.samples


def pcm(parcel: Parcel) -> Pcm:
    """As it was before `of_pcm`."""
    return Pcm(parcel[1], parcel[0]["rate"])


def of_written(written: Written) -> Parcel:
    """A segment or the whole transcript."""
    return {"whole": isinstance(written, Transcript), "told": asdict(written)}, b""


def written(parcel: Parcel) -> Written:
    """As it was before `of_written`."""
    told = parcel[0]["told"]
    if not parcel[0]["whole"]:
        return Segment(**told)
    return Transcript(**{**told, "segments": tuple(Segment(**segment) for segment in told["segments"])})


def of_fault(fault: BmoError) -> Parcel:
    """What went wrong; a kind of fault that no engine raises becomes `Malformed`."""
    kind = type(fault).__name__
    return {"fault": kind if kind in _FAULTS else "Malformed", "sentence": fault.sentence, "code": fault.code}, b""


def fault(parcel: Parcel) -> BmoError:
    """As it was before `of_fault`, to be raised."""
    told = parcel[0]
    return _FAULTS[told["fault"]](told["sentence"], code=told["code"])
