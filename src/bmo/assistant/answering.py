"""What BMO says in each language: `answers/<language>.yaml` of the assistant and of every skill."""

from functools import cache
from importlib.resources import files

import yaml

from bmo.capabilities.wording import Catalogue, said_in

_SKILLS = "bmo.skills"
_HERE = "bmo.assistant"


def in_language(name: str, text: str) -> str:
    """A sentence that BMO says, in the language of this name. English for what no catalogue has."""
    return said_in(catalogue(name), text)


@cache
def catalogue(name: str) -> Catalogue:
    """All that BMO says in this language; empty for English, and for a language that no skill speaks.

    Raises ValueError for two that say the same differently, and for what is not in the format: a bug of ours.
    """
    told: dict[str, str] = {}
    folders = [files(_HERE), *(folder for folder in files(_SKILLS).iterdir() if folder.is_dir())]
    for folder in sorted(folders, key=lambda folder: folder.name):
        file = folder.joinpath("answers", f"{name}.yaml")
        if not file.is_file():
            continue
        answers = yaml.safe_load(file.read_text(encoding="utf-8"))
        for english, said in answers.items():
            if not isinstance(english, str) or not isinstance(said, str) or told.setdefault(english, said) != said:
                raise ValueError(f"{folder.name}/answers/{name}.yaml says {english!r} in a way that makes no sense")
    return told
