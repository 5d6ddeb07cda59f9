"""What lies in a person's own folder, `private/NAME`: deleted with the person, moved when they change names."""

import os
import shutil
from collections.abc import Iterator

from bmo.core.inside import Inside, disk_faults
from bmo.skills.documents.access import PRIVATE, folded


def forget(inside: Inside, person: str) -> None:
    """Delete the person's folder with all that is in it; links go, not what they lead to. Raises `Broken`."""
    with disk_faults(f"The folder of {person} is a link.", f"The folder of {person}"):
        for above, name in _folders(inside, person):
            with inside.folder((above,)) as folder:
                shutil.rmtree(name, dir_fd=folder)


def rename(inside: Inside, old: str, new: str) -> None:
    """The folder belongs to the new name. Where that one has a folder already, the old one stays, seen by nobody.

    Raises `Broken`.
    """
    with disk_faults(f"The folder of {old} is a link.", f"The folder of {old}"):
        for above, name in _folders(inside, old):
            with inside.folder((above,)) as folder:
                if "/" not in new and new not in os.listdir(folder):
                    os.rename(name, new, src_dir_fd=folder, dst_dir_fd=folder)


def _folders(inside: Inside, person: str) -> Iterator[tuple[str, str]]:
    """The names of the private folder and of the person's own, in whatever capitals."""
    try:
        with inside.folder() as folder:
            above = [name for name in os.listdir(folder) if folded(name) == PRIVATE]
        for one in above:
            with inside.folder((one,)) as folder:
                found = [name for name in os.listdir(folder) if folded(name) == folded(person)]
            yield from ((one, name) for name in found)
    except FileNotFoundError:
        return
