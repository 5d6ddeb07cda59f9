"""A process that dies with its parent, whatever happens to the parent.

Run as a script, it puts itself on the leash and then becomes the command it was given (the pid stays the same):
`python leash.py PARENT_PID NICENESS COMMAND ...`. On systems other than Linux there is no leash; the rest works.
"""

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(death: int = signal.SIGKILL) -> None:
    """Ask Linux to send `death` when the thread that started this process ends. Not inherited by children."""
    if sys.platform != "linux":
        return
    import ctypes  # here, because every program pays for it at its start

    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, death, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")


def main(arguments: list[str]) -> None:
    """Put this process on the leash, make it as nice as it should be, and become the command."""
    parent, niceness, *command = arguments
    die_with_parent()
    if os.getppid() != int(parent):  # the parent died before the leash was on
        sys.exit(1)
    os.nice(int(niceness))
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
