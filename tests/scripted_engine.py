"""`python scripted_engine.py`: the process of a voice that does what its text says."""

import os
import sys
import time
from collections.abc import Generator

from bmo.capabilities.media import Pcm
from bmo.core.errors import Broken, Refused
from bmo.engines import parcels
from bmo.engines.apart_child import Answers, serve
from bmo.engines.parcels import Parcel


def voice(*, broken: bool = False) -> Answers:
    if broken:
        raise Broken("There is no model.", code="model_missing")
    sys.stdout.write("a library says hello")  # which is no answer
    return _said


def _said(asked: Parcel) -> Generator[Parcel, None, None]:
    text = parcels.utterance(asked).text
    if text == "refuse":
        raise Refused("I do not say that.", code="unknown_voice")
    if text == "fail":
        raise ValueError("a fault that nobody thought of")
    yield parcels.of_pcm(Pcm(text.encode() * 2, 24_000))
    if text == "die":
        os._exit(9)
    while text == "for ever":
        time.sleep(0.01)
        yield parcels.of_pcm(Pcm(bytes(2), 24_000))


if __name__ == "__main__":
    serve({"voice": voice})
