"""Asking documents: what they say about something, what lies in a folder, what a file says."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.people import Role
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told, listed
from bmo.core.errors import Unavailable
from bmo.skills.documents.finding import excerpt, sentence
from bmo.skills.documents.papers import Papers

MOST_HITS = 4
"""That are handed to a model or the page."""
_NAMED = 8
"""Files and folders that are read out."""

SAID = spoken(__package__)


def _words(value: str) -> str:
    """What is looked for, without the article it is said with."""
    text = " ".join(value.split()).strip(" .,:;?!")
    text = re.sub(r"^(?:the|my|our|a|an|some)\s+", "", text, flags=re.IGNORECASE)
    if not any(sign.isalnum() for sign in text):
        raise ValueError("there is nothing to look for")
    return text


class Search(BaseModel):
    """Arguments of `documents.search`."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[str, AfterValidator(_words), Field(max_length=500, description="what to look for, in a few words")]


class Where(BaseModel):
    """Arguments of `documents.read_file` and `documents.list_dir`."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(default="", max_length=1_000, description="names with slashes between, such as documents/boat.md")


class File(Where):
    """Arguments of `documents.read_file`."""

    path: Annotated[str, Field(min_length=1, max_length=1_000, description="such as documents/projects/boat.md")]


def documents_skill(papers: Papers | None) -> Skill:
    """All of them only read, and what they tell was written by others."""

    def kept() -> Papers:
        if papers is None:
            raise Unavailable("No documents are kept here.", code="no_documents")
        return papers

    def search(wanted: Search, asked: Asked) -> Done:
        answer = kept().documents.search(wanted.query, asked)
        hits = answer.hits[:MOST_HITS]
        passages = [
            {"domain": one.domain, "file": one.file, "heading": list(one.heading), "text": one.text} for one in hits
        ]
        return Done(sentence(wanted.query, hits), {"passages": passages, "generations": dict(answer.generations)})

    def read_file(wanted: File, asked: Asked) -> Done:
        found = kept().folders.read(wanted.path, asked)
        name = found.path.rpartition("/")[2]
        if not found.text.strip():
            return Done(Told("{name} is empty.", name=name), {"file": found.path, "text": "", "whole": True})
        beginning = excerpt(found.text, frozenset())
        return Done(
            Told("{name} says: {text}", name=name, text=beginning),
            {"file": found.path, "text": found.text, "whole": found.whole},
        )

    def list_dir(wanted: Where, asked: Asked) -> Done:
        found = kept().folders.list(wanted.path, asked)
        data = {"path": found.path, "folders": found.folders, "files": found.files, "whole": found.whole}
        return Done(_told(found.path, found.folders, found.files), data)

    return Skill(
        "documents",
        (
            Action(
                "documents.search",
                "Find what the household's own documents say about something.",
                Effect.READS,
                Search,
                search,
                SAID["documents.search"],
                examples=(("what do my documents say about the boiler", {"query": "boiler"}),),
                least=Role.CHILD,
                outside=True,
                cues=("document", "documents", "file", "files", "papers", "manual", "contract", "warranty", "notes"),
            ),
            Action(
                "documents.read_file",
                "Read one text file from the folders BMO may look into.",
                Effect.READS,
                File,
                read_file,
                SAID["documents.read_file"],
                examples=(("read the file shopping.md", {"path": "shopping.md"}),),
                least=Role.CHILD,
                outside=True,
                cues=("read file", "file", "open file", "text file"),
            ),
            Action(
                "documents.list_dir",
                "List the files in one of the folders BMO may look into.",
                Effect.READS,
                Where,
                list_dir,
                SAID["documents.list_dir"],
                examples=(("which files are in the projects folder", {"path": "projects"}),),
                least=Role.CHILD,
                outside=True,
                cues=("files", "folder", "folders", "directory", "list files"),
            ),
        ),
    )


def _told(path: str, folders: tuple[str, ...], files: tuple[str, ...]) -> Told:
    names = [Told("the folder {name}", name=name) for name in folders] + list(files)
    where = path.rpartition("/")[2] or Told("my folders")
    if not names:
        return Told("There is nothing in {where}.", where=where)
    shown = names[:_NAMED]
    if len(names) > _NAMED:
        template = "In {where} there are {count}, such as {names}."
        return Told(template, where=where, count=len(names), names=listed(shown, last=", "))
    template = "In {where} there is {names}." if len(names) == 1 else "In {where} there are {names}."
    return Told(template, where=where, names=listed(shown))
