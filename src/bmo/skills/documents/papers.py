"""The two halves of the skill: documents that are searched, and folders that are looked into."""

from dataclasses import dataclass

from bmo.skills.documents.documents import Documents
from bmo.skills.documents.folders import Folders


@dataclass(frozen=True, slots=True)
class Papers:
    """What `documents_skill` acts on."""

    documents: Documents
    folders: Folders
