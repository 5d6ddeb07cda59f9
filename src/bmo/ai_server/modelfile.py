"""Modelfiles: what `ollama create bmo` makes of a model, so that everybody who asks Ollama for `bmo` meets BMO.

https://docs.ollama.com/modelfile
"""

import re
from collections.abc import Iterator
from typing import Literal

from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.core.errors import Refused
from bmo.settings.profiles import PROFILES

Kind = Literal["cloud", "pi"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
_QUOTES = '"""'


def modelfile(kind: Kind, base: str | None = None, context: int | None = None) -> str:
    """The Modelfile of a profile. `base` takes another model than the profile's, `context` (tokens) another size.

    A request that brings its own system message replaces the persona, so the app never says it twice. Raises
    `Refused` for a model that cannot be one.
    """
    if base is not None and not _NAME.fullmatch(base):
        raise Refused(f"{base[:60]!r} is not the name of a model as Ollama writes it, such as qwen2.5:14b.")
    return "\n".join(_lines(kind, base, context)) + "\n"


def _lines(kind: Kind, base: str | None, context: int | None) -> Iterator[str]:
    profile = PROFILES[kind]
    yield f"# BMO, {kind}. Make it with: ollama create bmo -f Modelfile"
    yield f"FROM {base or profile.base}"
    yield f"PARAMETER num_ctx {context or profile.context}"
    yield f"PARAMETER num_predict {profile.max_tokens}"
    yield f"SYSTEM {_QUOTES}{PERSONA}{_QUOTES}"
    if kind == "pi":  # large models need no examples, and answer less freely with them
        for question, answer in EXAMPLES:
            yield f"MESSAGE user {_QUOTES}{question}{_QUOTES}"
            yield f"MESSAGE assistant {_QUOTES}{answer}{_QUOTES}"
