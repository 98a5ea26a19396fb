"""Runs a command for as long as its own standard input is open: `keeper.py COMMAND ARGUMENT…`."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 2


def keep(command: list[str]) -> None:
    """Run a command; nothing of it is left when this returns."""
    # A group of its own, so that the command's own children end with it.
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=_end_with_input, args=(child.pid,), daemon=True).start()
    try:
        child.wait()
    finally:
        _signal_group(child.pid, signal.SIGKILL)


def _end_with_input(group: int) -> None:
    # Whoever holds the other end may be killed: the pipe is closed even then.
    while os.read(0, 4096):
        pass
    _signal_group(group, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, number: signal.Signals) -> None:
    # Nobody is left in it; macOS answers with the second while there is an unread exit status.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    keep(sys.argv[1:])
